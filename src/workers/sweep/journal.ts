/**
 * The journal of a sweep: one JSON line a finished job, on disk before it counts as done. A kill at
 * any moment can tear the last line only, and that job is run again.
 */
import {
  closeSync,
  existsSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readFileSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import type { RunResult } from '../../study/simulate/run-result.ts';
import { PoolError } from '../pool-error.ts';

const schema = 'pedalbench.journal/1';

interface Header {
  readonly schema: string;
  /** The sweep and its settings: a journal of anything else is refused. */
  readonly sweep: string;
}

export interface JournalContent {
  readonly sweep: string | null;
  readonly results: readonly RunResult[];
  /** Length up to the end of the last whole line. */
  readonly soundBytes: number;
}

/** Reads what is whole. A torn last line is left out; a broken line before it is an error. */
export const readJournal = (path: string): JournalContent => {
  if (!existsSync(path)) return { sweep: null, results: [], soundBytes: 0 };
  const bytes = readFileSync(path);
  const soundBytes = bytes.lastIndexOf(0x0a) + 1;
  const lines = bytes.subarray(0, soundBytes).toString('utf8').split('\n').slice(0, -1);
  const parsed = lines.map((line, i): unknown => {
    try {
      return JSON.parse(line);
    } catch {
      throw new PoolError(
        'broken-journal',
        `${path}: line ${i + 1}: expected a finished job as JSON, got ${JSON.stringify(line.slice(0, 60))}. Run without --resume to start anew.`,
      );
    }
  });
  const header = parsed[0] as Header | undefined;
  if (header !== undefined && header.schema !== schema) {
    throw new PoolError(
      'broken-journal',
      `${path}: line 1: expected schema "${schema}", got ${JSON.stringify(header.schema)}. Run without --resume to start anew.`,
    );
  }
  return { sweep: header?.sweep ?? null, results: parsed.slice(1) as RunResult[], soundBytes };
};

/** A file that exists need not be found after a power cut until its folder is on disk too. */
const syncFolder = (path: string): void => {
  const folder = openSync(dirname(path), 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
};

export class Journal {
  readonly finished: ReadonlyMap<string, RunResult>;
  private readonly file: number;

  /**
   * Opens the journal of a sweep. Without `resume` it starts anew; with it, what is whole is kept and
   * what is torn cut off. Throws `PoolError` where the journal is another sweep's.
   */
  constructor(path: string, sweep: string, resume: boolean) {
    const found: JournalContent = resume
      ? readJournal(path)
      : { sweep: null, results: [], soundBytes: 0 };
    if (found.sweep !== null && found.sweep !== sweep) {
      throw new PoolError(
        'other-sweep',
        `${path}: expected the journal of these scenarios and settings, got that of others. Give another --out folder, or run without --resume to start anew.`,
      );
    }
    this.finished = new Map(found.results.map((result) => [result.job.id, result]));
    this.file = openSync(path, existsSync(path) ? 'r+' : 'w+');
    ftruncateSync(this.file, found.soundBytes);
    this.position = found.soundBytes;
    if (found.sweep === null) this.append({ schema, sweep } satisfies Header);
    syncFolder(path);
  }

  private position: number;

  add(result: RunResult): void {
    this.append(result);
  }

  close(): void {
    closeSync(this.file);
  }

  private append(value: unknown): void {
    const line = Buffer.from(`${JSON.stringify(value)}\n`);
    let done = 0;
    while (done < line.length) {
      done += writeSync(this.file, line, done, line.length - done, this.position + done);
    }
    this.position += line.length;
    fsyncSync(this.file);
  }
}
