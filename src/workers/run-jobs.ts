/**
 * Spreads jobs over worker threads. A job that fails, takes too long or takes its worker with it is
 * tried once more and then reported as failed; nothing else is lost.
 */
import { Piscina } from 'piscina';
import { loaderFor } from './threads.ts';

export interface Limits {
  /** Of one job; null for none. */
  readonly seconds: number | null;
  /** Of one worker's heap. */
  readonly megabytes: number;
}

export interface Work<Task, Result> {
  readonly tasks: readonly Task[];
  /** A module whose default export takes a task. */
  readonly workerFile: URL;
  readonly workers: number;
  readonly limits: Limits;
  /** Aborted: what is running is given up, what is finished stays. */
  readonly signal: AbortSignal;
  readonly onResult: (task: Task, result: Result) => void;
  readonly onFailed: (task: Task, reason: string) => void;
}

const attempts = 2;

const reasonOf = (error: unknown, limits: Limits, timedOut: boolean): string => {
  if (timedOut) return `took longer than ${limits.seconds} seconds`;
  const { code, message } = error as { code?: string; message?: string };
  if (code === 'ERR_WORKER_OUT_OF_MEMORY') return `needed more than ${limits.megabytes} MB`;
  return message ?? String(error);
};

/** An error that says what is wrong with the input stays wrong when tried again. */
const isFinal = (error: unknown): boolean => (error as { final?: boolean }).final === true;

/** A pool of workers that run the file, each with so much heap and what it reads as its data. */
export const openPool = <Task, Result>(
  file: URL,
  megabytes: number,
  threads: Readonly<{ minThreads: number; maxThreads: number; concurrentTasksPerWorker?: number }>,
  workerData?: unknown,
): Piscina<Task, Result> => {
  const pool = new Piscina<Task, Result>({
    ...threads,
    filename: file.href,
    workerData,
    execArgv: loaderFor(file),
    // Most of what a study makes is soon gone: a larger nursery is no quicker, a smaller one takes a twentieth of the time.
    resourceLimits: { maxOldGenerationSizeMb: megabytes, maxYoungGenerationSizeMb: 24 },
    // A wait on shared memory would keep a worker from ending between jobs, and from orders on its ports.
    atomics: 'disabled',
  });
  // A worker that dies is replaced by the pool; its error is that of its task, not the process's.
  pool.on('error', () => {});
  return pool;
};

/** Resolves when every task has a result or has failed, or the signal was aborted. */
export const runJobs = async <Task, Result>(work: Work<Task, Result>): Promise<void> => {
  const { tasks, limits, signal } = work;
  if (tasks.length === 0 || signal.aborted) return;
  const workers = Math.max(1, Math.min(work.workers, tasks.length));
  const threads = { minThreads: workers, maxThreads: workers };
  const pool = openPool<Task, Result>(work.workerFile, limits.megabytes, threads);
  const attempt = async (task: Task, left: number): Promise<void> => {
    const late = limits.seconds === null ? [] : [AbortSignal.timeout(limits.seconds * 1000)];
    let result: Result;
    try {
      result = await pool.run(task, { signal: AbortSignal.any([signal, ...late]) });
    } catch (error) {
      if (signal.aborted) return;
      if (left > 1 && !isFinal(error)) return attempt(task, left - 1);
      const timedOut = late.some(({ aborted }) => aborted);
      return work.onFailed(task, reasonOf(error, limits, timedOut));
    }
    work.onResult(task, result);
  };

  const waiting = tasks.values();
  const drain = async (): Promise<void> => {
    for (const task of waiting) {
      if (signal.aborted) return;
      await attempt(task, attempts);
    }
  };

  try {
    await Promise.all(Array.from({ length: workers }, drain));
  } finally {
    await pool.destroy();
  }
};
