/** The first line of `predict`: on how many pedals which width runs, surely and probably, once and twice. */
import type { PredictRow } from '../../study/predict/row.ts';
import { counted, times } from '../text/words.ts';
import { type Group, groupBy, placeOf } from './groups.ts';
import { rowVerdict } from './verdict-text.ts';

/** More widths than this are named by the widest and the narrowest. */
const mostWidths = 3;

const runsOn = (rows: readonly PredictRow[], sure: boolean): number =>
  new Set(rows.filter((row) => row.verdict === 'fits' && row.sure === sure).map(placeOf)).size;

/** 'once on 12 (probably on 2 more)'. */
const onPedals = (rows: readonly PredictRow[], copies: number): string => {
  const probable = runsOn(rows, false);
  return `${times(copies)} on ${runsOn(rows, true)}${probable === 0 ? '' : ` (probably on ${probable} more)`}`;
};

/** One line of one pedal may have several engines and blocks: the best of them answers. */
const best = ([first, ...others]: Group<PredictRow>): PredictRow =>
  others.reduce((a, b) => ((b.chance ?? -1) > (a.chance ?? -1) ? b : a), first);

/** For each width, the widest and the narrowest of many, what `of` says of each number of copies. */
const eachWidth = (
  rows: readonly PredictRow[],
  of: (rows: Group<PredictRow>, copies: number) => string,
): string => {
  const widths = groupBy(rows, (row) => row.width.label);
  const shown = widths.length <= mostWidths ? widths : [...widths.slice(0, 1), ...widths.slice(-1)];
  return shown
    .map(([label, own]) => {
      const byCopies = groupBy(own, ({ copies }) => String(copies)).map(([, some]) => some);
      const words = [...byCopies]
        .sort(([a], [b]) => a.copies - b.copies)
        .map((some) => of(some, some[0].copies));
      return `${label} ${words.join(', ')}`;
    })
    .join('; ');
};

/** Of the rows of one model; '' where there are none. */
export const answerOf = (rows: readonly PredictRow[]): string => {
  const [first] = rows;
  if (first === undefined) return '';
  const pedals = new Set(rows.map(placeOf)).size;
  return pedals === 1
    ? `On ${first.deviceName}: ${eachWidth(rows, (own, n) => `${times(n)} ${rowVerdict(best(own))}`)}.`
    : `Surely runs, of ${counted(pedals, 'device')}: ${eachWidth(rows, onPedals)}.`;
};
