/** `advise --widths` for people: what to offer, who gets which of it, and what is better left out. */
import type { Demand, OfferedWidth, WidthSet } from '../study/advise/width-set.ts';
import { percent } from './text/number.ts';
import { paint, type Style } from './text/style.ts';
import { narrowingTable } from './text/text-table.ts';
import { clip, printable } from './text/text-width.ts';
import { wrap } from './text/wrap.ts';

export interface WidthSetReport {
  readonly model: string;
  readonly widths: readonly OfferedWidth[];
  readonly demands: readonly Demand[];
  readonly dominated: readonly boolean[];
  /** For each size of set, the best one. */
  readonly sets: readonly WidthSet[];
}

/** 'ch:2, ch:5', or 'none'. */
export const setText = (
  report: Pick<WidthSetReport, 'widths'>,
  chosen: readonly number[],
): string => chosen.map((i) => report.widths[i]?.label ?? '').join(', ') || 'none';

/** The cheapest of the wider ones, and why it is not the one: what stands between this pedal and more. */
const nextWider = (report: WidthSetReport, demand: Demand, got: number | null): string => {
  const worth = got === null ? -1 : (report.widths[got]?.worth ?? 0);
  const wider = report.widths.flatMap(({ label, worth: own }, i) => {
    const load = demand.loads[i];
    return own > worth && load !== null && load !== undefined ? [{ label, load }] : [];
  });
  const [next] = wider.sort((a, b) => a.load - b.load);
  if (next !== undefined) return `${next.label} takes ${percent(next.load)}`;
  return demand.loads.every((load) => load === null) ? 'its memory holds none' : 'there is none';
};

const demandRow = (report: WidthSetReport, i: number, style: Style): readonly string[] => {
  const demand = report.demands[i];
  if (demand === undefined) return [];
  const got = report.sets.at(-1)?.served[i] ?? null;
  const load = got === null ? null : (demand.loads[got] ?? null);
  const worst = got === null ? null : (demand.worstLoads?.[got] ?? null);
  return [
    clip(printable(demand.deviceName ?? demand.name), 30, style.ascii),
    demand.copies === undefined ? '' : `${demand.copies}x`,
    demand.engine ?? '',
    got === null ? paint(style, 'red', 'nothing fits') : (report.widths[got]?.label ?? ''),
    load === null ? '' : percent(load),
    worst === null ? '' : percent(worst),
    percent(demand.limit),
    nextWider(report, demand, got),
  ];
};

const advice = (report: WidthSetReport): string => {
  const best = report.sets.at(-1);
  if (best === undefined || best.chosen.length === 0) {
    return `None of the widths of ${report.model} fits any of these pedals so often.`;
  }
  const whole = best.served.every((got) => got !== null);
  const share = `${(best.score * 100).toFixed(1)} % of what all widths together would give`;
  if (best.score < 1 - 1e-9) return `Offer ${setText(report, best.chosen)}: ${share}.`;
  return whole
    ? `Offer ${setText(report, best.chosen)}: each pedal gets the widest that fits it.`
    : `Offer ${setText(report, best.chosen)}: each pedal that any width fits gets the widest.`;
};

export const renderWidthSet = (
  report: WidthSetReport,
  style: Style,
  next: readonly string[] = [],
): string => {
  const useless = report.widths.filter((_, i) => report.dominated[i] === true);
  return [
    ...wrap(advice(report), style.columns).map((line) => paint(style, 'bold', line)),
    '',
    ...narrowingTable(
      [
        { title: 'pedal' },
        { title: 'copies' },
        { title: 'engine' },
        { title: 'gets' },
        { title: 'load', align: 'right' },
        { title: 'at worst', align: 'right' },
        { title: 'may be', align: 'right' },
        { title: 'the cheapest wider' },
      ],
      report.demands.map((_, i) => demandRow(report, i, style)),
      style.columns,
      ['engine', 'at worst', 'may be', 'the cheapest wider'],
      (text) => paint(style, 'bold', text),
    ),
    '',
    'How many widths are enough:',
    ...report.sets.flatMap((set) =>
      wrap(
        `${set.chosen.length}: ${setText(report, set.chosen)} (${(set.score * 100).toFixed(1)} % of what all widths together would give)`,
        style.columns - 2,
      ).map((line) => `  ${line}`),
    ),
    ...(useless.length > 0
      ? wrap(
          `Left out: ${useless.map((width) => width.label).join(', ')}. A wider one costs no more on every one of these pedals.`,
          style.columns,
        )
      : []),
    '',
    ...next.flatMap((line) => wrap(line, style.columns)),
    '',
  ].join('\n');
};
