/** Joins the documents of shards into the one that the whole sweep would have given. */
import type { FailedJob, RunDocument, RunResult } from '../../study/simulate/run-result.ts';
import { PoolError } from '../pool-error.ts';
import { digestOfRuns } from './run-sweep.ts';

export interface NamedDocument {
  /** The file, for messages. */
  readonly from: string;
  readonly document: RunDocument;
}

/** How many missing jobs are named. */
const shownMissing = 8;

const bad = (message: string): PoolError => new PoolError('bad-merge', message);

/** Throws `PoolError` where the documents are of different sweeps, overlap, or leave jobs out. */
export const mergeDocuments = (parts: readonly NamedDocument[]): RunDocument => {
  const [first] = parts;
  if (first === undefined) throw bad('Expected the documents of at least one shard, got none.');
  const { id, jobs } = first.document.sweep;
  const seen = new Map<number, string>();
  const runs: RunResult[] = [];
  const failed: FailedJob[] = [];
  for (const { from, document } of parts) {
    if (document.sweep.id !== id) {
      throw bad(
        `${from}: expected a shard of the same sweep as ${first.from} (${id}), got one of ${document.sweep.id}. Run all shards with the same scenarios and seed.`,
      );
    }
    for (const { job } of [...document.runs, ...document.failed]) {
      const before = seen.get(job.index);
      if (before !== undefined) {
        throw bad(`${from}: job ${job.index} is also in ${before}. Give each shard once.`);
      }
      seen.set(job.index, from);
    }
    runs.push(...document.runs);
    failed.push(...document.failed);
  }
  const missing = Array.from({ length: jobs }, (_, i) => i).filter((i) => !seen.has(i));
  if (missing.length > 0) {
    const shown = missing.slice(0, shownMissing).join(', ');
    throw bad(
      `Expected all ${jobs} jobs of the sweep, got ${seen.size}; missing: ${shown}${missing.length > shownMissing ? ', ...' : ''}. Give all shards, or finish them with --resume.`,
    );
  }
  runs.sort((a, b) => a.job.index - b.job.index);
  failed.sort((a, b) => a.job.index - b.job.index);
  return {
    sweep: { id, jobs, shard: null },
    interrupted: false,
    runs,
    failed,
    digest: digestOfRuns(runs),
  };
};
