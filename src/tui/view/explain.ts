/** Where the cycles go: limits and kinds of work, and the layers in the order in which they run. */

import { partWords } from '../../report/explain-text.ts';
import { bar } from '../../report/text/bar.ts';
import { percent } from '../../report/text/number.ts';
import type { Account } from '../../study/explain/account.ts';
import { knownOf, selectedDevice, selectedWidth } from '../select.ts';
import type { State } from '../state.ts';
import { explainTask } from '../tasks.ts';
import { cell, gap, type Line, lineWidth, span, type View } from './line.ts';
import { cyclesText, headroomText, inkOf, loadText } from './numbers.ts';
import { statusLines, wrapped } from './parts.ts';

interface Part {
  readonly name: string;
  readonly cycles: number;
  readonly share: number;
  readonly words: string;
}

const partOf = (account: Account): Part => ({
  name: account.name,
  cycles: account.cyclesPerSample,
  share: account.share,
  words: partWords[account.limitedBy],
});

/** Name, cycles a sample, a bar, its share and what limits it, in so many columns. */
const partLine = (part: Part, columns: number, view: View): Line => {
  const names = columns >= 52 ? 22 : 17;
  const words = columns >= 74 ? 24 : 0;
  const bars = Math.max(4, Math.min(24, columns - names - words - 19));
  return [
    gap(2),
    cell(part.name, names),
    gap(1),
    cell(cyclesText(part.cycles), 8, undefined, 'right'),
    gap(1),
    { text: bar(part.share, bars, view.ascii), ink: 'cyan' },
    gap(1),
    cell(percent(part.share), 5, undefined, 'right'),
    ...(words > 0 ? [gap(1), cell(part.words, words, 'dim')] : []),
  ];
};

const limitsOf = (total: Account): Part[] =>
  Object.entries(total.parts)
    .map(([part, cycles]) => ({
      name: partWords[part as Account['limitedBy']],
      cycles,
      share: total.cyclesPerSample === 0 ? 0 : cycles / total.cyclesPerSample,
      words: '',
    }))
    .filter(({ cycles }) => cycles > 0)
    .sort((a, b) => b.cycles - a.cycles);

const title = (text: string): Line => [span(`  ${text}`, 'bold')];

const beside = (left: readonly Line[], right: readonly Line[], columns: number): Line[] =>
  Array.from({ length: Math.max(left.length, right.length) }, (_, i) => {
    const line = left[i] ?? [];
    return [...line, gap(columns - lineWidth(line)), ...(right[i] ?? [])];
  });

export const explainBody = (state: State, view: View, rows: number): Line[] => {
  const device = selectedDevice(state);
  const width = selectedWidth(state);
  if (device === null || width === null) return [[span('  reading the model', 'dim')]];
  const known = knownOf<'explain'>(state, explainTask(state, device.id, width.label));
  const head: Line = [
    span(`  ${device.name}`, 'bold'),
    span('  width ', 'dim'),
    span(width.label, 'bold'),
  ];
  const value = known?.value ?? null;
  if (value === null) return [head, ...statusLines(known, view)];
  const { row, explanation } = value;
  const { total, kinds, layers } = explanation;
  const top: Line[] = [
    [...head, span(`  ${row.engine} on ${row.core}, blocks of ${row.blockFrames}`, 'dim')],
    [
      span(`  ${cyclesText(total.cyclesPerSample)} cycles/sample`),
      span(`, load ${loadText(row.load?.expected)} ${row.verdict}`, inkOf(row)),
      span(`, headroom ${headroomText(row.headroom)}`),
    ],
  ];
  const sorted = [...kinds].sort((a, b) => b.cyclesPerSample - a.cyclesPerSample);
  const wide = view.cols >= 100;
  const columns = wide ? Math.floor(view.cols / 2) : view.cols;
  const lines = (parts: readonly Part[]): Line[] =>
    parts.map((part) => partLine(part, columns - 2, view));
  const work = [title('kinds of work'), ...lines(sorted.map(partOf))];
  const limits = [title('what limits it'), ...lines(limitsOf(total))];
  const scrolled = Math.min(state.explainTop, Math.max(0, layers.length - 1));
  const layerLines = lines(layers.slice(scrolled).map(partOf));
  const layerTitle = title(
    scrolled === 0
      ? `layers, in order (${layers.length})`
      : `layers from ${scrolled + 1} of ${layers.length}`,
  );
  if (wide) {
    const left = [...limits, [], ...work];
    const why =
      rows >= 30 ? [[], ...wrapped(row.reasons.join(' '), { ...view, cols: columns }, 'dim')] : [];
    return [...top, [], ...beside([...left, ...why], [layerTitle, ...layerLines], columns)].slice(
      0,
      rows,
    );
  }
  // Narrow: the dearest kinds first, then as many layers as there is room for.
  const room = Math.max(2, Math.floor((rows - top.length) / 3));
  return [
    ...top,
    ...limits.slice(0, room),
    ...work.slice(0, room),
    layerTitle,
    ...layerLines,
  ].slice(0, rows);
};
