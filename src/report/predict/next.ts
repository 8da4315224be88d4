/** The closing line of `predict`: the command that answers what the table makes one ask. */
import type { PredictRow } from '../../study/predict/row.ts';
import { percent } from '../text/number.ts';
import { nextCommand, type Style } from '../text/style.ts';
import { printable } from '../text/text-width.ts';
import { placeOf } from './groups.ts';

/** As many again as were asked for, in steps that a line of the table holds. */
const moreThan = (rows: readonly PredictRow[]): string => {
  const most = Math.max(...rows.map((row) => row.copies));
  return [1, 2, 3, 4].map((n) => n + (most < 4 ? 0 : most - 1)).join(',');
};

const loadOf = (row: PredictRow): number => row.load?.expected ?? 0;

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
): string[] => {
  const device = (row: PredictRow): string =>
    printable(deviceWords.get(placeOf(row)) ?? row.device);
  // A model of a `models` folder has its short name; any other its path.
  const model = (row: PredictRow): string => {
    const byId = row.modelPath?.endsWith(`models/${row.model}.nam`) ?? true;
    return printable(byId ? row.model : (row.modelPath ?? row.model));
  };
  const known = rows.filter((row) => row.load !== null).sort((a, b) => loadOf(a) - loadOf(b));
  // Over the limit by the least: where a change of the model would be worth the most.
  const miss = known.find((row) => row.verdict === 'over');
  if (miss !== undefined) {
    const { copies, width, deviceName } = miss;
    const what = `${copies > 1 ? `${copies} copies of ` : ''}${printable(width.label)} on ${printable(deviceName)}`;
    return nextCommand(
      style,
      `the nearest miss is ${what} (${percent(loadOf(miss))}); see where its cycles go`,
      `explain ${model(miss)} --device ${device(miss)} --width ${printable(width.label)}${copies > 1 ? ` --copies ${copies}` : ''}${kept.explain}`,
    );
  }
  const highest = known.find((row) => loadOf(row) === loadOf(known.at(-1) ?? row));
  if (highest === undefined) {
    return nextCommand(style, 'see what is known about these pedals', 'devices');
  }
  return nextCommand(
    style,
    'everything with a known chip is inside its limit; see how many more would be',
    `predict ${model(highest)} --device ${device(highest)} --copies ${moreThan(rows)}${kept.predict}`,
  );
};
