/** A verdict with how sure it is, a load with its interval, and the answer of all rows: the same words in every report. */
import type { PredictRow } from '../../study/predict/row.ts';
import type { OnlyWord } from '../../study/predict/select.ts';
import { counted, percent, times } from '../../units/number-text.ts';
import type { Interval } from '../../units/range.ts';
import { byModel, type Group, groupBy, placeOf } from './groups.ts';

/** What of a row its words hang on. */
export interface VerdictFields extends Pick<PredictRow, 'verdict' | 'chance' | 'sure'> {
  readonly load: Pick<Interval, 'low' | 'expected' | 'high'> | null;
}

/** Below this chance that it fits, `over` is as sure as `fits` is from 1 - this on. */
const noChance = 0.05;

/** `tight` says by itself that it could go either way. */
export const isSettled = ({ verdict, chance, sure }: Omit<VerdictFields, 'load'>): boolean =>
  verdict === 'fits' ? sure : verdict !== 'over' || chance === null || chance <= noChance;

/** 'fits', or 'fits?' where the verdict leans on the expected value alone. */
export const verdictWord = (row: Omit<VerdictFields, 'load'>): string =>
  isSettled(row) ? row.verdict : `${row.verdict}?`;

/** '36-55', where nine of ten such predictions hold the truth; '7.1-8.4' below a tenth; '' without a load. */
export const intervalText = ({ load }: Pick<VerdictFields, 'load'>): string => {
  if (load === null) return '';
  const plain = (share: number): string => percent(share).replace('%', '');
  return `${plain(load.low)}-${plain(load.high)}`;
};

/** '44% (36-55)'. */
export const loadWithInterval = (row: Pick<VerdictFields, 'load'>): string =>
  row.load === null ? '' : `${percent(row.load.expected)} (${intervalText(row)})`;

/** '44% (36-55) fits?', or the verdict alone: the load beside `unknown` is what another engine could reach. */
export const rowVerdict = (row: VerdictFields): string =>
  [row.verdict === 'unknown' ? '' : loadWithInterval(row), verdictWord(row)]
    .filter((part) => part !== '')
    .join(' ');

/** More widths than three are named by the widest and the narrowest. */
export const namedOf = <T>(widths: readonly T[]): readonly T[] =>
  widths.length <= 3 ? widths : [...widths.slice(0, 1), ...widths.slice(-1)];

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
): string =>
  namedOf(groupBy(rows, (row) => row.width.label))
    .map(([label, own]) => {
      const byCopies = groupBy(own, ({ copies }) => String(copies)).map(([, some]) => some);
      const words = [...byCopies]
        .sort(([a], [b]) => a.copies - b.copies)
        .map((some) => of(some, some[0].copies));
      return `${label} ${words.join(', ')}`;
    })
    .join('; ');

/** Of the rows of one model; '' where there are none. `only`: what the others were left out for. */
export const answerOf = (rows: readonly PredictRow[], only?: OnlyWord): string => {
  const [first] = rows;
  if (first === undefined) return '';
  const pedals = new Set(rows.map(placeOf)).size;
  if (pedals === 1) {
    return `On ${first.deviceName}: ${eachWidth(rows, (own, n) => `${times(n)} ${rowVerdict(best(own))}`)}.`;
  }
  if (only === 'over' || only === 'tight') {
    const shownOn = (own: readonly PredictRow[], n: number) =>
      `${times(n)} on ${new Set(own.map(placeOf)).size}`;
    return `Is ${only}: ${eachWidth(rows, shownOn)}.`;
  }
  const asked = only === undefined ? `, of ${counted(pedals, 'device')}` : '';
  return `Surely runs${asked}: ${eachWidth(rows, onPedals)}.`;
};

/** The first lines of a report: on how many pedals which width of each model runs, surely and probably. */
export const answersOf = (rows: readonly PredictRow[], only?: OnlyWord): string[] => {
  const models = byModel(rows);
  return models.map(
    ([model, own]) => `${models.length > 1 ? `${model}: ` : ''}${answerOf(own, only)}`,
  );
};
