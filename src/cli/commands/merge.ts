/** `pedalbench merge DIR...`: the shards of a sweep become what one run would have given. */
import { existsSync, mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { renderRuns } from '../../report/run-text.ts';
import type { RunDocument } from '../../study/simulate/run-result.ts';
import { parseJsonText } from '../../units/json-text.ts';
import { readText } from '../../units/read-text.ts';
import { pathFrom } from '../../workbench/places.ts';
import { mergeDocuments, type NamedDocument } from '../../workers/sweep/merge-documents.ts';
import { documentName, writeDocument } from '../../workers/sweep/run-sweep.ts';
import { CliError } from '../cli-error.ts';
import type { Command } from '../command.ts';
import type { Io } from '../io.ts';
import { printJson, styleOf } from '../output.ts';
import { documentText, exitCodeOf } from './run.ts';

const isRunDocument = (value: unknown): value is RunDocument =>
  typeof value === 'object' &&
  value !== null &&
  (value as { schema?: unknown }).schema === 'pedalbench.run/1' &&
  Array.isArray((value as { runs?: unknown }).runs);

/** A folder of `run --out`, or what `run --json` printed. */
const readDocument = (io: Io, name: string): NamedDocument => {
  const given = pathFrom(io, name);
  if (!existsSync(given)) {
    throw new CliError('not-found', `${name}: expected a folder of \`run --out\`, got nothing.`);
  }
  const path = statSync(given).isDirectory() ? join(given, documentName) : given;
  if (!existsSync(path)) {
    throw new CliError(
      'not-found',
      `${path}: no such file. The shard did not end; go on with it: the same command and --resume.`,
    );
  }
  const document = parseJsonText(
    readText(path),
    (found) => new CliError('invalid', `${path}: expected JSON, got ${found}.`),
  );
  if (!isRunDocument(document)) {
    throw new CliError('invalid', `${path}: expected what \`run --json\` prints, got other JSON.`);
  }
  return { from: name, document };
};

export const merge: Command = {
  usage: 'DIR... [options]',
  examples: [
    ['merge part-1 part-2 part-3 part-4', 'the results of four shards as one'],
    ['merge part-*.json --json', 'the same for what `run --json` printed'],
  ],
  options: { out: { value: 'DIR', help: 'also write the joined document there' } },
  run: async (args, io) => {
    if (args.positionals.length === 0) {
      throw new CliError('usage', 'Expected the shards: pedalbench merge DIR...');
    }
    const merged = mergeDocuments(args.positionals.map((name) => readDocument(io, name)));
    const folder = args.text('out');
    if (folder !== null) {
      const path = pathFrom(io, folder);
      mkdirSync(path, { recursive: true });
      writeDocument(path, documentText(merged));
    }
    if (args.flag('json')) printJson(io, 'run', { ...merged });
    else io.stdout.write(renderRuns(merged, styleOf(args, io), { out: folder }));
    return exitCodeOf(merged);
  },
};
