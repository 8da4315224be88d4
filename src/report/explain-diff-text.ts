/** `explain --diff` for people: what changed between two predictions, the largest change first. */
import type { Difference, ExplanationDiff } from '../study/explain/explain.ts';
import { short } from './text/number.ts';
import { paint, type Style } from './text/style.ts';
import { textTable } from './text/text-table.ts';
import { clip, printable } from './text/text-width.ts';

const cyclesText = (value: number): string =>
  Math.abs(value) < 99.95 ? value.toFixed(1) : short(Math.round(value));
const signed = (value: number): string => `${value > 0 ? '+' : ''}${cyclesText(value)}`;

/** Lines below this share of the larger total are summed up. */
const smallShare = 0.002;

const rowsOf = (
  differences: readonly Difference[],
  total: Difference,
  style: Style,
): readonly (readonly string[])[] => {
  const least = Math.max(total.a, total.b) * smallShare;
  const shown = differences.filter((one) => Math.abs(one.delta) >= least);
  const rest = differences.filter((one) => Math.abs(one.delta) < least);
  const row = (one: Difference): readonly string[] => [
    clip(printable(one.name), Math.max(16, style.columns - 44), style.ascii),
    cyclesText(one.a),
    cyclesText(one.b),
    paint(style, one.delta > 0 ? 'red' : 'green', signed(one.delta)),
    one.a > 0 ? `${signed((one.b / one.a - 1) * 100)} %` : 'new',
  ];
  const summed = rest.reduce(
    (sum, one) => ({
      name: `${rest.length} more`,
      a: sum.a + one.a,
      b: sum.b + one.b,
      delta: sum.delta + one.delta,
    }),
    { name: '', a: 0, b: 0, delta: 0 },
  );
  return [...shown.map(row), ...(rest.length > 0 ? [row(summed)] : [])];
};

export const renderExplainDiff = (
  diff: ExplanationDiff,
  nameA: string,
  nameB: string,
  style: Style,
): string => {
  const section = (title: string, differences: readonly Difference[]): readonly string[] => [
    '',
    ...textTable(
      [
        { title },
        { title: 'A', align: 'right' },
        { title: 'B', align: 'right' },
        { title: 'B - A', align: 'right' },
        { title: 'change', align: 'right' },
      ],
      rowsOf(differences, diff.total, style),
      (text) => paint(style, 'bold', text),
    ),
  ];
  return `${[
    `A: ${printable(nameA)}`,
    `B: ${printable(nameB)}`,
    'Cycles a sample; each part adds up to the total.',
    ...section('total', [diff.total]),
    ...section('kind of work', diff.kinds),
    ...section('layer', diff.layers),
    ...section('kernel', diff.kernels),
  ].join('\n')}\n`;
};
