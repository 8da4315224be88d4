/** A scenario from beginning to end with every block kept, for a look at each. */
import { setImmediate as breath } from 'node:timers/promises';
import type { MessagePort } from 'node:worker_threads';
import { prepare } from '../../study/simulate/simulate.ts';
import { summarise } from '../../study/simulate/summarise.ts';
import type { Workbench } from '../../workbench/workbench.ts';
import type { ScreenReport, Timeline, TimelineTask } from './task.ts';

/** Blocks between two words of progress. */
const blocksPerWord = 4096;

export const playTimeline = async (
  workbench: Workbench,
  task: TimelineTask,
  port: MessagePort,
): Promise<Timeline> => {
  try {
    const simulation = prepare(task.job, workbench, { book: workbench.costs });
    const { pedal, statistics, setup } = simulation;
    const load: number[] = [];
    const responseSeconds: number[] = [];
    const dueSeconds: number[] = [];
    const startSeconds: number[] = [];
    const clockHz: number[] = [];
    const flags: number[] = [];
    while (pedal.step()) {
      const { record } = pedal;
      statistics.add(record);
      load.push(record.load);
      responseSeconds.push((record.finish - record.release) / setup.clockHz);
      dueSeconds.push((record.due - record.release) / setup.clockHz);
      startSeconds.push(record.firstFrame / setup.sampleRateHz);
      clockHz.push(record.clockHz);
      flags.push((record.late ? 1 : 0) + (record.lost ? 2 : 0));
      if (statistics.blocks % blocksPerWord === 0) {
        const share = Math.min(1, record.firstFrame / setup.frames);
        port.postMessage({ kind: 'progress', share } satisfies ScreenReport);
        await breath();
      }
    }
    return {
      run: summarise(simulation, 0),
      load: Float32Array.from(load),
      responseSeconds: Float32Array.from(responseSeconds),
      dueSeconds: Float32Array.from(dueSeconds),
      startSeconds: Float64Array.from(startSeconds),
      clockHz: Float64Array.from(clockHz),
      flags: Uint8Array.from(flags),
    };
  } finally {
    port.close();
  }
};
