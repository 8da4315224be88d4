/** `explain --ir`: what an impulse response costs in every block and in bursts, and what of it waits. */
import type { ExplainedImpulse, ImpulseCost } from '../study/explain/impulse.ts';
import { percent, short } from '../units/number-text.ts';
import * as parts from './explain-text.ts';
import { blocksText, inked, nextCommand, section } from './text/blocks.ts';
import type { Style } from './text/text-table.ts';
import { printable, wrap } from './text/text-width.ts';

type Period = ImpulseCost['periods'][number];

const waitText = (cycles: number): string =>
  cycles >= 1 ? `, of which ${short(Math.round(cycles))} wait for memory` : '';

/** What an engineer asks first: which library, what a quiet block takes, and what the longest. */
const reasonsOf = ({ periods, ...cost }: ImpulseCost): readonly string[] => {
  const budget = (cost.blockFrames * cost.clockHz) / cost.sampleRateHz;
  const shareOf = ({ cycles }: Period): string => percent(cycles / budget);
  const frames = (period: Period): string => short(period.everyBlocks * cost.blockFrames);
  const bursts = periods
    .filter(({ everyBlocks }) => everyBlocks > 1)
    .map((period) => {
      const cycles = `${short(Math.round(period.cycles))} cycles, ${shareOf(period)} of a block's time`;
      return period.kinds.every(({ name }) => name === 'ring')
        ? `Every ${frames(period)} samples the history moves to the front of its buffer: ${cycles}.`
        : `Every ${frames(period)} samples a burst works on all of them: ${cycles}.`;
    });
  const worst = `The longest block takes ${percent(cost.longestLoad)} of its time, the mean ${percent(cost.meanLoad)}: plan with the first.`;
  return [
    `${cost.convolverName} (${cost.convolver}) convolves ${short(cost.taps)} taps; what it works on lies in ${cost.placement}.`,
    ...bursts,
    bursts.length === 0 ? 'Every block takes the same: there are no bursts.' : worst,
  ];
};

const periodLines = (period: Period, style: Style): readonly string[] => {
  const waits = period.kinds.reduce((sum, { memoryCycles }) => sum + memoryCycles, 0);
  const { everyBlocks, cycles: all } = period;
  const when = everyBlocks === 1 ? 'Every block' : `Beside it, once in ${everyBlocks} blocks`;
  const title = `${when}: ${short(Math.round(all))} cycles${waitText(waits)}`;
  const rows = period.kinds.map(({ name, cycles, share, limitedBy, memoryCycles }) => {
    const words = parts.limits[limitedBy].word + waitText(memoryCycles);
    return { name, cycles, share, words };
  });
  return section(style, title, parts.accountTable(rows, style));
};

/** `asked`: the impulse response and the device as the next command has to name them. */
export const renderExplainImpulse = (
  { impulse, explanation, warnings }: ExplainedImpulse,
  style: Style,
  asked: { readonly ir: string; readonly device: string },
): string => {
  const { total, kernels } = explanation;
  const { taps, deviceName, convolver, core, blockFrames } = impulse;
  const subject = `${short(taps)} taps on ${printable(deviceName)}, ${convolver}, ${core}, blocks of ${blockFrames}`;
  const sums = `${parts.tidy(total.cyclesPerSample)} cycles a sample in the mean (${parts.tidy(total.bestCyclesPerSample)} at best, ${parts.tidy(total.worstCyclesPerSample)} at worst), ${parts.tidy(total.instructionsPerSample)} instructions, load ${percent(impulse.meanLoad)}, in the longest block ${percent(impulse.longestLoad)}`;
  const other = convolver === 'fftconvolver' ? 'audiodsptools' : 'fftconvolver';
  return blocksText(
    [...inked(style, 'bold', subject), ...wrap(sums, style.columns)],
    section(style, 'Why', parts.reasonLines([...reasonsOf(impulse), ...warnings], style)),
    ...impulse.periods.map((period) => periodLines(period, style)),
    section(
      style,
      'What limits it, in the mean',
      parts.accountTable(parts.partsRows(total), style),
    ),
    section(style, 'Kernels, in the mean', parts.kernelsLines(kernels, style)),
    nextCommand(
      style,
      'the same by another library',
      `explain --ir ${asked.ir} --device ${asked.device} --block ${blockFrames} --convolver ${other}`,
    ),
  );
};
