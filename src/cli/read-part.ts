/** Reads a document of `--json` or `--jsonl`; the second line by line, however long it is. */
import { closeSync, existsSync, openSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Part, PartFile } from '../study/parts/part.ts';
import { isRecord } from '../units/json-path.ts';
import { parseJsonText } from '../units/json-text.ts';
import { readText } from '../units/read-text.ts';
import { documentName } from '../workers/sweep/run-sweep.ts';
import type { Call } from './call.ts';
import { inputError, notFound } from './cli-error.ts';

/** What the rows of a document are called. */
export const rowNames: Record<string, string> = { predict: 'rows', run: 'runs', check: 'verdicts' };

type Document = Readonly<Record<string, unknown>>;

/** The lines of a file of any length, without their ends. */
function* linesOf(path: string): Generator<string> {
  const file = openSync(path, 'r');
  try {
    const piece = Buffer.alloc(1 << 20);
    let rest: Buffer = Buffer.alloc(0);
    for (let read = readSync(file, piece); read > 0; read = readSync(file, piece)) {
      let text = Buffer.concat([rest, piece.subarray(0, read)]);
      for (let end = text.indexOf(0x0a); end >= 0; end = text.indexOf(0x0a)) {
        yield text.toString('utf8', 0, end);
        text = text.subarray(end + 1);
      }
      rest = text;
    }
    if (rest.length > 0) yield rest.toString('utf8');
  } finally {
    closeSync(file);
  }
}

const parsed = (text: string, where: string): unknown => parseJsonText(text, where, inputError);

/** All lines but the last, parsed. */
function* rowsOf(path: string): Generator<unknown> {
  let before: string | null = null;
  for (const line of linesOf(path)) {
    if (before !== null) yield parsed(before, path);
    before = line;
  }
}

const firstOf = (path: string): string => {
  // What is left early is closed, and what is asked for its next alone is not.
  for (const line of linesOf(path)) return line;
  return '';
};

const lastOf = (path: string): string => {
  let last = '';
  for (const line of linesOf(path)) last = line;
  return last;
};

const documentFile = (call: Call, name: string): string => {
  const given = call.path(name);
  if (!existsSync(given)) {
    throw notFound(`${name}: expected a document or a folder of \`run --out\`, got nothing.`);
  }
  const path = statSync(given).isDirectory() ? join(given, documentName) : given;
  if (existsSync(path)) return path;
  const message = `${path}: no such file. The shard did not end; go on with it: the same command and --resume.`;
  throw notFound(message);
};

type Described = Document & {
  readonly schema: string;
  readonly tool: { readonly version: string };
};

const isDescribed = (value: unknown): value is Described =>
  isRecord(value) &&
  typeof value.schema === 'string' &&
  isRecord(value.tool) &&
  typeof value.tool.version === 'string';

const isPart = (value: unknown): value is Part =>
  isRecord(value) && typeof value.shard === 'string' && isRecord(value.inputs);

/** @throws CliError where it is no document of predict, check or run */
export const readPart = (call: Call, name: string): PartFile & { readonly path: string } => {
  const path = documentFile(call, name);
  const first = firstOf(path);
  // What another tool printed on one line begins as rows do; it has them inside.
  const document = parsed(first.length > 1 ? lastOf(path) : readText(path), path);
  const schema = isDescribed(document) ? document.schema : '';
  const kind = /^pedalbench\.(\w+)\/1$/.exec(schema)?.[1] ?? '';
  const rowsName = Object.hasOwn(rowNames, kind) ? rowNames[kind] : undefined;
  if (!isDescribed(document) || rowsName === undefined) {
    const message = `${path}: expected what predict, check or run print with --json or --jsonl, got other JSON.`;
    throw inputError(message);
  }
  const { [rowsName]: rows, part, ...rest }: Document = document;
  const inLines = first.length > 1 && rows === undefined;
  if (!inLines && !Array.isArray(rows)) throw inputError(`${path}: ${rowsName}: expected a list.`);
  return {
    from: name,
    path,
    kind,
    version: document.tool.version,
    rest,
    part: isPart(part) ? part : null,
    rows: () => (inLines ? rowsOf(path) : (rows as readonly unknown[])),
  };
};
