/** Where the cycles go: limits and kinds of work, and the layers in the order in which they run. */

import { partWords } from '../../report/explain-text.ts';
import { rowVerdict } from '../../report/predict/verdict-text.ts';
import { bar } from '../../report/text/bar.ts';
import { percent } from '../../report/text/number.ts';
import type { Account } from '../../study/explain/account.ts';
import { explainTaskNow, knownOf, selectedDevice, selectedWidth } from '../select.ts';
import type { State } from '../state.ts';
import { cell, gap, type Line, lineWidth, span, type View } from './line.ts';
import { cyclesText, headroomText, inkOf } from './numbers.ts';
import { statusLines, textLine, wrapped } from './parts.ts';

/** A line of a list: what limits a whole is in no need of words. */
type Part = Pick<Account, 'name' | 'cyclesPerSample' | 'share'> & Partial<Account>;

const limitOf = ({ limitedBy }: Part): string => (limitedBy ? partWords[limitedBy] : '');

/** Name, cycles a sample, a bar, its share and what limits it, in so many columns. */
const partLine = (part: Part, columns: number, view: View): Line => {
  const names = columns >= 52 ? 22 : 17;
  const words = columns >= 74 ? 24 : 0;
  const bars = Math.max(4, Math.min(24, columns - names - words - 19));
  return [
    gap(2),
    cell(part.name, names),
    gap(1),
    cell(cyclesText(part.cyclesPerSample), 8, undefined, 'right'),
    gap(1),
    { text: bar(part.share, bars, view.ascii), ink: 'cyan' },
    gap(1),
    cell(percent(part.share), 5, undefined, 'right'),
    ...(words > 0 ? [gap(1), cell(limitOf(part), words, 'dim')] : []),
  ];
};

const byCycles = (a: Part, b: Part): number => b.cyclesPerSample - a.cyclesPerSample;

const limitsOf = ({ parts, cyclesPerSample: whole }: Account): Part[] =>
  Object.entries(parts)
    .map(([part, cyclesPerSample]) => ({
      name: partWords[part as Account['limitedBy']],
      cyclesPerSample,
      share: whole === 0 ? 0 : cyclesPerSample / whole,
    }))
    .filter(({ cyclesPerSample }) => cyclesPerSample > 0)
    .sort(byCycles);

const beside = (left: readonly Line[], right: readonly Line[], columns: number): Line[] =>
  Array.from({ length: Math.max(left.length, right.length) }, (_, i) => {
    const line = left[i] ?? [];
    return [...line, gap(columns - lineWidth(line)), ...(right[i] ?? [])];
  });

export const explainBody = (state: State, view: View, rows: number): Line[] => {
  const device = selectedDevice(state);
  const width = selectedWidth(state);
  if (device === null || width === null) return [textLine('reading the model', 'dim')];
  const known = knownOf(state, explainTaskNow(state));
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
      span(`, load ${rowVerdict(row)}`, inkOf(row)),
      span(`, headroom ${headroomText(row.headroom)}`),
    ],
  ];
  const wide = view.cols >= 100;
  const columns = wide ? Math.floor(view.cols / 2) : view.cols;
  const list = (title: string, parts: readonly Part[]): Line[] => [
    textLine(title, 'bold'),
    ...parts.map((part) => partLine(part, columns - 2, view)),
  ];
  const work = list('kinds of work', [...kinds].sort(byCycles));
  const limits = list('what limits it', limitsOf(total));
  const scrolled = Math.min(state.explainTop, Math.max(0, layers.length - 1));
  const layerTitle =
    scrolled === 0
      ? `layers, in order (${layers.length})`
      : `layers from ${scrolled + 1} of ${layers.length}`;
  const layerLines = list(layerTitle, layers.slice(scrolled));
  if (wide) {
    const half = { ...view, cols: columns };
    const why = rows >= 30 ? [[], ...wrapped(row.reasons.join(' '), half, 'dim')] : [];
    const left = [...limits, [], ...work, ...why];
    return [...top, [], ...beside(left, layerLines, columns)].slice(0, rows);
  }
  // Narrow: the dearest kinds first, then as many layers as there is room for.
  const room = Math.max(2, Math.floor((rows - top.length) / 3));
  return [...top, ...limits.slice(0, room), ...work.slice(0, room), ...layerLines].slice(0, rows);
};
