/**
 * Workers behind the screen. Questions and live pedals have threads of their own, so that a pedal that
 * plays for a minute never keeps a prediction waiting.
 */
import { MessageChannel } from 'node:worker_threads';
import type { Piscina } from 'piscina';
import type { Places } from '../../workbench/places.ts';
import { openPool } from '../run-jobs.ts';
import { fileBeside } from '../threads.ts';
import type { ScreenOrder, ScreenReport, ScreenTask } from './task.ts';
import type { ScreenMessage } from './worker.ts';

export interface Asked {
  readonly answer: Promise<unknown>;
  order(order: ScreenOrder): void;
}

/** What the screen needs of workers; tests hand in a fake. */
export interface ScreenWorkers {
  /** How many questions are worked on at the same time. */
  readonly threads: number;
  ask(task: ScreenTask, onReport: (report: ScreenReport) => void): Asked;
  close(): Promise<void>;
}

const megabytes = 1024;

export const openScreenPool = (
  places: Places,
  threads: number,
  workerFile: URL = fileBeside(import.meta.url, 'worker'),
): ScreenWorkers => {
  const open = (maxThreads: number, concurrentTasksPerWorker: number): Piscina =>
    openPool(workerFile, megabytes, { minThreads: 1, maxThreads, concurrentTasksPerWorker });
  const questions = open(threads, 1);
  const players = open(1, 256);
  return {
    threads,
    ask: (task, onReport) => {
      const { port1, port2 } = new MessageChannel();
      port1.on('message', onReport);
      const message: ScreenMessage = { places, task, port: port2 };
      const pool = task.kind === 'play' ? players : questions;
      const answer = pool.run(message, { transferList: [port2] }).finally(() => port1.close());
      return { answer, order: (order) => port1.postMessage(order) };
    },
    close: async () => {
      await Promise.all([questions.destroy(), players.destroy()]);
    },
  };
};
