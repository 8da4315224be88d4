/** `explain --diff` for people: what changed between two predictions, the largest change first. */
import type { Difference, ExplanationDiff } from '../study/explain/explain.ts';
import { kernelName } from './kernel-name.ts';
import { short } from './text/number.ts';
import { paint, type Style } from './text/style.ts';
import { left, right, textTable } from './text/text-table.ts';
import { clip, printable } from './text/text-width.ts';

const cyclesText = (value: number): string =>
  Math.abs(value) < 99.95 ? value.toFixed(1) : short(Math.round(value));
const signed = (value: number): string => `${value > 0 ? '+' : ''}${cyclesText(value)}`;

/** Lines below this share of the larger total are summed up. */
const smallShare = 0.002;

/** The large ones, and the others in one line. */
const shortened = (
  differences: readonly Difference[],
  total: Difference,
): readonly Difference[] => {
  const least = Math.max(total.a, total.b) * smallShare;
  const shown = differences.filter(({ delta }) => Math.abs(delta) >= least);
  const rest = differences.filter(({ delta }) => Math.abs(delta) < least);
  const sum = (of: 'a' | 'b' | 'delta'): number => rest.reduce((all, one) => all + one[of], 0);
  if (rest.length === 0) return shown;
  return [...shown, { name: `${rest.length} more`, a: sum('a'), b: sum('b'), delta: sum('delta') }];
};

export const renderExplainDiff = (
  diff: ExplanationDiff,
  nameA: string,
  nameB: string,
  style: Style,
): string => {
  const most = Math.max(16, style.columns - 44);
  const section = (title: string, differences: readonly Difference[]): readonly string[] => [
    '',
    ...textTable(
      shortened(differences, diff.total),
      [
        left(title, ({ name }) =>
          clip(title === 'kernel' ? kernelName(name) : printable(name), most, style.ascii),
        ),
        right('A', ({ a }) => cyclesText(a)),
        right('B', ({ b }) => cyclesText(b)),
        right('B - A', ({ delta }) => paint(style, delta > 0 ? 'red' : 'green', signed(delta))),
        right('change', ({ a, b }) => (a > 0 ? `${signed((b / a - 1) * 100)} %` : 'new')),
      ],
      style,
      { ink: 'bold' },
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
