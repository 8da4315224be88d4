/** `validate`: every measured case with its error, beside the naive model, then the rates. */

import type { JudgedFact } from '../study/validate/facts.ts';
import type { IntervalReport, IntervalSummary } from '../study/validate/interval.ts';
import type { ValidatedCase, ValidateResult } from '../study/validate/validate.ts';
import { grouped, percent } from './text/number.ts';
import { type Ink, paint, type Style } from './text/style.ts';
import { type Column, narrowingTable, textTable } from './text/text-table.ts';
import { clip, printable, widthOf } from './text/text-width.ts';
import { wrap } from './text/wrap.ts';

const signed = (value: number | null): string =>
  value === null ? '' : `${value > 0 ? '+' : ''}${value.toFixed(1)}%`;

const inkOf = (error: number | null): Ink =>
  error === null
    ? 'dim'
    : Math.abs(error) <= 10
      ? 'green'
      : Math.abs(error) <= 25
        ? 'yellow'
        : 'red';

const boundText = (c: ValidatedCase): string =>
  c.bound === 'value' ? '' : c.bound === 'upper' ? 'at most' : 'at least';

const fields: readonly (Column & { of: (c: ValidatedCase, style: Style) => string })[] = [
  { title: 'case', of: (c) => c.id },
  { title: 'device', of: (c) => c.device },
  { title: 'engine', of: (c) => c.engine },
  { title: 'model', of: (c) => c.model },
  {
    title: 'block',
    align: 'right',
    of: (c) => (c.blockFrames === null ? '' : String(c.blockFrames)),
  },
  { title: '', of: boundText },
  { title: 'measured', align: 'right', of: (c) => grouped(c.measured) },
  {
    title: 'predicted',
    align: 'right',
    of: (c) => (c.predicted === null ? 'none' : grouped(c.predicted)),
  },
  {
    title: 'error',
    align: 'right',
    of: (c, style) => paint(style, inkOf(c.errorPercent), signed(c.errorPercent)),
  },
  { title: 'naive', align: 'right', of: (c) => signed(c.naiveErrorPercent) },
  { title: 'split', of: (c) => c.split },
];
/** What goes first where the terminal is narrow. */
const dispensable = ['split', 'block', 'engine', 'measured', 'predicted'];

const caseLines = (cases: readonly ValidatedCase[], style: Style): string[] =>
  narrowingTable(
    fields,
    cases.map((c) => fields.map((field) => field.of(c, style))),
    style.columns,
    dispensable,
    (text) => paint(style, 'dim', text),
  );

const shareText = (value: number | null): string => (value === null ? 'none' : percent(value));
const errorText = (value: number | null): string =>
  value === null ? 'none' : `${value.toFixed(1)}%`;

/** How often the interval held what was measured, and how wide it was. */
const intervalLine = ({ byConfidence, ...all }: IntervalReport): string => {
  const one = ({ covered, medianRatio, n }: IntervalSummary): string =>
    covered === null || medianRatio === null
      ? 'no case'
      : `${percent(covered)} of ${n}, high / low ${medianRatio.toFixed(2)}`;
  const each = Object.entries(byConfidence).map(([name, part]) => `as ${name} ${one(part)}`);
  return `The interval for nine of ten, each case without its own core: held ${one(all)} (${each.join('; ')}).`;
};

export const renderValidate = (
  result: ValidateResult,
  facts: readonly JudgedFact[],
  style: Style,
): string => {
  const { summary } = result;
  const lines = [
    paint(style, 'bold', 'Measured on real hardware, cycles a sample'),
    '',
    ...caseLines(result.cases, style),
  ];
  for (const c of result.cases) {
    if (c.reason !== null)
      lines.push(
        ...wrap(
          `${c.id} is not ${c.notComparable ? 'comparable' : 'judged'}: ${printable(c.reason)}`,
          style.columns,
        ),
      );
  }
  const summaryRows = [
    ['model', summary.n, summary.medianAbsErrorPercent, summary.worstAbsErrorPercent],
    [
      'fitted cases',
      summary.fit.n,
      summary.fit.medianAbsErrorPercent,
      summary.fit.worstAbsErrorPercent,
    ],
    [
      'unseen cases',
      summary.check.n,
      summary.check.medianAbsErrorPercent,
      summary.check.worstAbsErrorPercent,
    ],
    ['without fits of its core', summary.n, summary.leaveOneCoreOutMedianAbsErrorPercent, null],
    [
      'naive (work x constant)',
      summary.n,
      summary.naiveMedianAbsErrorPercent,
      summary.naiveWorstAbsErrorPercent,
    ],
  ] as const;
  lines.push(
    '',
    ...textTable(
      [
        { title: '' },
        { title: 'cases', align: 'right' },
        { title: 'median error', align: 'right' },
        { title: 'worst', align: 'right' },
      ],
      summaryRows.map(([name, n, median, worst]) => [
        name,
        String(n),
        errorText(median),
        errorText(worst),
      ]),
      (text) => paint(style, 'dim', text),
    ),
    '',
    ...wrap(
      `Within 10 %: ${shareText(summary.within10Percent)}. Within 25 %: ${shareText(summary.within25Percent)}. Bounds respected: ${summary.boundsRespected} of ${summary.bounds}. Not judged: ${summary.unjudged}. Measured with another build, and not comparable: ${summary.notComparable}.`,
      style.columns,
    ),
    ...wrap(intervalLine(result.interval), style.columns),
  );
  if (facts.length > 0) {
    const wrong = facts.filter((fact) => !fact.agrees);
    lines.push('', paint(style, 'bold', 'What is known to run, and not to run'), '');
    lines.push(
      ...textTable(
        [
          { title: 'device' },
          { title: 'fact' },
          { title: 'load', align: 'right' },
          { title: 'verdict' },
          { title: '' },
        ],
        facts.map((fact) => [
          fact.device,
          printable(fact.fact),
          fact.load === null ? '' : percent(fact.load),
          fact.verdict,
          fact.agrees ? paint(style, 'green', 'agrees') : paint(style, 'red', 'disagrees'),
        ]),
        (text) => paint(style, 'dim', text),
      ).map((line) =>
        widthOf(line) > style.columns && !style.color
          ? clip(line, style.columns, style.ascii)
          : line,
      ),
      '',
      `${facts.length - wrong.length} of ${facts.length} agree.`,
    );
  }
  const worst = [...result.cases]
    .filter((c) => c.errorPercent !== null)
    .sort((a, b) => Math.abs(b.errorPercent ?? 0) - Math.abs(a.errorPercent ?? 0))[0];
  if (worst !== undefined) {
    const [model, width] = splitWidth(worst.model);
    lines.push(
      '',
      `Next: ${worst.id} is furthest off; see where the model puts its cycles:`,
      paint(
        style,
        'cyan',
        `  pedalbench explain ${model} --device ${worst.device} --engine ${worst.engine}${width === null ? '' : ` --width ${width}`}`,
      ),
    );
  }
  return `${lines.join('\n')}\n`;
};

/** Cases name a container's submodel as 'a2-lite'. */
const splitWidth = (name: string): readonly [string, string | null] => {
  const match = /^(a2)-(lite|full)$/.exec(name);
  return match === null ? [name, null] : [match[1] ?? name, match[2] ?? null];
};
