/** Where the cycles go: why first, limits and kinds of work, and a tree of layers, kinds and kernels that opens. */
import { bySize, limits, partsRows } from '../../report/explain-text.ts';
import { kernelName } from '../../report/kernel-name.ts';
import { rowVerdict } from '../../report/predict/verdict-text.ts';
import { bar } from '../../report/text/bar.ts';
import { printable } from '../../report/text/text-width.ts';
import type { Account } from '../../study/explain/account.ts';
import type { Explanation } from '../../study/explain/explain.ts';
import { counted, percent } from '../../units/number-text.ts';
import { explainTaskNow, knownOf, selectedDevice, selectedWidth, treeLines } from '../select.ts';
import type { State } from '../state.ts';
import type { Line, View } from './line.ts';
import { cell, gap, lineWidth, listLine, ruled, span, wholeSpans } from './line.ts';
import * as parts from './parts.ts';

/** A line of a list: what limits a whole is in no need of words. */
type Part = Pick<Account, 'name' | 'cyclesPerSample' | 'share'> & Partial<Account>;

/** Name, cycles a sample, a bar, its share and what limits it, in so many columns. Names of kernels are long: theirs go before bars. */
const partLine = (part: Part, columns: number, view: View, longest = 36): Line => {
  const names = columns >= 74 ? longest : Math.min(longest, columns - 18);
  const words = columns >= 74 ? 15 : 0;
  const bars = Math.min(24, columns - names - words - 19);
  const limit = part.limitedBy ? limits[part.limitedBy].short : '';
  const cells: Line = [
    cell(part.name, names),
    cell(parts.cyclesText(part.cyclesPerSample), 8, undefined, 'right'),
    ...(bars < 4 ? [] : [{ text: bar(part.share, bars, view.ascii), ink: 'cyan' as const }]),
    cell(percent(part.share), 5, undefined, 'right'),
    ...(words > 0 ? [cell(limit, words, 'dim')] : []),
  ];
  return [gap(1), ...cells.flatMap((each) => [gap(1), each])];
};

const beside = (left: readonly Line[], right: readonly Line[], columns: number): Line[] =>
  Array.from({ length: Math.max(left.length, right.length) }, (_, i) => {
    const line = left[i] ?? [];
    return [...line, gap(columns - lineWidth(line)), ...(right[i] ?? [])];
  });

/** Layers, the kinds of work in them, their kernels: as much as fits, with the cursor in it. */
const treeList = (
  state: State,
  explained: Explanation,
  view: View,
  columns: number,
  rows: number,
) => {
  const { total, layers } = explained;
  const lines = treeLines(state);
  const at = Math.min(state.explain.at, lines.length - 1);
  const from = parts.windowStart(at, lines.length, rows - 1);
  const shown = lines.slice(from, from + rows - 1).map(({ node, depth, isOpen }, i) => {
    const mark = node.children.length === 0 ? ' ' : isOpen ? '-' : '+';
    // Below a kind of work stand its kernels.
    const title = depth === 2 ? kernelName(node.name) : printable(node.name);
    const name = `${'  '.repeat(depth)}${mark} ${title}`;
    const share = total.cyclesPerSample === 0 ? 0 : node.cyclesPerSample / total.cyclesPerSample;
    const [, ...line] = partLine({ ...node, name, share }, columns, view);
    return listLine(from + i === at, line, '▸');
  });
  const title = span(`${counted(layers.length, 'layer')} in order: enter opens one`, 'bold');
  return [ruled([title], columns), ...shown];
};

export const explainBody = (state: State, view: View, rows: number): Line[] => {
  const device = selectedDevice(state);
  const width = selectedWidth(state);
  if (device === null || width === null) return [parts.textLine('reading the model', 'dim')];
  const known = knownOf(state, explainTaskNow(state));
  const about = [span('  width ', 'dim'), span(width.label, 'bold')];
  const name: Line = [span(`  ${device.name}`, 'bold'), ...about];
  if (!known?.value) return [name, ...parts.statusLines(known, view)];
  const { row, explanation } = known.value;
  const { total, kinds } = explanation;
  const made = `  ${row.engine}, ${row.core}, blocks of ${row.blockFrames}`;
  const top: Line[] = [
    wholeSpans([...name, ...made.split(/(?=, )/).map((text) => span(text, 'dim'))], view.cols),
    [
      span(`  ${parts.cyclesText(total.cyclesPerSample)} cycles/sample`),
      span(`, load ${rowVerdict(row)}`, parts.inkOf(row)),
      span(`, ${parts.headroomText(row.headroom)}`),
    ],
  ];
  const wide = view.cols >= 100;
  const columns = wide ? Math.floor(view.cols / 2) : view.cols;
  const list = (title: string, shown: readonly Part[]): Line[] => [
    ruled([span(title, 'bold')], columns - 2),
    ...shown.map((part) => partLine(part, columns - 2, view, 20)),
  ];
  const most = rows >= 36 ? 10 : rows >= 24 ? 4 : 2;
  const why = parts.wrapped(row.reasons.join(' '), view, 'dim', most);
  const causes = partsRows(total, 'short');
  const work = list('kinds of work', bySize(kinds));
  const held = list(
    'what limits it',
    causes.map(({ cycles, ...cause }) => ({ ...cause, cyclesPerSample: cycles })),
  );
  const head = [...top, ...why];
  const left = rows - head.length;
  if (wide) {
    const tree = treeList(state, explanation, view, columns - 2, left - 1);
    return [...head, [], ...beside([...held, [], ...work], tree, columns)].slice(0, rows);
  }
  // Narrow: the dearest kinds first, then as much of the tree as there is room for.
  const room = Math.max(2, Math.floor(left / 4));
  const above = [...head, ...held.slice(0, room), ...work.slice(0, room)];
  return [...above, ...treeList(state, explanation, view, columns, rows - above.length)];
};
