/** A first file of budgets from today's numbers, with slack, for `check --init`. */
import type { Budget } from '../../scenario/budget.ts';
import type { PredictRow } from '../predict/row.ts';

/** Room above today's cost: less would fail on the next honest change, more would notice nothing. */
const slack = 1.05;

/** Rounded up to three digits, so that the file reads as a decision and not as a measurement. */
const roundUp = (value: number): number => {
  const step = 10 ** Math.max(0, Math.floor(Math.log10(value)) - 2);
  return Math.ceil(value / step) * step;
};

/** What was asked for besides; what was not is left to the device. */
export type FirstSettings = Partial<
  Pick<Budget, 'engine' | 'block' | 'rateHz' | 'copies' | 'tanh'>
>;

/**
 * One budget for every row that has a cost; rows without are left out.
 * @param names as the file has to say them: ids, or paths relative to it
 */
export const firstBudgets = (
  rows: readonly PredictRow[],
  names: Readonly<Record<'model' | 'device', string>>,
  settings: FirstSettings,
) =>
  rows.flatMap((row) => {
    if (row.cyclesPerSample === null || row.load === null || row.verdict === 'unknown') return [];
    const percent = (row.load.expected * 100).toFixed(1);
    return [
      {
        name: `${names.model} ${row.width.label} on ${names.device}`,
        model: names.model,
        width: row.width.label,
        device: names.device,
        ...settings,
        metric: 'cyclesPerSample',
        max: roundUp(row.cyclesPerSample.expected * slack),
        maxIncreasePercent: 1,
        level: row.verdict === 'over' || row.verdict === 'wont-load' ? 'warn' : 'error',
        reason: `${percent} % of a core when this budget was set (${row.verdict}).`,
      },
    ];
  });
