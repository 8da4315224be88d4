/** The first line of `predict`: on how many pedals which width runs, surely and probably, once and twice. */
import type { PredictRow } from '../../study/predict/row.ts';
import { counted, times } from '../text/words.ts';
import { rowVerdict } from './verdict-text.ts';

/** More widths than this are named by the widest and the narrowest. */
const mostWidths = 3;

const placeOf = (row: PredictRow): string => row.devicePath ?? row.device;

const unique = <T>(items: readonly T[]): T[] => [...new Set(items)];

const runsOn = (rows: readonly PredictRow[], sure: boolean): number =>
  unique(rows.filter((row) => row.verdict === 'fits' && row.sure === sure).map(placeOf)).length;

/** 'once on 12 (probably on 2 more)'. */
const onPedals = (rows: readonly PredictRow[], copies: number): string => {
  const sure = runsOn(rows, true);
  const probable = runsOn(rows, false);
  return `${times(copies)} on ${sure}${probable === 0 ? '' : ` (probably on ${probable} more)`}`;
};

const copiesOf = (rows: readonly PredictRow[]): number[] =>
  unique(rows.map((row) => row.copies)).sort((a, b) => a - b);

const widthsOf = (rows: readonly PredictRow[]): string[] => {
  const labels = unique(rows.map((row) => row.width.label));
  return labels.length <= mostWidths ? labels : [labels[0] ?? '', labels.at(-1) ?? ''];
};

const ofMany = (rows: readonly PredictRow[]): string => {
  const pedals = unique(rows.map(placeOf)).length;
  const each = widthsOf(rows).map((label) => {
    const own = rows.filter((row) => row.width.label === label);
    const words = copiesOf(own).map((n) =>
      onPedals(
        own.filter((row) => row.copies === n),
        n,
      ),
    );
    return `${label} ${words.join(', ')}`;
  });
  return `Surely runs, of ${counted(pedals, 'device')}: ${each.join('; ')}.`;
};

/** One line of one pedal may have several engines and blocks: the best of them answers. */
const best = (rows: readonly PredictRow[]): PredictRow | undefined =>
  [...rows].sort((a, b) => (b.chance ?? -1) - (a.chance ?? -1))[0];

const ofOne = (rows: readonly PredictRow[]): string => {
  const each = widthsOf(rows).map((label) => {
    const own = rows.filter((row) => row.width.label === label);
    const words = copiesOf(own).flatMap((n) => {
      const row = best(own.filter((r) => r.copies === n));
      return row === undefined ? [] : [`${times(n)} ${rowVerdict(row)}`];
    });
    return `${label} ${words.join(', ')}`;
  });
  return `On ${rows[0]?.deviceName ?? 'this pedal'}: ${each.join('; ')}.`;
};

/** Of the rows of one model; '' where there are none. */
export const answerOf = (rows: readonly PredictRow[]): string => {
  if (rows.length === 0) return '';
  return unique(rows.map(placeOf)).length === 1 ? ofOne(rows) : ofMany(rows);
};
