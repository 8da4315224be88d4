/** A scenario from beginning to end with every block kept, for a look at each. */
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
    const columns = {
      load: [] as number[],
      responseSeconds: [] as number[],
      dueSeconds: [] as number[],
      startSeconds: [] as number[],
      clockHz: [] as number[],
      flags: [] as number[],
    };
    while (pedal.step()) {
      const { record } = pedal;
      statistics.add(record);
      columns.load.push(record.load);
      columns.responseSeconds.push((record.finish - record.release) / setup.clockHz);
      columns.dueSeconds.push((record.due - record.release) / setup.clockHz);
      columns.startSeconds.push(record.firstFrame / setup.sampleRateHz);
      columns.clockHz.push(record.clockHz);
      columns.flags.push((record.late ? 1 : 0) + (record.lost ? 2 : 0));
      if (statistics.blocks % blocksPerWord === 0) {
        const share = Math.min(1, record.firstFrame / setup.frames);
        port.postMessage({ kind: 'progress', share } satisfies ScreenReport);
        await new Promise((resolve) => setImmediate(resolve));
      }
    }
    return {
      run: summarise(simulation, 0),
      load: Float32Array.from(columns.load),
      responseSeconds: Float32Array.from(columns.responseSeconds),
      dueSeconds: Float32Array.from(columns.dueSeconds),
      startSeconds: Float64Array.from(columns.startSeconds),
      clockHz: Float64Array.from(columns.clockHz),
      flags: Uint8Array.from(columns.flags),
    };
  } finally {
    port.close();
  }
};
