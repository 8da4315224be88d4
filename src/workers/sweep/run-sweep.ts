/** A whole sweep, or a shard of one: journal, workers, and the document that comes out. */
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { combineDigests } from '../../pedal/digest.ts';
import type { FailedJob, RunDocument, RunResult } from '../../study/simulate/run-result.ts';
import { contentKey } from '../../units/content-key.ts';
import { writeWhole } from '../../units/output-file.ts';
import type { Places } from '../../workbench/places.ts';
import { type Limits, runJobs } from '../run-jobs.ts';
import { fileBeside } from '../threads.ts';
import { Journal } from './journal.ts';
import { filesExist } from './run-files.ts';
import { type NumberedJob, type Shard, shardOf, sweepId } from './shard.ts';
import type { SimulationTask } from './simulate-worker.ts';

export interface SweepRequest {
  /** All jobs of the sweep, also those of other shards. */
  readonly jobs: readonly NumberedJob[];
  readonly shard: Shard | null;
  readonly places: Places;
  /** Of everything that the jobs name: a journal made with other models is not gone on with. */
  readonly inputsId: string;
  readonly out: { readonly folder: string; readonly audio: boolean } | null;
  readonly resume: boolean;
  readonly workers: number;
  readonly limits: Limits;
  readonly signal: AbortSignal;
  readonly onProgress: (done: number, of: number) => void;
}

const journalName = 'journal.jsonl';
export const documentName = 'runs.json';

const byIndex = <T extends { readonly job: { readonly index: number } }>(items: T[]): T[] =>
  items.sort((a, b) => a.job.index - b.job.index);

/** Of the runs alone, whatever order or shard they came in. */
export const digestOfRuns = (runs: readonly RunResult[]): string =>
  combineDigests(runs.map((run) => ({ id: `${run.job.index} ${run.job.id}`, digest: run.digest })));

export const runSweep = async (request: SweepRequest): Promise<RunDocument> => {
  const { jobs, shard, out, signal } = request;
  const own = shardOf(jobs, shard);
  const id = sweepId(jobs);
  const shardText = shard === null ? null : `${shard.part}/${shard.of}`;
  const journal = openJournal(request, contentKey([id, request.inputsId, shardText, out?.audio]));
  const runs: RunResult[] = [];
  const failed: FailedJob[] = [];
  const waiting: NumberedJob[] = [];
  for (const job of own) {
    const known = journal?.finished.get(job.id);
    const whole = known !== undefined && out !== null && filesExist(out.folder, known);
    // The same scenario named twice is two jobs with one content.
    if (whole && known.job.index === job.index) runs.push(known);
    else waiting.push(job);
  }
  const report = (): void => request.onProgress(runs.length + failed.length, own.length);
  try {
    await runJobs<SimulationTask, RunResult>({
      tasks: waiting.map((job) => ({ job, places: request.places, out })),
      workerFile: fileBeside(import.meta.url, 'simulate-worker'),
      workers: request.workers,
      limits: request.limits,
      signal,
      onResult: (_, result) => {
        journal?.add(result);
        runs.push(result);
        report();
      },
      onFailed: ({ job }, reason) => {
        const { index, name: scenario, swept } = job;
        failed.push({ job: { index, id: job.id }, scenario, swept, reason });
        report();
      },
    });
  } finally {
    journal?.close();
  }
  const document: RunDocument = {
    sweep: { id, jobs: jobs.length, shard: shardText },
    interrupted: runs.length + failed.length < own.length,
    runs: byIndex(runs),
    failed: byIndex(failed),
    digest: digestOfRuns(runs),
  };
  return document;
};

const openJournal = ({ out, resume }: SweepRequest, key: string): Journal | null => {
  if (out === null) return null;
  mkdirSync(out.folder, { recursive: true });
  const path = join(out.folder, journalName);
  return new Journal(path, key, resume && existsSync(path));
};

/** The document beside the journal, whole or not at all. */
export const writeDocument = (folder: string, text: string): void => {
  writeWhole(join(folder, documentName), text);
};
