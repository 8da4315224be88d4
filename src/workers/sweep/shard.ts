/** Splits a sweep by job number, so that any scheduler can run the parts. */
import type { Job } from '../../scenario/parse-scenario.ts';
import type { Shard } from '../../study/parts/part.ts';
import { contentKey } from '../../units/content-key.ts';

export interface NumberedJob extends Job {
  /** Place in the whole sweep. */
  readonly index: number;
}

export const numberJobs = (jobs: readonly Job[]): NumberedJob[] =>
  jobs.map((job, index) => ({ ...job, index }));

/** Jobs in turn, so that long and short neighbours spread evenly. */
export const shardOf = (jobs: readonly NumberedJob[], shard: Shard | null): NumberedJob[] =>
  shard === null ? [...jobs] : jobs.filter((job) => job.index % shard.of === shard.part - 1);

/** Names the whole sweep by the content of its jobs and of what they read. */
export const sweepId = (jobs: readonly Job[], inputs: string): string =>
  contentKey({ jobs: jobs.map((job) => job.id), inputs });
