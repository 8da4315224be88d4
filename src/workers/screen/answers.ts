/** Answers the screen's questions that need no clock: the same in a worker and in process. */
import { audioClusterOf } from '../../device/audio-cluster.ts';
import type { DeviceProfile } from '../../device/profile.ts';
import { openLibrary } from '../../library/open-library.ts';
import { selectWidths, slim, widthsOf } from '../../nam/widths.ts';
import { CostBook } from '../../study/cost/cost-cache.ts';
import { price } from '../../study/cost/price.ts';
import { explain } from '../../study/explain/explain.ts';
import { predict } from '../../study/predict/predict.ts';
import type { PredictRow, WidthInfo } from '../../study/predict/row.ts';
import type { SimulationLibrary } from '../../study/simulate/library.ts';
import { PoolError } from '../pool-error.ts';
import type {
  Explained,
  ExplainTask,
  RowsTask,
  ScreenPlaces,
  ScreenSetting,
  WidthsTask,
} from './task.ts';

/** What is read and costed, kept between questions. */
export interface ScreenDesk {
  readonly library: SimulationLibrary;
  readonly book: CostBook;
  readonly places: ScreenPlaces;
}

export const openDesk = (places: ScreenPlaces): ScreenDesk => ({
  library: openLibrary(places.files),
  book: new CostBook(),
  places,
});

const scaled = new WeakMap<DeviceProfile, Map<number, DeviceProfile>>();

/** The device with another clock on its audio cores; the same object for the same share. */
export const atClock = (device: DeviceProfile, share: number): DeviceProfile => {
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

export const answerWidths = (desk: ScreenDesk, task: WidthsTask): readonly WidthInfo[] => {
  const model = desk.library.model(task.model);
  return selectWidths(model, 'all', { whatIf: task.whatIf });
};

const predictOn = (
  desk: ScreenDesk,
  deviceName: string,
  setting: ScreenSetting,
  width: string,
  copies: readonly number[],
): readonly PredictRow[] => {
  const { library, book, places } = desk;
  return predict(
    {
      models: [library.model(setting.model)],
      devices: [atClock(library.device(deviceName), setting.clockShare)],
      engines: library.engines,
      coreOf: (id) => library.core(id),
      measured: places.measured,
      engine: setting.engine,
      blockFrames: setting.blockFrames === null ? undefined : [setting.blockFrames],
      width,
      whatIf: setting.whatIf,
      copies,
    },
    book,
  ).rows;
};

export const answerRows = (desk: ScreenDesk, task: RowsTask): readonly PredictRow[] =>
  predictOn(desk, task.device, task.setting, 'all', task.copies);

/** @throws PoolError 'nothing-to-explain' where there are no cycles. */
export const answerExplain = (desk: ScreenDesk, task: ExplainTask): Explained => {
  const { library, book } = desk;
  const { setting } = task;
  const device = atClock(library.device(task.device), setting.clockShare);
  const { chip } = device;
  if (chip === null) {
    throw new PoolError(
      'nothing-to-explain',
      `${device.name}: its chip is not published, so there are no cycles to explain.`,
    );
  }
  const model = library.model(setting.model);
  const width = task.width === '' ? (widthsOf(model).at(-1)?.label ?? 'full') : task.width;
  const [row] = predictOn(desk, task.device, setting, width, [task.copies]);
  const { network } = slim(model, width, { whatIf: setting.whatIf });
  const core = library.core(audioClusterOf(chip).coreId);
  const blockFrames = setting.blockFrames ?? chip.audio.blockFrames.value;
  const priced = price(book, {
    network,
    chip,
    core,
    engines: library.engines,
    engine: setting.engine,
    blockFrames,
    copies: task.copies,
    parallel: false,
  });
  if (priced.engine === null || row === undefined) {
    throw new PoolError(
      'nothing-to-explain',
      `${model.id} ${width} on ${device.name}: no engine takes it. ${priced.choice.reasons.join(' ')}`,
    );
  }
  return { row, explanation: explain(priced, core, blockFrames) };
};
