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

/** What a document of ours is, and which version made it; null where it is none. */
const headIn = (value: unknown) => {
  if (!isRecord(value) || !isRecord(value.tool)) return null;
  const { schema, tool } = value;
  const [, kind = ''] = (typeof schema === 'string' && /^pedalbench\.(\w+)\/1$/.exec(schema)) || [];
  const rowsName = Object.hasOwn(rowNames, kind) ? rowNames[kind] : undefined;
  if (rowsName === undefined || typeof tool.version !== 'string') return null;
  return { document: value as Document, kind, rowsName, version: tool.version };
};

const isPart = (value: unknown): value is Part =>
  isRecord(value) && typeof value.shard === 'string' && isRecord(value.inputs);

/** @throws CliError where it is no document of predict, check or run */
export const readPart = (call: Call, name: string): PartFile & { readonly path: string } => {
  const path = documentFile(call, name);
  const [first = ''] = linesOf(path);
  // What another tool printed on one line begins as rows do; it has them inside.
  const head = headIn(parsed(first.length > 1 ? lastOf(path) : readText(path), path));
  if (head === null) {
    const message = `${path}: expected what predict, check or run print with --json or --jsonl, got other JSON.`;
    throw inputError(message);
  }
  const { document, kind, rowsName, version } = head;
  const { [rowsName]: rows, part, ...rest } = document;
  const inLines = first.length > 1 && rows === undefined;
  if (!inLines && !Array.isArray(rows)) throw inputError(`${path}: ${rowsName}: expected a list.`);
  return {
    from: name,
    path,
    kind,
    version,
    rest,
    part: isPart(part) ? part : null,
    rows: () => (inLines ? rowsOf(path) : (rows as readonly unknown[])),
  };
};
