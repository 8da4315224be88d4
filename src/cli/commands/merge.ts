/** `pedalbench merge PART...`: the parts of a prediction, a check or a sweep become what one command would have given. */
import { existsSync, mkdirSync, realpathSync } from 'node:fs';
import { dirname } from 'node:path';
import { renderCheck } from '../../report/check/text.ts';
import { renderPredict } from '../../report/predict/table.ts';
import { renderRuns } from '../../report/run-text.ts';
import { resultOf } from '../../study/check/check.ts';
import type { CheckVerdict } from '../../study/check/verdict.ts';
import { joined, type PartFile } from '../../study/parts/join.ts';
import type { PredictResult, PredictRow } from '../../study/predict/row.ts';
import type { RunDocument } from '../../study/simulate/run-result.ts';
import { pathFrom } from '../../workbench/places.ts';
import { mergeDocuments } from '../../workers/sweep/merge-documents.ts';
import { writeDocument } from '../../workers/sweep/run-sweep.ts';
import type { Args } from '../args.ts';
import { CliError } from '../cli-error.ts';
import type { Command } from '../command.ts';
import type { ExitCode, Io } from '../io.ts';
import { styleOf } from '../output.ts';
import { readPart, rowNames } from '../read-part.ts';
import { jsonlOption, RowOutput } from '../row-output.ts';
import { documentText, exitCodeOf } from './run.ts';

type Join = (args: Args, io: Io, parts: readonly PartFile[], output: RowOutput) => ExitCode;

// The schema in a document's head says which type its rows and the rest of it have.
const rowsOf = <T>(parts: readonly PartFile[]): T[] =>
  parts.flatMap((part) => [...(part.rows() as Iterable<T>)]);
const restOf = <T>(part: PartFile): T => {
  const { schema: _, tool: __, ...rest } = part.rest;
  return rest as T;
};

const joinPredict: Join = (args, io, parts, output) => {
  const rests = parts.map((part) => restOf<Omit<PredictResult, 'rows'>>(part));
  const skipped = rests.flatMap((rest) => rest.skipped);
  const warnings = [...new Set(rests.flatMap((rest) => rest.warnings))];
  if (output.inLines) {
    for (const part of parts) for (const row of part.rows()) output.row(row);
    output.end({ skipped, warnings });
    return 0;
  }
  const result: PredictResult = { rows: rowsOf<PredictRow>(parts), skipped, warnings };
  if (output.wanted) output.end({ ...result });
  else
    io.stdout.write(
      renderPredict(result, styleOf(args, io), {
        deviceWords: new Map(),
        kept: { explain: '', predict: '' },
        wide: false,
      }),
    );
  return 0;
};

const joinCheck: Join = (args, io, parts, output) => {
  const result = resultOf(rowsOf<CheckVerdict>(parts));
  const { verdicts, counts } = result;
  for (const verdict of verdicts) output.row(verdict);
  if (output.wanted) output.end({ verdicts, counts });
  else io.stdout.write(renderCheck(result, styleOf(args, io)));
  return result.exitCode;
};

const joinRun: Join = (args, io, parts, output) => {
  const merged = mergeDocuments(
    parts.map((part) => ({ ...restOf<RunDocument>(part), runs: rowsOf([part]) })),
  );
  const folder = args.text('out');
  if (folder !== null) {
    const path = pathFrom(io, folder);
    mkdirSync(path, { recursive: true });
    writeDocument(path, documentText(merged));
  }
  for (const run of merged.runs) output.row(run);
  if (output.wanted) output.end({ ...merged });
  else io.stdout.write(renderRuns(merged, styleOf(args, io), { out: folder }));
  return exitCodeOf(merged);
};

const joins: Readonly<Record<keyof typeof rowNames, Join>> = {
  predict: joinPredict,
  check: joinCheck,
  run: joinRun,
};

/** What would be written over one of its parts is refused. */
const checkOut = (args: Args, io: Io, paths: readonly string[], kind: string): void => {
  const out = args.text('out');
  if (out === null) return;
  if (kind !== 'run') {
    throw new CliError('usage', `--out is for runs. Write: merge ... --json > ${out}.`);
  }
  const full = pathFrom(io, out);
  if (!existsSync(full)) return;
  const folder = realpathSync(full);
  const input = paths.find((path) =>
    [path, dirname(path)].some((one) => realpathSync(one) === folder),
  );
  if (input === undefined) return;
  throw new CliError(
    'usage',
    `--out ${out}: is one of the parts and stays as it is. Name another folder.`,
  );
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
    jsonl: jsonlOption,
  },
  run: async (args, io) => {
    if (args.positionals.length === 0) {
      throw new CliError('usage', 'Expected the parts: pedalbench merge PART...');
    }
    const files = args.positionals.map((name) => readPart(io, name));
    const parts = joined(files);
    const kind = parts[0]?.kind ?? '';
    checkOut(
      args,
      io,
      files.map((file) => file.path),
      kind,
    );
    const join = joins[kind];
    if (join === undefined) throw new CliError('invalid', `${kind}: has no parts.`);
    return join(args, io, parts, new RowOutput(args, io, kind, rowNames[kind] ?? 'rows'));
  },
};
