/** Answers the screen's questions that need no clock: the same in a worker and in process. */
import { audioClusterOf } from '../../device/audio-cluster.ts';
import type { DeviceProfile } from '../../device/profile.ts';
import { selectWidths } from '../../nam/widths.ts';
import type { PredictRow, WidthInfo } from '../../study/predict/row.ts';
import { explainSync } from '../../workbench/explain.ts';
import { predictSync } from '../../workbench/predict.ts';
import type { Workbench } from '../../workbench/workbench.ts';
import type { Explained, ExplainTask, RowsTask, WidthsTask } from './task.ts';

/** Shares of the clock by the device; they go with it, and the screen offers a few. */
const scaled = new WeakMap<DeviceProfile, Map<number, DeviceProfile>>();

/** The device with another clock on its audio cores; the same object for the same share. */
const atClock = (device: DeviceProfile, share: number): DeviceProfile => {
  const { chip } = device;
  if (chip === null || share === 1) return device;
  const known = scaled.get(device) ?? new Map<number, DeviceProfile>();
  scaled.set(device, known);
  const before = known.get(share);
  if (before !== undefined) return before;
  const audio = audioClusterOf(chip);
  const made: DeviceProfile = {
    ...device,
    chip: {
      ...chip,
      clusters: chip.clusters.map((cluster) =>
        cluster === audio
          ? {
              ...cluster,
              clockHz: {
                value: Math.round(cluster.clockHz.value * share),
                kind: 'estimate',
                source: `set to ${Math.round(share * 100)} % of the profile's clock`,
              },
            }
          : cluster,
      ),
    },
  };
  known.set(share, made);
  return made;
};

export const answerWidths = (workbench: Workbench, task: WidthsTask): readonly WidthInfo[] =>
  selectWidths(workbench.model(task.model), 'all', { whatIf: task.whatIf });

export const answerRows = (
  workbench: Workbench,
  { device, setting, copies }: RowsTask,
): readonly PredictRow[] =>
  predictSync(workbench, {
    models: setting.model,
    devices: atClock(workbench.device(device), setting.clockShare),
    engine: setting.engine,
    blockFrames: setting.blockFrames ?? undefined,
    whatIf: setting.whatIf,
    copies,
  }).rows;

/** @throws StudyError where there are no cycles */
export const answerExplain = (workbench: Workbench, task: ExplainTask): Explained => {
  const { setting, width, copies } = task;
  return explainSync(workbench, {
    model: setting.model,
    device: atClock(workbench.device(task.device), setting.clockShare),
    engine: setting.engine,
    blockFrames: setting.blockFrames ?? undefined,
    width: width === '' ? undefined : width,
    whatIf: setting.whatIf,
    copies,
  });
};
