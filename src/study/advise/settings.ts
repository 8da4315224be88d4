/** What can be changed without touching the architecture: block length, engine, tanh. */
import type { ChipProfile } from '../../device/profile.ts';
import type { Width } from '../../nam/model.ts';
import type { Network } from '../../nam/network.ts';
import type { CostCache } from '../cost/cost-cache.ts';
import type { PredictRow } from '../predict/row.ts';
import type { Judge, Setting, Standing } from './standing.ts';

interface Option {
  readonly text: string;
  /** What the change asks of the user: latency, another firmware, ... */
  readonly drawback: string;
  /** For a search at this setting. */
  readonly setting: Setting;
}

export interface SettingChange extends Standing, Option {
  readonly width: string;
  readonly cyclesSavedPerSample: number;
}

const fastTanh = (setting: Setting): Option => ({
  text: "the engine's fast tanh instead of libm's",
  drawback: 'a slightly different sound',
  setting: { ...setting, tanh: 'fast' },
});

const optionsOf = (
  chip: ChipProfile,
  engines: readonly string[],
  setting: Setting,
  now: string,
): readonly Option[] => [
  ...chip.audio.allowedBlockFrames.value
    .filter((blockFrames) => blockFrames !== setting.blockFrames)
    .map((blockFrames) => ({
      text: `blocks of ${blockFrames} frames instead of ${setting.blockFrames}`,
      drawback: blockFrames > setting.blockFrames ? 'more latency' : 'tighter deadlines',
      setting: { ...setting, blockFrames },
    })),
  ...engines
    .filter((engine) => engine !== now)
    .map((engine) => ({
      text: `the engine ${engine} instead of ${now}`,
      drawback: 'other firmware',
      setting: { ...setting, engine },
    })),
  ...((setting.tanh ?? chip.build.tanh.value) === 'libm' ? [fastTanh(setting)] : []),
];

const mostShown = 3;

/** The settings of the device that take the most off the load, the best first. `row`: as it is now. */
export const cheaperSettings = (
  judge: Judge,
  cache: CostCache,
  network: Network,
  width: Width,
  row: PredictRow,
): readonly SettingChange[] => {
  const { chip } = judge;
  const { engine: now, cyclesPerSample, load } = row;
  if (now === null || cyclesPerSample === null || load === null) return [];
  const setting = judge.setting(row);
  const engines = judge.place(setting).engines.map(({ id }) => id);
  return optionsOf(chip, engines, setting, now)
    .flatMap((option): SettingChange[] => {
      const { engine } = option.setting;
      const costed = judge.row(network, width, option.setting, cache);
      // An engine that does not take the network hands it to another.
      if (engine !== setting.engine && costed?.engine !== engine) return [];
      const standing = costed && judge.standing(costed);
      if (standing === null || standing.load >= load.expected) return [];
      const saved = cyclesPerSample.expected - standing.cyclesPerSample;
      return [{ ...option, ...standing, width: width.label, cyclesSavedPerSample: saved }];
    })
    .sort((a, b) => a.load - b.load)
    .slice(0, mostShown);
};
