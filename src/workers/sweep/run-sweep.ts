/** A whole sweep, or a shard of one: journal, workers, and the document that comes out. */
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { combineDigests } from '../../pedal/digest.ts';
import { missingText, type Shard } from '../../study/parts/part.ts';
import type { FailedJob, RunDocument, RunResult } from '../../study/simulate/run-result.ts';
import { contentKey } from '../../units/content-key.ts';
import { makeFolder } from '../../units/make-folder.ts';
import { writeWhole } from '../../units/output-file.ts';
import type { Places } from '../../workbench/places.ts';
import { PoolError } from '../pool-error.ts';
import { type Limits, runJobs } from '../run-jobs.ts';
import { fileBeside } from '../threads.ts';
import { lockFolder } from './folder-lock.ts';
import { beginJournal, type JournalEntry, readJournal, resumable } from './journal.ts';
import { clearPartials, filesHold } from './run-files.ts';
import { type NumberedJob, shardOf, sweepId } from './shard.ts';
import type { SimulationTask } from './simulate-worker.ts';

export interface SweepRequest {
  /** All jobs of the sweep, also those of other shards. */
  readonly jobs: readonly NumberedJob[];
  readonly shard: Shard | null;
  readonly places: Places;
  /** Of everything that the jobs name: a journal made with other models is not gone on with. */
  readonly inputsId: string;
  readonly out: { readonly folder: string; readonly audio: boolean } | null;
  /** Goes on with what an earlier command finished in the folder. */
  readonly resume: boolean;
  /** Starts anew whatever is in the folder. */
  readonly fresh: boolean;
  /** What goes into the folder as the document. */
  readonly textOf: (document: RunDocument) => string;
  readonly workers: number;
  readonly limits: Limits;
  readonly signal: AbortSignal;
  readonly onProgress: (done: number, of: number) => void;
  /** Hears each run as soon as it is known, in whatever order. */
  readonly onRun: (run: RunResult) => void;
}

const journalName = 'journal.jsonl';
export const documentName = 'runs.json';

const byIndex = <T extends { readonly job: { readonly index: number } }>(items: T[]): T[] =>
  items.sort((a, b) => a.job.index - b.job.index);

/** Tells of runs in the order of their jobs, however many workers there are; of what was not waited for at the end. */
const inOrder = (jobs: readonly NumberedJob[], onRun: (run: RunResult) => void) => {
  const settled = new Map<number, RunResult | null>();
  const waiting = jobs.map(({ index }) => index);
  const step = (index: number): void => {
    const run = settled.get(index);
    if (run != null) onRun(run);
  };
  const tell = (index: number, run: RunResult | null): void => {
    settled.set(index, run);
    const open = waiting.findIndex((each) => !settled.has(each));
    waiting.splice(0, open < 0 ? waiting.length : open).forEach(step);
  };
  return Object.assign(tell, { rest: () => waiting.splice(0).forEach(step) });
};

/** Of the runs alone, whatever order or shard they came in. */
const digestOfRuns = (runs: readonly RunResult[]): string =>
  combineDigests(runs.map((run) => ({ id: `${run.job.index} ${run.job.id}`, digest: run.digest })));

/** Takes the folder for this process alone, and says what is kept of what is there. */
const openFolder = ({ resume, fresh }: SweepRequest, folder: string, key: string) => {
  makeFolder(folder);
  const unlock = lockFolder(folder);
  try {
    const path = join(folder, journalName);
    const document = join(folder, documentName);
    if (!resume && !fresh && (readJournal(path).entries.length > 0 || existsSync(document))) {
      const message = `${folder}: holds finished work. Add --resume to go on with it, or --fresh to start anew.`;
      throw new PoolError('finished-work', message);
    }
    clearPartials(folder);
    const kept = resume ? resumable(path, key).filter(({ files }) => filesHold(folder, files)) : [];
    rmSync(document, { force: true });
    return { add: beginJournal(path, key, kept), kept, unlock };
  } catch (error) {
    unlock();
    throw error;
  }
};

export const runSweep = async (request: SweepRequest): Promise<RunDocument> => {
  const { jobs, shard, out, signal } = request;
  const own = shardOf(jobs, shard);
  const id = sweepId(jobs, request.inputsId);
  const shardText = shard === null ? null : `${shard.part}/${shard.of}`;
  const key = contentKey([id, shardText, out?.audio]);
  const opened = out === null ? null : openFolder(request, out.folder, key);
  const kept = new Map(opened?.kept.map(({ result }) => [result.job.index, result]));
  const isKept = ({ id, index }: NumberedJob): boolean => kept.get(index)?.job.id === id;
  const runs = own.filter(isKept).map((job) => kept.get(job.index) as RunResult);
  const failed: FailedJob[] = [];
  const tell = inOrder(own, request.onRun);
  for (const run of runs) tell(run.job.index, run);
  const report = (): void => request.onProgress(runs.length + failed.length, own.length);
  try {
    await runJobs<SimulationTask, JournalEntry>({
      tasks: own.filter((job) => !isKept(job)).map((job) => ({ job, places: request.places, out })),
      workerFile: fileBeside(import.meta.url, 'simulate-worker'),
      workers: request.workers,
      limits: request.limits,
      signal,
      onResult: (_, entry) => {
        opened?.add(entry);
        runs.push(entry.result);
        tell(entry.result.job.index, entry.result);
        report();
      },
      onFailed: ({ job }, reason) => {
        const { index, name: scenario, swept } = job;
        failed.push({ job: { index, id: job.id }, scenario, swept, reason });
        tell(index, null);
        report();
      },
    });
    tell.rest();
    const document: RunDocument = {
      sweep: { id, jobs: jobs.length, shard: shardText },
      interrupted: runs.length + failed.length < own.length,
      runs: byIndex(runs),
      failed: byIndex(failed),
      digest: digestOfRuns(runs),
    };
    if (out !== null) writeDocument(out.folder, request.textOf(document));
    return document;
  } finally {
    opened?.unlock();
  }
};

/** The document beside the journal, whole or not at all. */
export const writeDocument = (folder: string, text: string): void => {
  writeWhole(join(folder, documentName), text);
};

/**
 * Joins the documents of shards into the one that the whole sweep would have given. Their parts were checked against
 * each other before. Throws `PoolError` where a shard did not end.
 */
export const mergeDocuments = (parts: readonly RunDocument[]): RunDocument => {
  const runs: RunResult[] = byIndex(parts.flatMap((part) => part.runs));
  const failed: FailedJob[] = byIndex(parts.flatMap((part) => part.failed));
  const { id, jobs } = parts[0]?.sweep ?? { id: '', jobs: 0 };
  const seen = new Set([...runs, ...failed].map(({ job }) => job.index));
  const missing = Array.from({ length: jobs }, (_, i) => i).filter((i) => !seen.has(i));
  if (missing.length > 0) {
    const message = `Expected all ${jobs} jobs of the sweep, got ${seen.size}; ${missingText(missing)}. Finish the shards with --resume.`;
    throw new PoolError('bad-merge', message);
  }
  const sweep = { id, jobs, shard: null };
  return { sweep, interrupted: false, runs, failed, digest: digestOfRuns(runs) };
};
