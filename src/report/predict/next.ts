/** The closing line of `predict`: the command that answers what the table makes one ask. */
import type { PredictRow } from '../../study/predict/row.ts';
import { percent } from '../text/number.ts';
import { paint, type Style } from '../text/style.ts';
import { printable } from '../text/text-width.ts';

/** As many again as were asked for, in steps that a line of the table holds. */
const moreThan = (rows: readonly PredictRow[]): string => {
  const most = Math.max(...rows.map((row) => row.copies));
  return [1, 2, 3, 4].map((n) => n + (most < 4 ? 0 : most - 1)).join(',');
};

/** Over the limit by the least: the row where a change of the model would be worth the most. */
const nearestMiss = (rows: readonly PredictRow[]): PredictRow | null => {
  let best: PredictRow | null = null;
  for (const row of rows) {
    if (row.load === null || row.verdict !== 'over') continue;
    if (best === null || row.load.expected < (best.load?.expected ?? 0)) best = row;
  }
  return best;
};

export interface NextOptions {
  /** What the user typed for a device's id, where that was a path. */
  readonly deviceWords?: ReadonlyMap<string, string> | undefined;
  /** The options of the call that the next one should have, too, by its verb: ' --engine nam-core'. */
  readonly kept?: Readonly<Record<'explain' | 'predict', string>> | undefined;
}

export const nextStep = (
  rows: readonly PredictRow[],
  style: Style,
  { deviceWords = new Map(), kept = { explain: '', predict: '' } }: NextOptions,
): string => {
  const device = (row: PredictRow): string =>
    printable(deviceWords.get(row.devicePath ?? row.device) ?? row.device);
  const say = (reason: string, command: string): string =>
    `${reason}\n${paint(style, 'cyan', `  pedalbench ${command}`)}`;
  // A model of a `models` folder has its short name; any other its path.
  const model = (row: PredictRow): string => {
    const byId = row.modelPath?.endsWith(`models/${row.model}.nam`) ?? true;
    return printable(byId ? row.model : (row.modelPath ?? row.model));
  };
  const miss = nearestMiss(rows);
  if (miss !== null) {
    const copies = miss.copies > 1 ? `${miss.copies} copies of ` : '';
    const what = `${copies}${printable(miss.width.label)} on ${printable(miss.deviceName)}`;
    return say(
      `Next: the nearest miss is ${what} (${percent(miss.load?.expected ?? 0)}); see where its cycles go:`,
      `explain ${model(miss)} --device ${device(miss)} --width ${printable(miss.width.label)}${miss.copies > 1 ? ` --copies ${miss.copies}` : ''}${kept.explain}`,
    );
  }
  const known = rows.filter((row) => row.load !== null);
  const highest = [...known].sort((a, b) => (b.load?.expected ?? 0) - (a.load?.expected ?? 0))[0];
  if (highest !== undefined) {
    return say(
      'Next: everything with a known chip is inside its limit; see how many more would be:',
      `predict ${model(highest)} --device ${device(highest)} --copies ${moreThan(rows)}${kept.predict}`,
    );
  }
  return say('Next: see what is known about these pedals:', 'devices');
};
