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

/** Resolves when every task has a result or has failed, or the signal was aborted. */
export const runJobs = async <Task, Result>(work: Work<Task, Result>): Promise<void> => {
  const { tasks, limits, signal } = work;
  if (tasks.length === 0 || signal.aborted) return;
  const workers = Math.max(1, Math.min(work.workers, tasks.length));
  const pool = new Piscina<Task, Result>({
    filename: work.workerFile.href,
    minThreads: workers,
    maxThreads: workers,
    execArgv: loaderFor(work.workerFile),
    resourceLimits: { maxOldGenerationSizeMb: limits.megabytes },
    // A wait on shared memory would keep the worker from ending between jobs.
    atomics: 'disabled',
  });
  // A worker that dies between jobs is replaced by the pool; its error is not the process's.
  pool.on('error', () => {});
  let next = 0;

  const attempt = async (
    task: Task,
  ): Promise<{ result: Result } | { error: unknown; late: boolean }> => {
    const stop = new AbortController();
    const abort = (): void => stop.abort();
    signal.addEventListener('abort', abort, { once: true });
    let late = false;
    const timer =
      limits.seconds === null
        ? null
        : setTimeout(() => {
            late = true;
            stop.abort();
          }, limits.seconds * 1000);
    try {
      return { result: await pool.run(task, { signal: stop.signal }) };
    } catch (error) {
      return { error, late };
    } finally {
      if (timer !== null) clearTimeout(timer);
      signal.removeEventListener('abort', abort);
    }
  };

  const drain = async (): Promise<void> => {
    for (;;) {
      const task = tasks[next];
      if (task === undefined || signal.aborted) return;
      next += 1;
      for (let tried = 1; ; tried += 1) {
        const outcome = await attempt(task);
        if (signal.aborted && !('result' in outcome)) return;
        if ('result' in outcome) {
          work.onResult(task, outcome.result);
          break;
        }
        if (tried === attempts || isFinal(outcome.error)) {
          work.onFailed(task, reasonOf(outcome.error, limits, outcome.late));
          break;
        }
      }
    }
  };

  try {
    await Promise.all(Array.from({ length: workers }, drain));
  } finally {
    await pool.destroy();
  }
};
