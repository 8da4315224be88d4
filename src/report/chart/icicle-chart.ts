/** Where cycles go as an icicle: a column each for layers, kinds of work and kernels; heights are shares of the whole. */
import type { CycleNode } from '../../study/explain/account.ts';
import * as svg from './svg.ts';

export interface IcicleChart extends svg.ChartHead {
  readonly root: CycleNode;
  /** Of each level below the root, for the table; their number is that of the columns. */
  readonly levels: readonly string[];
  readonly look: (node: CycleNode) => { readonly tone: svg.Tone; readonly short: string };
  readonly nameOf: (node: CycleNode, depth: number) => string;
  readonly textOf: (cycles: number) => string;
}

const columns = [240, 210, 410];
const gap = 3;
/** Below this a name would lie on its neighbour. */
const leastForText = 16;

/** What is lower is left out. */
const leastShown = 2.5;

interface Placed {
  readonly node: CycleNode;
  readonly names: readonly string[];
  readonly y: number;
  readonly height: number;
}

const placed = (chart: IcicleChart, { node, names, y, height }: Placed): Placed[] => {
  let at = y;
  return node.children.flatMap((child) => {
    const share = node.cyclesPerSample === 0 ? 0 : child.cyclesPerSample / node.cyclesPerSample;
    const own = [...names, chart.nameOf(child, names.length)];
    const box = { node: child, names: own, y: at, height: height * share };
    at += box.height;
    return box.height < leastShown ? [] : [box, ...placed(chart, box)];
  });
};

const boxMarks = ({ look, textOf }: IcicleChart, { node, names, y, height }: Placed): string[] => {
  const depth = names.length - 1;
  const x = columns.slice(0, depth).reduce((sum, column) => sum + column + gap, 0);
  const [width = 0, name = ''] = [columns[depth], names[depth]];
  const { tone, short } = look(node);
  const text = textOf(node.cyclesPerSample);
  const middle = y + height / 2 + 4;
  const size = { x, y, width, height: Math.max(0.5, height - 1) };
  const about = `${names.join(', ')}: ${text} cycles a sample, ${short}`;
  const box = { class: tone, ...size, 'fill-opacity': 0.3, 'data-value': text };
  const told = svg.fitting(name, svg.softFontSize, width - 70);
  return [
    svg.marked('rect', box, about),
    ...(height < leastForText
      ? []
      : [
          svg.textAt(x + 6, middle, told, { class: 'cell' }),
          svg.textAt(x + width - 6, middle, text, { class: 'cell', 'text-anchor': 'end' }),
        ]),
  ];
};

export const icicleChart = (chart: IcicleChart): svg.Chart => {
  const { root, levels, look, textOf } = chart;
  const height = Math.min(1100, Math.max(360, root.children.length * 30));
  const boxes = placed(chart, { node: root, names: [], y: 0, height });
  const width = columns.reduce((sum, column) => sum + column + gap, 0);
  const cells = {
    columns: [...levels, 'cycles per sample', 'main limit'],
    rows: boxes.map(({ node, names }) => [
      ...levels.map((_, i) => names[i] ?? ''),
      ...[textOf(node.cyclesPerSample), look(node).short],
    ]),
  };
  const marks = boxes.flatMap((box) => boxMarks(chart, box));
  return { ...svg.figureOf(chart, { width, height }, marks, cells), wide: true };
};
