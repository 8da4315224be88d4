/** `advise --widths` for people: what to offer, who gets which of it, and what is better left out. */
import { isSure } from '../study/advise/inside.ts';
import type { Demand, OfferedWidth, WidthSet } from '../study/advise/width-set.ts';
import { verdictOf } from '../study/predict/verdict.ts';
import { type Judged, rowVerdict } from './predict/verdict-text.ts';
import { percent } from './text/number.ts';
import { paint, type Style } from './text/style.ts';
import { narrowingTable } from './text/text-table.ts';
import { clip, printable } from './text/text-width.ts';
import { times } from './text/words.ts';
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
    if (own <= worth || load === null || load === undefined) return [];
    // Inside by its expected value and not offered: the chance is why.
    const chance = demand.chances?.[i];
    const unsure = load <= demand.limit && chance !== undefined;
    return [{ label, load, doubt: unsure ? `, fits? (${percent(chance)})` : '' }];
  });
  const [next] = wider.sort((a, b) => a.load - b.load);
  if (next !== undefined) return `${next.label} takes ${percent(next.load)}${next.doubt}`;
  return demand.loads.every((load) => load === null) ? 'its memory holds none' : 'there is none';
};

/** One width there as a verdict with its load; null where it cannot be said. */
export const judgedWidth = (demand: Demand, i: number): Judged | null => {
  const expected = demand.loads[i] ?? null;
  const chance = demand.chances?.[i] ?? null;
  if (expected === null) return null;
  return {
    verdict: verdictOf({ load: expected, margin: 1 - demand.limit, memoryFits: true }),
    chance,
    sure: chance !== null && isSure(chance),
    load: {
      low: demand.lowLoads?.[i] ?? expected,
      expected,
      high: demand.highLoads?.[i] ?? expected,
    },
  };
};

const demandRow = (report: WidthSetReport, i: number, style: Style): readonly string[] => {
  const demand = report.demands[i];
  if (demand === undefined) return [];
  const got = report.sets.at(-1)?.served[i] ?? null;
  const judged = got === null ? null : judgedWidth(demand, got);
  return [
    clip(printable(demand.deviceName ?? demand.name), 30, style.ascii),
    demand.copies === undefined ? '' : times(demand.copies),
    got === null ? paint(style, 'red', 'nothing fits') : (report.widths[got]?.label ?? ''),
    judged === null ? '' : rowVerdict(judged),
    judged?.chance == null ? '' : percent(judged.chance),
    (got === null ? null : demand.engines?.[got]) ?? '',
    percent(demand.limit),
    nextWider(report, demand, got),
  ];
};

/** A pedal that could run 10,000 multiply-accumulates a sample and is offered 8,750 has 87.5 %. */
const ofAll = (score: number): string =>
  `the pedals get ${(score * 100).toFixed(1)} % of the size that the widest fitting width would give each`;

const advice = (report: WidthSetReport): string => {
  const best = report.sets.at(-1);
  if (best === undefined || best.chosen.length === 0) {
    return `None of the widths of ${report.model} fits any of these pedals so often.`;
  }
  const whole = best.served.every((got) => got !== null);
  const offer = `Offer ${setText(report, best.chosen)}`;
  if (best.score < 1 - 1e-9) return `${offer}: ${ofAll(best.score)}.`;
  const sure = best.served.every((got, i) => {
    const demand = report.demands[i];
    return got === null || demand === undefined || judgedWidth(demand, got)?.sure === true;
  });
  const fits = sure ? 'fits' : 'probably fits';
  return whole
    ? `${offer}: each pedal gets the widest that ${fits}.`
    : `${offer}: each pedal that any width fits gets the widest that ${fits}.`;
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
        { title: 'gets' },
        { title: 'load' },
        { title: 'chance', align: 'right' },
        { title: 'engine' },
        { title: 'limit', align: 'right' },
        { title: 'the cheapest wider' },
      ],
      report.demands.map((_, i) => demandRow(report, i, style)),
      style.columns,
      ['engine', 'limit', 'the cheapest wider', 'chance'],
      (text) => paint(style, 'bold', text),
    ),
    '',
    'How many widths are enough:',
    ...report.sets.flatMap((set) =>
      wrap(
        `${set.chosen.length}: ${setText(report, set.chosen)} (${ofAll(set.score)})`,
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
