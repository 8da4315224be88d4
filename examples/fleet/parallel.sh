#!/bin/sh
# GNU parallel: a folder of captures on every pedal, in as many parts as there are processors.
# Usage: sh parallel.sh FOLDER PARTS OUT.json
set -eu
folder=$1 parts=$2 out=$3
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
seq "$parts" | parallel "npx pedalbench predict '$folder' --quiet --shard {}/$parts --jsonl > $work/{}.jsonl"
npx pedalbench merge "$work"/*.jsonl --json > "$out"
