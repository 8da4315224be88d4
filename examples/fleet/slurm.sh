#!/bin/sh
#SBATCH --array=1-16
#SBATCH --cpus-per-task=1
#SBATCH --output=parts/%a.log
# Slurm: mkdir -p parts && sbatch slurm.sh captures
# Then: npx pedalbench merge parts/*.jsonl --json > predictions.json
set -eu
part=$SLURM_ARRAY_TASK_ID of=$SLURM_ARRAY_TASK_COUNT
npx pedalbench predict "$1" --quiet --shard "$part/$of" --jsonl > "parts/$part.jsonl"
