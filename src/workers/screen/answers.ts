/** Answers the screen's questions that need no clock: the same in a worker and in process. */
import { setImmediate as breath } from 'node:timers/promises';
import type { MessagePort } from 'node:worker_threads';
import { audioClusterOf } from '../../device/audio-cluster.ts';
import type { ChipProfile, DeviceProfile } from '../../device/profile.ts';
import { selectWidths } from '../../nam/widths.ts';
import type { PredictRow, WidthInfo } from '../../study/predict/row.ts';
import { prepare } from '../../study/simulate/simulate.ts';
import { summarise } from '../../study/simulate/summarise.ts';
import { memoize } from '../../units/memoize.ts';
import { explainSync } from '../../workbench/explain.ts';
import { predictSync } from '../../workbench/predict.ts';
import type { Workbench } from '../../workbench/workbench.ts';
import type {
  Explained,
  ExplainTask,
  RowsTask,
  ScreenReport,
  Timeline,
  TimelineTask,
  WidthsTask,
} from './task.ts';

/** Shares of the clock by the device; they go with it, and the screen offers a few. */
const scaled = new WeakMap<DeviceProfile, Map<number, DeviceProfile>>();

const withClock = (device: DeviceProfile, chip: ChipProfile, share: number): DeviceProfile => {
  const audio = audioClusterOf(chip);
  const value = Math.round(audio.clockHz.value * share);
  const source = `set to ${Math.round(share * 100)} % of the profile's clock`;
  const clockHz = { value, kind: 'estimate', source } as const;
  const clusters = chip.clusters.map((cluster) =>
    cluster === audio ? { ...cluster, clockHz } : cluster,
  );
  return { ...device, chip: { ...chip, clusters } };
};

/** The device with another clock on its audio cores; the same object for the same share. */
const atClock = (device: DeviceProfile, share: number): DeviceProfile => {
  const { chip } = device;
  if (chip === null || share === 1) return device;
  const shares = memoize(scaled, device, () => new Map<number, DeviceProfile>());
  return memoize(shares, share, () => withClock(device, chip, share));
};

export const answerWidths = (workbench: Workbench, task: WidthsTask): readonly WidthInfo[] =>
  selectWidths(workbench.model(task.model), 'all', { whatIf: task.whatIf });

/** What predictions and explanations ask for alike. */
const askedOf = (workbench: Workbench, { device, setting }: RowsTask | ExplainTask) => {
  const { model, engine, whatIf, clockShare } = setting;
  const blockFrames = setting.blockFrames ?? undefined;
  const profile = atClock(workbench.device(device), clockShare);
  return { model, device: profile, engine, blockFrames, whatIf };
};

export const answerRows = (workbench: Workbench, task: RowsTask): readonly PredictRow[] => {
  const { model: models, device: devices, ...asked } = askedOf(workbench, task);
  const request = { models, devices, ...asked, copies: task.copies, arrangements: false };
  return predictSync(workbench, request).rows;
};

/** @throws StudyError where there are no cycles */
export const answerExplain = (workbench: Workbench, task: ExplainTask): Explained => {
  const { width, copies } = task;
  return explainSync(workbench, { ...askedOf(workbench, task), width: width || undefined, copies });
};

/** Blocks between two words of progress. */
const blocksPerWord = 4096;

/** A scenario from beginning to end with every block kept, for a look at each. */
export const playTimeline = async (
  workbench: Workbench,
  task: TimelineTask,
  port: MessagePort,
): Promise<Timeline> => {
  try {
    const simulation = prepare(task.job, workbench, { cache: workbench.costs });
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
