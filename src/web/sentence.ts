/** The answer as somebody would say it: on how many pedals each width surely runs, and on how many it probably does. */
import { answerOf, namedOf } from '../report/predict/verdict-text.ts';
import type { PredictRow } from '../study/predict/row.ts';
import { times } from '../units/number-text.ts';
import { isSure } from './verdict.ts';

interface Count {
  readonly copies: number;
  readonly pedals: number;
}

const countsOf = (
  rows: readonly PredictRow[],
  width: string,
  copies: readonly number[],
  sure: boolean,
): readonly Count[] => {
  const fit = rows.filter((row) => row.width.label === width && row.verdict === 'fits');
  const of = (n: number): PredictRow[] =>
    fit.filter((row) => row.copies === n && isSure(row) === sure);
  return copies.map((n) => ({ copies: n, pedals: of(n).length }));
};

/** 'on 6', 'twice on 6'. */
const onPedals = ({ copies, pedals }: Count): string =>
  `${copies === 1 ? '' : `${times(copies)} `}on ${pedals === 0 ? 'none' : pedals}`;

const isSome = ({ pedals }: Count): boolean => pedals > 0;

/** Of more than one width each is named, as the table names it. */
const subject = (width: string, of: readonly string[]): string => {
  if (of.length === 1) return 'It';
  return /^[a-z]+$/.test(width) ? width.charAt(0).toUpperCase() + width.slice(1) : width;
};

/** @param rows one for each pedal, width and number of copies; `what` they are, in the plural */
export const sentenceOf = (
  rows: readonly PredictRow[],
  copies: readonly number[],
  what: string,
): string => {
  const pedals = new Set(rows.map(({ device }) => device)).size;
  // Of one pedal its loads and verdicts say more.
  if (pedals < 2) return answerOf(rows);
  const widths = namedOf([...new Set(rows.map(({ width }) => width.label))]);
  const surely = widths.map((width, i) => {
    const [first, ...more] = countsOf(rows, width, copies, true);
    if (first === undefined) return '';
    const isFirst = i === 0;
    const words = [
      `${onPedals(first)}${isFirst ? ` of ${pedals} ${what}` : ''}`,
      ...more.filter(isSome).map(onPedals),
    ];
    const name = isFirst ? `${subject(width, widths)} surely runs` : width;
    return `${name} ${words.join(', ')}`;
  });
  const probably = widths.flatMap((width) => {
    const some = countsOf(rows, width, copies, false).filter(isSome);
    const words = some.map(onPedals).join(', ');
    return words === '' ? [] : [widths.length === 1 ? words : `${width} ${words}`];
  });
  const also = probably.length === 0 ? '' : ` Probably also: ${probably.join('; ')}.`;
  return `${surely.join('; ')}.${also}`;
};
