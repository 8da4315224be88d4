/** `advise --widths` for people: what to offer, who gets which of it, and what is better left out. */
import { isSure } from '../study/advise/standing.ts';
import type { Demand, OfferedWidth, WidthSet } from '../study/advise/width-set.ts';
import { verdictOf } from '../study/predict/verdict.ts';
import { listed, percent, times } from '../units/number-text.ts';
import { rowVerdict, type VerdictFields } from './predict/verdict-text.ts';
import { blocksText, inked } from './text/blocks.ts';
import { type Column, left, paint, right, type Style, textTable } from './text/text-table.ts';
import { clip, printable, wrap } from './text/text-width.ts';

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
export const widthVerdict = (demand: Demand, i: number): VerdictFields | null => {
  const { loads, chances, lowLoads, highLoads } = demand;
  const expected = loads[i] ?? null;
  const chance = chances?.[i] ?? null;
  if (expected === null) return null;
  return {
    verdict: verdictOf({ load: expected, margin: 1 - demand.limit, memoryFits: true }),
    chance,
    sure: chance !== null && isSure(chance),
    load: { low: lowLoads?.[i] ?? expected, expected, high: highLoads?.[i] ?? expected },
  };
};

/** A pedal that could run 10,000 multiply-accumulates a sample and is offered 8,750 has 87.5 %. */
const ofAll = (score: number): string =>
  `the pedals get ${(score * 100).toFixed(1)} % of the size that the widest fitting width would give each`;

/** The answer, in a sentence. */
export const widthSetAnswer = (report: WidthSetReport): string => {
  const best = report.sets.at(-1);
  if (best === undefined || best.chosen.length === 0) {
    return `None of the widths of ${report.model} fits any of these pedals so often.`;
  }
  const unserved = report.demands.filter((_, i) => best.served[i] === null);
  const names = unserved.map(
    ({ name, deviceName = name, copies = 1 }) => `${deviceName} ${times(copies)}`,
  );
  const few =
    names.length > 2 ? `${names.length} of ${report.demands.length} asked` : listed(names);
  const offer = `Offer ${setText(report, best.chosen)}: ${few && `nothing fits ${few}; `}`;
  if (best.score < 1 - 1e-9) return `${offer}${ofAll(best.score)}.`;
  const sure = best.served.every((got, i) => {
    const demand = report.demands[i];
    return got === null || demand === undefined || widthVerdict(demand, got)?.sure === true;
  });
  const fits = sure ? 'fits' : 'probably fits';
  return `${offer}each ${few && 'other '}pedal gets the widest that ${fits}.`;
};

/** Each demand with what it gets of the largest set; null where nothing fits. */
export const servedOf = (report: WidthSetReport) =>
  report.demands.map((demand, i) => {
    const got = report.sets.at(-1)?.served[i] ?? null;
    return { demand, got, judged: got === null ? null : widthVerdict(demand, got) };
  });

/** What tables say of them. */
export const servedColumns = (
  report: WidthSetReport,
  style: Style,
): readonly Column<ReturnType<typeof servedOf>[number]>[] => [
  left('pedal', ({ demand: { name, deviceName = name } }) =>
    clip(printable(deviceName), 30, style.ascii),
  ),
  left('copies', ({ demand: { copies } }) => (copies === undefined ? '' : times(copies))),
  left('gets', ({ got }) =>
    got === null ? paint(style, 'red', 'nothing fits') : (report.widths[got]?.label ?? ''),
  ),
  left('load', ({ judged }) => (judged === null ? '' : rowVerdict(judged))),
  right('chance', ({ judged }) => (judged?.chance == null ? '' : percent(judged.chance))),
  left('engine', ({ demand, got }) => (got === null ? '' : (demand.engines?.[got] ?? ''))),
  right('limit', ({ demand }) => percent(demand.limit)),
  left('the cheapest wider', ({ demand, got }) => nextWider(report, demand, got)),
];

const dispensable = ['engine', 'limit', 'the cheapest wider', 'chance'];

export const renderWidthSet = (
  report: WidthSetReport,
  style: Style,
  next: readonly string[],
): string => {
  const useless = report.widths.filter((_, i) => report.dominated[i] === true);
  const sets = report.sets.filter(({ chosen }) => chosen.length > 0);
  const leftOut = `Left out: ${useless.map((width) => width.label).join(', ')}. A wider one costs no more on every one of these pedals.`;
  const enough = sets.flatMap(({ chosen, score }) =>
    wrap(`${chosen.length}: ${setText(report, chosen)} (${ofAll(score)})`, style.columns, '  '),
  );
  const looks = { ...style, ink: 'bold', dispensable } as const;
  return blocksText(
    inked(style, 'bold', widthSetAnswer(report)),
    textTable(servedOf(report), looks, servedColumns(report, style)),
    [
      ...(sets.length === 0 ? [] : ['How many widths are enough:', ...enough]),
      ...(useless.length > 0 ? wrap(leftOut, style.columns) : []),
    ],
    next.flatMap((line) => wrap(line, style.columns)),
  );
};
