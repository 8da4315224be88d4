/** The answer in one sentence: which width runs on how many pedals, once and twice, and how surely. */
import type { PredictRow } from '../study/predict/row.ts';
import { isSure } from './verdict.ts';

interface Count {
  readonly fits: number;
  readonly sure: number;
}

const countOf = (rows: readonly PredictRow[], width: string, copies: number): Count => {
  const of = rows.filter((row) => row.width.label === width && row.copies === copies);
  return {
    fits: of.filter(({ verdict }) => verdict === 'fits').length,
    sure: of.filter(isSure).length,
  };
};

const surely = ({ fits, sure }: Count): string =>
  fits === 0 || sure === fits ? '' : sure === 0 ? ' (on none surely)' : ` (surely on ${sure})`;

/** `rows`: of products. `total`: how many products there are. The widest width comes first. */
export const summaryOf = (
  rows: readonly PredictRow[],
  widths: readonly string[],
  total: number,
): string => {
  const parts = [...widths].reverse().flatMap((width) => {
    const once = countOf(rows, width, 1);
    const twice = countOf(rows, width, 2);
    const name = widths.length === 1 ? 'It' : `Width ${width}`;
    return [
      `${name} runs once on ${once.fits}${surely(once)} and twice on ${twice.fits}${surely(twice)}`,
    ];
  });
  const shown =
    parts.length <= 3 ? parts : [parts[0], parts[Math.floor(parts.length / 2)], parts.at(-1)];
  return `${shown.join('; ')} of ${total} pedals.`;
};
