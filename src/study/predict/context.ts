/** What stands around the kernel in a row, in words. */
import { type ChipProfile, convolverOf } from '../../device/profile.ts';
import type { Priced } from '../cost/price.ts';
import { type Rates, resamplerText } from '../cost/resampling.ts';
import type { CountedContext } from './row.ts';

const graphOf = ({ host }: ChipProfile): string | null => {
  const parts = [
    ...(host.reserveShare.value > 0
      ? [`${Number((100 * host.reserveShare.value).toPrecision(2))} % of a core`]
      : []),
    ...(host.secondsPerBlock.value > 0
      ? [`${Number((1e6 * host.secondsPerBlock.value).toPrecision(2))} us a block`]
      : []),
  ];
  return parts.length === 0 ? null : parts.join(' and ');
};

/** `resample`: false where the model was asked to run at the session's rate. */
export const contextOf = (
  chip: ChipProfile,
  { tanh, choice }: Priced,
  rates: Rates,
  resample: boolean | undefined,
): CountedContext => ({
  governor: chip.dvfs?.governor.value ?? null,
  graph: graphOf(chip),
  resampler: resamplerText(chip, rates, resample),
  convolver: convolverOf(chip),
  tanh,
  engineBecause: choice.reasons.length === 0 ? null : choice.reasons.join(' '),
});
