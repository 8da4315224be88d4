/** `advise --widths` for people: the set, whom it serves with what, and what is better left out. */
import type { Demand, OfferedWidth, WidthSet } from '../study/advise/width-set.ts';
import { paint, type Style } from './style.ts';
import { wrap } from './wrap.ts';

export interface WidthSetReport {
  readonly model: string;
  readonly widths: readonly OfferedWidth[];
  readonly demands: readonly Demand[];
  readonly dominated: readonly boolean[];
  /** For each size of set, the best one. */
  readonly sets: readonly WidthSet[];
}

const labels = (report: WidthSetReport, chosen: readonly number[]): string =>
  chosen.map((i) => report.widths[i]?.label ?? '').join(', ') || 'none';

export const renderWidthSet = (report: WidthSetReport, style: Style): string => {
  const useless = report.widths.filter((_, i) => report.dominated[i] === true);
  const best = report.sets.at(-1);
  const nameWidth = Math.max(0, ...report.demands.map((demand) => demand.name.length)) + 2;
  const served = report.demands.map((demand, i) => {
    const got = best?.served[i] ?? null;
    const width =
      got === null ? paint(style, 'red', 'nothing fits') : (report.widths[got]?.label ?? '');
    return `  ${demand.name.padEnd(nameWidth)}${width}`;
  });
  return [
    paint(style, 'bold', `Widths for ${report.model}`),
    ...report.sets.map(
      (set) =>
        `  ${set.chosen.length}: ${labels(report, set.chosen)}  (${(set.score * 100).toFixed(1)} % of what every width together would give)`,
    ),
    '',
    `With ${labels(report, best?.chosen ?? [])}, each pedal gets, once and twice:`,
    ...served,
    ...(useless.length > 0
      ? [
          '',
          ...wrap(
            `Left out: ${useless.map((width) => width.label).join(', ')}. A wider one costs no more on every one of these pedals.`,
            style.columns,
          ),
        ]
      : []),
    '',
  ].join('\n');
};
