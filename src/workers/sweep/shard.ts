/** Splits a sweep by job number, so that any scheduler can run the parts. */
import type { Job } from '../../scenario/parse-scenario.ts';
import { contentKey } from '../../units/content-key.ts';

export interface NumberedJob extends Job {
  /** Place in the whole sweep. */
  readonly index: number;
}

export interface Shard {
  /** From 1. */
  readonly part: number;
  readonly of: number;
}

/** '2/3' is the second of three; null where it is none. */
export const parseShard = (text: string): Shard | null => {
  const match = /^(\d{1,5})\/(\d{1,5})$/.exec(text);
  const part = Number(match?.[1]);
  const of = Number(match?.[2]);
  return match !== null && part >= 1 && part <= of ? { part, of } : null;
};

export const numberJobs = (jobs: readonly Job[]): NumberedJob[] =>
  jobs.map((job, index) => ({ ...job, index }));

/** Jobs in turn, so that long and short neighbours spread evenly. */
export const shardOf = (jobs: readonly NumberedJob[], shard: Shard | null): NumberedJob[] =>
  shard === null ? [...jobs] : jobs.filter((job) => job.index % shard.of === shard.part - 1);

/** Names the whole sweep by the content of its jobs and of what they read. */
export const sweepId = (jobs: readonly Job[], inputs: string): string =>
  contentKey({ jobs: jobs.map((job) => job.id), inputs });
