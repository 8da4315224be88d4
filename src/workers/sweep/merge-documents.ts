/** Joins the documents of shards into the one that the whole sweep would have given. Their parts were held against each other before. */
import type { FailedJob, RunDocument, RunResult } from '../../study/simulate/run-result.ts';
import { PoolError } from '../pool-error.ts';
import { byIndex, digestOfRuns } from './run-sweep.ts';

/** How many missing jobs are named. */
const shownMissing = 8;

/** Throws `PoolError` where a shard did not end. */
export const mergeDocuments = (parts: readonly RunDocument[]): RunDocument => {
  const runs: RunResult[] = byIndex(parts.flatMap((part) => part.runs));
  const failed: FailedJob[] = byIndex(parts.flatMap((part) => part.failed));
  const { id, jobs } = parts[0]?.sweep ?? { id: '', jobs: 0 };
  const seen = new Set([...runs, ...failed].map(({ job }) => job.index));
  const missing = Array.from({ length: jobs }, (_, i) => i).filter((i) => !seen.has(i));
  if (missing.length > 0) {
    const shown = missing.slice(0, shownMissing).join(', ');
    const more = missing.length > shownMissing ? ', ...' : '';
    const message = `Expected all ${jobs} jobs of the sweep, got ${seen.size}; missing: ${shown}${more}. Finish the shards with --resume.`;
    throw new PoolError('bad-merge', message);
  }
  const sweep = { id, jobs, shard: null };
  return { sweep, interrupted: false, runs, failed, digest: digestOfRuns(runs) };
};
