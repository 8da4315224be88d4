/** `pedalbench merge PART...`: the parts of a prediction, a check or a sweep become what one command would have given. */
import { existsSync, mkdirSync, realpathSync } from 'node:fs';
import { dirname } from 'node:path';
import { renderCheck } from '../../report/check/text.ts';
import { renderPredict } from '../../report/predict/table.ts';
import { renderRuns } from '../../report/run-text.ts';
import { resultOf } from '../../study/check/check.ts';
import type { CheckVerdict } from '../../study/check/verdict.ts';
import { joined, type PartFile } from '../../study/parts/part.ts';
import type { PredictResult, PredictRow } from '../../study/predict/row.ts';
import type { RunDocument } from '../../study/simulate/run-result.ts';
import { mergeDocuments, writeDocument } from '../../workers/sweep/run-sweep.ts';
import type { Call, Command, Rows } from '../call.ts';
import { inputError, usageError } from '../cli-error.ts';
import type { ExitCode } from '../io.ts';
import { shared } from '../options.ts';
import { readPart, rowNames } from '../read-part.ts';
import { documentText, exitCodeOf } from './run.ts';

type Join = (call: Call, parts: readonly PartFile[], output: Rows) => ExitCode;

// The schema in a document's head says which type its rows and the rest of it have.
const rowsOf = <T>(parts: readonly PartFile[]): T[] =>
  parts.flatMap((part) => [...(part.rows() as Iterable<T>)]);
const restOf = <T>(part: PartFile): T => {
  const { schema: _, tool: __, ...rest } = part.rest;
  return rest as T;
};

const joinPredict: Join = (_, parts, output) => {
  const rests = parts.map((part) => restOf<Omit<PredictResult, 'rows'>>(part));
  const skipped = rests.flatMap((rest) => rest.skipped);
  const warnings = [...new Set(rests.flatMap((rest) => rest.warnings))];
  for (const part of output.inLines ? parts : []) for (const row of part.rows()) output.add([row]);
  // Rows that went by are not held.
  const rows = output.inLines ? [] : rowsOf<PredictRow>(parts);
  const result: PredictResult = { rows, skipped, warnings };
  output.print(result, (style) => renderPredict(result, style));
  return 0;
};

const joinCheck: Join = (_, parts, output) => {
  const result = resultOf(rowsOf<CheckVerdict>(parts));
  const { verdicts, counts } = result;
  output.add(verdicts);
  output.print({ verdicts, counts }, (style) => renderCheck(result, style));
  return result.exitCode;
};

const joinRun: Join = (call, parts, output) => {
  const merged = mergeDocuments(
    parts.map((part) => ({ ...restOf<RunDocument>(part), runs: rowsOf([part]) })),
  );
  const out = call.text('out') ?? null;
  if (out !== null) {
    mkdirSync(call.path(out), { recursive: true });
    writeDocument(call.path(out), documentText(merged));
  }
  output.add(merged.runs);
  output.print(merged, (style) => renderRuns(merged, style, out));
  return exitCodeOf(merged);
};

const joins: Record<string, Join> = { predict: joinPredict, check: joinCheck, run: joinRun };

/** What would be written over one of its parts is refused. */
const checkOut = (call: Call, paths: readonly string[], kind: string): void => {
  const out = call.text('out');
  if (out === undefined) return;
  if (kind !== 'run') throw usageError(`--out is for runs. Write: merge ... --json > ${out}.`);
  const full = call.path(out);
  if (!existsSync(full)) return;
  const folder = realpathSync(full);
  const places = paths.flatMap((path) => [path, dirname(path)]);
  if (!places.some((place) => realpathSync(place) === folder)) return;
  throw usageError(`--out ${out}: is one of the parts and stays as it is. Name another folder.`);
};

export const merge: Command = {
  usage: 'PART... [options]',
  examples: [
    ['merge part-1 part-2 part-3 part-4', 'the results of four shards of `run --out` as one'],
    ['merge part-*.jsonl --jsonl', 'the same for what `predict --shard I/N --jsonl` printed'],
    ['merge part-*.json --json', 'and for what `check --shard I/N --json` printed'],
  ],
  notes: [
    'Parts of other models, profiles, sounds, settings or versions are refused by what they held, and so are parts that were edited.',
  ],
  options: {
    out: { value: 'DIR', help: 'of runs: also write the joined document there' },
    jsonl: shared.jsonl,
  },
  run: async (call) => {
    if (call.positionals.length === 0) {
      throw usageError('Expected the parts: pedalbench merge PART...');
    }
    const files = call.positionals.map((name) => readPart(call, name));
    const parts = joined(files);
    const kind = parts[0]?.kind ?? '';
    const paths = files.map(({ path }) => path);
    checkOut(call, paths, kind);
    const join = joins[kind];
    if (join === undefined) throw inputError(`${kind}: has no parts.`);
    return join(call, parts, call.rows(kind, rowNames[kind] ?? 'rows'));
  },
};
