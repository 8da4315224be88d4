/** Which rows of a prediction are shown, and in which order. */
import type { PredictResult, PredictRow } from './row.ts';

export const onlyWords = ['fits', 'sure', 'tight', 'over'] as const;
export type OnlyWord = (typeof onlyWords)[number];
export const sortWords = ['load', 'name', 'chance'] as const;
export type SortWord = (typeof sortWords)[number];

export interface Selection {
  readonly only?: OnlyWord | undefined;
  /** Leaves out boards, classes of chip and computers. */
  readonly products?: boolean | undefined;
  readonly sort?: SortWord | undefined;
}

const productTiers: readonly string[] = ['linux-pedal', 'dsp-pedal', 'budget-multifx'];

const isProduct = ({ tier }: Pick<PredictRow, 'tier'>): boolean => productTiers.includes(tier);

/** Rows without a number come last. */
const orders: Readonly<Record<SortWord, (a: PredictRow, b: PredictRow) => number>> = {
  load: (a, b) => (a.load?.expected ?? Infinity) - (b.load?.expected ?? Infinity) || 0,
  name: (a, b) => (a.deviceName < b.deviceName ? -1 : a.deviceName > b.deviceName ? 1 : 0),
  chance: (a, b) => (b.chance ?? -1) - (a.chance ?? -1),
};

export const selectRows = (
  result: PredictResult,
  { only, products = false, sort }: Selection,
): PredictResult => {
  const wanted = (row: PredictRow): boolean =>
    (!products || isProduct(row)) &&
    (only === undefined || (only === 'sure' ? row.sure : row.verdict === only));
  const rows = result.rows.filter(wanted);
  return { ...result, rows: sort === undefined ? rows : [...rows].sort(orders[sort]) };
};
