/**
 * The journal of a sweep: one line a finished job, on disk before it counts as done and after the files that it
 * names. Every line carries the key of what it holds: one that was torn or altered is not believed, and its job
 * is run again.
 */
import { appendFileSync, closeSync, existsSync, fsyncSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import type { RunResult } from '../../study/simulate/run-result.ts';
import { contentKey } from '../../units/content-key.ts';
import { writeWhole } from '../../units/output-file.ts';
import { readText } from '../../units/read-text.ts';
import { PoolError } from '../pool-error.ts';

const schema = 'pedalbench.journal/2';

/** SHA-256 of the files that a job wrote, by their names in the folder of results. */
export type FileKeys = Readonly<Record<string, string>>;

/** A finished job, and the content of the files that it wrote. */
export interface JournalEntry {
  readonly result: RunResult;
  readonly files: FileKeys;
}

interface Header {
  readonly schema: string;
  /** Of everything that the runs read, and the version: a journal of anything else is refused. */
  readonly sweep: string;
}

const lineOf = (value: unknown): string => `${JSON.stringify({ key: contentKey(value), value })}\n`;

/** What a line holds; null where it is not what was written. */
const heldBy = (line: string): unknown => {
  try {
    const { key, value } = JSON.parse(line) as { key?: unknown; value?: unknown };
    return key === contentKey(value) ? value : null;
  } catch {
    return null;
  }
};

/** Reads what is as it was written; no sweep where nothing says which it is. */
export const readJournal = (path: string): { sweep?: string; entries: readonly JournalEntry[] } => {
  const [first = '', ...lines] = existsSync(path) ? readText(path).split('\n') : [];
  const header = heldBy(first) as Header | null;
  if (header?.schema !== schema) return { entries: [] };
  const entries = lines.map((line) => heldBy(line) as JournalEntry | null);
  return { sweep: header.sweep, entries: entries.filter((entry) => entry !== null) };
};

/** Of a file or a folder: a file that exists need not be found after a power cut until its folder is on disk too. */
export const toDisk = (path: string, flags: 'r' | 'r+' = 'r'): void => {
  const file = openSync(path, flags);
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
};

/** Begins with what is kept of an earlier one. What it returns adds an entry, and returns when that is on disk. */
export const beginJournal = (
  path: string,
  sweep: string,
  kept: readonly JournalEntry[],
): ((entry: JournalEntry) => void) => {
  const header: Header = { schema, sweep };
  writeWhole(path, [header, ...kept].map(lineOf).join(''));
  toDisk(dirname(path));
  return (entry) => appendFileSync(path, lineOf(entry), { flush: true });
};

/** What an earlier command finished there. Throws `PoolError` where the journal is of anything else. */
export const resumable = (path: string, sweep: string): readonly JournalEntry[] => {
  const found = readJournal(path);
  if ((found.sweep ?? sweep) === sweep) return found.entries;
  const message = `${path}: expected the journal of these scenarios, models, profiles, cores, sounds, settings and version, got that of others. Give another --out folder, or --fresh to start anew.`;
  throw new PoolError('other-sweep', message);
};
