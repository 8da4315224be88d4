/** `validate`: every measured case with its error, beside the naive model, then the rates. */
import type { ModelFigure } from '../study/explain/model-figures.ts';
import type { BuildSummary } from '../study/validate/builds.ts';
import type { CheckedFact } from '../study/validate/facts.ts';
import type { CheckedImpulse } from '../study/validate/impulses.ts';
import type { IntervalReport, IntervalSummary } from '../study/validate/interval.ts';
import type { ValidatedCase, ValidateResult } from '../study/validate/validate.ts';
import { grouped, percent } from '../units/number-text.ts';
import { blocksText, nextCommand, section } from './text/blocks.ts';
import type { Ink, Style } from './text/text-table.ts';
import { left, paint, right, textTable } from './text/text-table.ts';
import { clip, printable, wrap } from './text/text-width.ts';

const signed = (value: number | null): string =>
  value === null ? '' : `${value > 0 ? '+' : ''}${value.toFixed(1)}%`;

const inkOf = (error: number | null): Ink => {
  if (error === null) return 'dim';
  const size = Math.abs(error);
  return size <= 10 ? 'green' : size <= 25 ? 'yellow' : 'red';
};

const boundWords = { value: '', upper: 'at most', lower: 'at least' } as const;

const dispensable = ['split', 'block', 'engine', 'measured', 'predicted'];

const caseLines = (cases: readonly ValidatedCase[], style: Style): string[] =>
  textTable(cases, { ...style, dispensable }, [
    left('case', ({ id }) => id),
    left('device', ({ device }) => device),
    left('engine', ({ engine }) => engine),
    left('model', ({ model }) => model),
    right('block', ({ blockFrames }) => String(blockFrames ?? '')),
    left('', ({ bound }) => boundWords[bound]),
    right('measured', ({ measured }) => grouped(measured)),
    right('predicted', ({ predicted }) => (predicted === null ? 'none' : grouped(predicted))),
    right('error', ({ errorPercent: error }) => paint(style, inkOf(error), signed(error))),
    right('naive', ({ naiveErrorPercent }) => signed(naiveErrorPercent)),
    left('split', ({ split }) => split),
  ]);

const shareText = (value: number | null): string => (value === null ? 'none' : percent(value));
const errorText = (value: number | null) => (value === null ? 'none' : `${value.toFixed(1)}%`);

/** How often the interval held what was measured, and how wide it was. */
const intervalLine = ({ byConfidence, ...all }: IntervalReport): string => {
  const one = ({ covered, medianRatio, n }: IntervalSummary): string =>
    covered === null || medianRatio === null
      ? 'no case'
      : `${percent(covered)} of ${n}, high / low ${medianRatio.toFixed(2)}`;
  const each = Object.entries(byConfidence).map(([name, part]) => `as ${name} ${one(part)}`);
  return `The interval for nine of ten, each case without its own core: held ${one(all)} (${each.join('; ')}).`;
};

const summaryBlocks = ({ summary, interval }: ValidateResult, style: Style): string[][] => {
  const { fit, check, naiveMedianAbsErrorPercent, naiveWorstAbsErrorPercent } = summary;
  const rows: readonly (readonly [string, number, number | null, number | null])[] = [
    ['model', summary.n, summary.medianAbsErrorPercent, summary.worstAbsErrorPercent],
    ['fitted cases', fit.n, fit.medianAbsErrorPercent, fit.worstAbsErrorPercent],
    ['unseen cases', check.n, check.medianAbsErrorPercent, check.worstAbsErrorPercent],
    ['without fits of its core', summary.n, summary.leaveOneCoreOutMedianAbsErrorPercent, null],
    ['naive (work x constant)', summary.n, naiveMedianAbsErrorPercent, naiveWorstAbsErrorPercent],
  ];
  const rates = `Within 10 %: ${shareText(summary.within10Percent)}. Within 25 %: ${shareText(summary.within25Percent)}. Bounds respected: ${summary.boundsRespected} of ${summary.bounds}. Not judged: ${summary.unjudged}. Measured with another build, and not comparable: ${summary.notComparable}.`;
  return [
    textTable(rows, style, [
      left('', ([name]) => name),
      right('cases', ([, n]) => String(n)),
      right('median error', ([, , median]) => errorText(median)),
      right('worst', ([, , , worst]) => errorText(worst)),
    ]),
    [rates, intervalLine(interval)].flatMap((text) => wrap(text, style.columns)),
  ];
};

/** A table under its title; nothing where nothing stands in it. */
const titled = (title: string, table: readonly string[], style: Style) =>
  table.length < 2 ? [] : [[paint(style, 'bold', title)], table];

const factBlocks = (facts: readonly CheckedFact[], style: Style) => {
  const table = textTable(facts, style, [
    left('device', ({ device }) => device),
    left('fact', ({ fact }) => printable(fact)),
    right('load', ({ load }) => (load === null ? '' : percent(load))),
    left('verdict', ({ verdict }) => verdict),
    left('', ({ agrees }) =>
      agrees ? paint(style, 'green', 'agrees') : paint(style, 'red', 'disagrees'),
    ),
  ]);
  const lines = table.map((line) => (style.color ? line : clip(line, style.columns, style.ascii)));
  const agree = `${facts.filter(({ agrees }) => agrees).length} of ${facts.length} agree.`;
  const title = 'What is known to run, and not to run';
  return [...titled(title, lines, style), facts.length === 0 ? [] : [agree]];
};

const impulseBlocks = (impulses: readonly CheckedImpulse[], style: Style) => {
  const error = (value: number | null): string =>
    value === null ? '' : paint(style, inkOf(value), signed(value));
  const table = textTable(impulses, style, [
    left('device', ({ device }) => device),
    right('taps', ({ taps }) => grouped(taps)),
    left('convolver', ({ convolver }) => convolver),
    right('measured', ({ measured }) => measured.toFixed(2)),
    right('error', ({ errorPercent }) => error(errorPercent)),
    right('p99', ({ measuredP99 }) => measuredP99?.toFixed(2) ?? ''),
    right('error', ({ p99ErrorPercent }) => error(p99ErrorPercent)),
  ]);
  return titled('Impulse responses, percent of one core', table, style);
};

const nextLines = (cases: readonly ValidatedCase[], style: Style): string[] => {
  const [worst] = [...cases]
    .filter((c) => c.errorPercent !== null)
    .sort((a, b) => Math.abs(b.errorPercent ?? 0) - Math.abs(a.errorPercent ?? 0));
  if (worst === undefined) return [];
  // Cases name a container's submodel as 'a2-lite'.
  const [, model = worst.model, width] = /^(a2)-(lite|full)$/.exec(worst.model) ?? [];
  const ask = `${worst.id} is furthest off; see where the model puts its cycles`;
  const command = `explain ${model} --device ${worst.device} --engine ${worst.engine}${width === undefined ? '' : ` --width ${width}`}`;
  return nextCommand(style, ask, command);
};

/** What stands beside the measured cases. */
interface Beside {
  readonly facts: readonly CheckedFact[];
  readonly impulses: readonly CheckedImpulse[];
  readonly builds: readonly BuildSummary[];
  readonly figures: readonly ModelFigure[];
}

const ratioText = (value: number | null): string => (value === null ? 'none' : value.toFixed(2));

/** Builds by the hundred, a line a core and engine. */
const buildBlocks = (builds: readonly BuildSummary[], style: Style) => {
  const title = 'The pipeline alone: ours over traced and timed builds, caches perfect';
  const table = textTable(builds, style, [
    left('against', ({ against }) => against),
    left('core', ({ core }) => core),
    left('engine', ({ engine }) => engine),
    right('builds', ({ n }) => String(n)),
    right('median', ({ medianRatio }) => ratioText(medianRatio)),
    right('within 10 %', ({ within10Percent }) => shareText(within10Percent)),
    right('worst error', ({ worstAbsErrorPercent }) => errorText(worstAbsErrorPercent)),
  ]);
  return titled(title, table, style);
};

const figureLines = (figures: readonly ModelFigure[], style: Style): string[] =>
  figures.flatMap(({ name, value, low, high, kind, source }) =>
    wrap(`${name}: ${value} (${low} to ${high}), ${kind}: ${source}`, style.columns, '- ', '  '),
  );

const unjudgedLines = (cases: readonly ValidatedCase[], style: Style): string[] =>
  cases.flatMap(({ id, reason, notComparable }) => {
    const state = notComparable ? 'comparable' : 'judged';
    return reason === null
      ? []
      : wrap(`${id} is not ${state}: ${printable(reason)}`, style.columns);
  });

export const renderValidate = (result: ValidateResult & Beside, style: Style): string =>
  blocksText(
    [paint(style, 'bold', 'Measured on real hardware, cycles a sample')],
    [...caseLines(result.cases, style), ...unjudgedLines(result.cases, style)],
    ...summaryBlocks(result, style),
    ...buildBlocks(result.builds, style),
    ...impulseBlocks(result.impulses, style),
    ...factBlocks(result.facts, style),
    section(style, 'Figures that no profile states', figureLines(result.figures, style)),
    nextLines(result.cases, style),
  );
