/** `advise` for people: per pedal the limits, how far each width is from them, and what would help. */

import type { Advice, DeviceAdvice, WidthAdvice } from '../study/advise/advise.ts';
import type { Distance } from '../study/advise/request.ts';
import { grouped, percent } from './text/number.ts';
import { paint, type Style } from './text/style.ts';
import { wrap } from './text/wrap.ts';

const signedPercent = (share: number): string =>
  `${share > 0 ? '+' : ''}${(share * 100).toFixed(1)} %`;

const distanceText = (at: Distance | undefined, style: Style): string => {
  if (at === undefined) return '–'.padStart(20);
  const text = `${percent(at.load).padStart(6)} ${(at.inside ? 'inside' : 'over').padEnd(6)} ${signedPercent(at.distance).padStart(8)}`;
  return paint(style, at.inside ? 'green' : 'red', text.slice(0, 22).padStart(22));
};

const widthLine = (
  advice: WidthAdvice,
  copies: readonly number[],
  labelWidth: number,
  style: Style,
): string => {
  const cells = copies.map((count) =>
    distanceText(
      advice.distances.find((distance) => distance.copies === count),
      style,
    ),
  );
  const reason = advice.distances.length === 0 ? `  ${advice.reasons[0] ?? ''}` : '';
  return `  ${advice.width.label.padEnd(labelWidth)}${cells.join('  ')}${reason}`;
};

const missLines = (miss: DeviceAdvice['nearMisses'][number], style: Style): readonly string[] => {
  const copies = miss.copies === 1 ? 'once' : miss.copies === 2 ? 'twice' : `${miss.copies} times`;
  const head = `  ${miss.width} misses running ${copies} by ${(miss.over * 100).toFixed(1)} % (load ${percent(miss.load).trim()}).`;
  const searched =
    miss.obstacle === null
      ? `  Smallest changes that bring it inside, of ${grouped(miss.candidates)} architectures:`
      : `  Its architecture was not searched: ${miss.obstacle}.`;
  const changes = miss.suggestions.flatMap((one, i) => {
    const helps = one.alsoHelps.length > 0 ? `; also on ${one.alsoHelps.join(', ')}` : '';
    const lost = `${grouped(one.weightsLost)} of ${grouped(one.weights + one.weightsLost)} weights`;
    const field =
      one.receptiveFieldLost > 0
        ? `, ${grouped(one.receptiveFieldLost)} samples of receptive field`
        : '';
    const text = `${one.text}: load ${percent(one.load).trim()}, saves ${grouped(one.cyclesSavedPerSample)} cycles a sample, gives up ${lost}${field}${helps}`;
    return wrap(text, style.columns - 7).map(
      (line, n) => `    ${n === 0 ? `${i + 1}.` : '  '} ${line}`,
    );
  });
  const none =
    miss.obstacle === null && miss.suggestions.length === 0
      ? ['    none within a few steps; a narrower width is the way']
      : [];
  const settings = miss.settings
    .slice(0, 3)
    .map(
      (one) =>
        `    or ${one.text}: saves ${grouped(one.cyclesSavedPerSample)} cycles a sample${one.inside ? ', which is enough' : ''} (${one.price})`,
    );
  return [
    head,
    ...(miss.suggestions.length > 0 || miss.obstacle !== null ? [searched] : []),
    ...changes,
    ...none,
    ...settings,
  ];
};

const deviceLines = (advice: DeviceAdvice, style: Style): readonly string[] => {
  const copies = advice.widest.map(({ copies: count }) => count);
  const title = paint(style, 'bold', advice.deviceName);
  if (advice.limitCyclesPerSample === null || advice.margin === null) {
    const [first] = advice.widths;
    return [
      `${title}: no chip is known, so there are no limits.`,
      `  ${first?.reasons[0] ?? ''}`,
      '',
    ];
  }
  const labelWidth = Math.max(8, ...advice.widths.map(({ width }) => width.label.length)) + 2;
  const limits = advice.limits.map(
    ({ copies: count, cyclesPerSampleEach }) => `${count}x ${grouped(cyclesPerSampleEach)}`,
  );
  const widest = advice.widest
    .map(({ copies: count, width }) => `${count}x ${width ?? 'none'}`)
    .join(', ');
  return [
    `${title}  ${advice.engine ?? ''}, ${advice.core ?? ''}, blocks of ${advice.blockFrames}, keeping ${(advice.margin * 100).toFixed(0)} % free (${advice.confidence})`,
    `  limit of each copy in cycles a sample: ${limits.join(', ')}`,
    `  ${''.padEnd(labelWidth)}${copies.map((count) => `${count}x: load, distance`.padStart(22)).join('  ')}`,
    ...advice.widths.map((width) => widthLine(width, copies, labelWidth, style)),
    `  widest that fits: ${widest}`,
    ...advice.nearMisses.flatMap((miss) => missLines(miss, style)),
    '',
  ];
};

export const renderAdvice = (advice: Advice, model: string, style: Style): string => {
  const next =
    advice.best === null
      ? `Next: pedalbench explain ${model} --device ${advice.devices[0]?.device ?? 'ID'} shows where the cycles go.`
      : `Next: --write FILE writes the first change (${advice.best.width} on ${advice.best.device}) as a .nam with seeded weights; predict and run take it like any other.`;
  return [
    ...advice.devices.flatMap((device) => deviceLines(device, style)),
    ...wrap(next, style.columns),
    '',
  ].join('\n');
};
