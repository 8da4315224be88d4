/** `explain --html`: where the cycles go by cause, kind, layer and kernel; and what differs between two. */
import type { Account } from '../../study/explain/account.ts';
import type { Difference, Explanation, ExplanationDiff } from '../../study/explain/explain.ts';
import type { PredictRow } from '../../study/predict/row.ts';
import type { Bar } from '../chart/bar-chart.ts';
import { icicleChart } from '../chart/icicle-chart.ts';
import type { Chart, Tone } from '../chart/svg.ts';
import { bySize, costText, limits, partsRows } from '../explain-text.ts';
import { kernelNames } from '../kernel-name.ts';
import { left } from '../text/text-table.ts';
import type { Page } from './page.ts';
import {
  cyclesBar,
  cyclesText,
  percentText,
  plainChart,
  signedCycles,
  tableOf,
} from './page-parts.ts';

const barOf = ({ name, cyclesPerSample, limitedBy }: Account): Bar =>
  cyclesBar(name, cyclesPerSample, limits[limitedBy].short, limits[limitedBy].tone);

const figure = (id: string, title: string, note: string, bars: readonly Bar[]): Chart =>
  plainChart({ id, title, note, unit: 'cycles per sample', bars });

/**
 * @param subject what is explained: a model at a width on a pedal, and its engine
 * @param row its prediction
 */
export const explainPage = (explanation: Explanation, subject: string, row?: PredictRow): Page => {
  const { total, tree, kinds, kernels } = explanation;
  const cycles = `${cyclesText(total.cyclesPerSample)} cycles a sample`;
  const cost = row === undefined ? cycles : costText(explanation, row);
  const [most] = bySize(kinds);
  const nameOf = kernelNames(kernels.map(({ name }) => name));
  const causes = partsRows(total, 'short').map(({ part, name, cycles, share }) =>
    cyclesBar(name, cycles, percentText(share), limits[part].tone),
  );
  const spent = 'What the engine does with its time; the word is the main limit.';
  const held = 'Cycles by the resource that holds the work up.';
  return {
    title: `Where the cycles go: ${subject}`,
    lead: `${cost}. ${most === undefined ? '' : `${most.name} takes ${percentText(most.share)} of the cycles; `}the first limit is ${limits[total.limitedBy].word} (${percentText(total.parts[total.limitedBy] / total.cyclesPerSample)}). Each chart adds up to the total.`,
    why: row?.reasons ?? [],
    figures: [
      figure('causes', 'What limits it', held, causes),
      figure('kinds', 'Kinds of work', spent, bySize(kinds).map(barOf)),
      icicleChart({
        id: 'layers',
        title: 'Layers, kinds of work, kernels',
        note: 'Layers in the order in which they run, beside them the kinds of work in each and the kernels that do it; heights are shares of the cycles, colours the main limit as in the chart of limits. What is too small to be seen is left out; the other tables have it.',
        root: tree,
        levels: ['layer', 'kind', 'kernel'],
        look: ({ limitedBy }) => limits[limitedBy],
        nameOf: ({ name }, depth) => (depth === 2 ? nameOf(name) : name),
        textOf: cyclesText,
      }),
    ],
    tables: [
      tableOf(
        'Every kernel',
        bySize(kernels),
        [
          left('kernel', ({ name }) => nameOf(name)),
          left('cycles per sample', (kernel) => cyclesText(kernel.cyclesPerSample)),
          left('share', (kernel) => percentText(kernel.share)),
          left('runs per block', (kernel) => kernel.runsPerBlock.toFixed(2)),
          left('main limit', ({ limitedBy }) => limits[limitedBy].word),
          left('instructions per sample', (kernel) => cyclesText(kernel.instructionsPerSample)),
        ],
        { folded: true },
      ),
    ],
  };
};

const changeText = ({ a, b }: Difference): string => {
  if (a > 0) return `${b >= a ? '+' : ''}${percentText(b / a - 1)}`;
  return b > 0 ? 'new' : '–';
};

const toneOf = ({ delta }: Difference): Tone => (delta > 0 ? 'bad' : delta < 0 ? 'good' : 'muted');

const changes = (id: string, title: string, differences: readonly Difference[]): Chart =>
  plainChart({
    id,
    title,
    note: 'What B takes more than A, or less, in cycles a sample; the largest change first.',
    unit: 'cycles per sample, B minus A',
    bars: differences.map((one) => ({
      ...cyclesBar(one.name, one.delta, changeText(one), toneOf(one)),
      text: signedCycles(one.delta),
    })),
  });

export const explainDiffPage = (diff: ExplanationDiff, nameA: string, nameB: string): Page => {
  const kernelOf = kernelNames(diff.kernels.map(({ name }) => name));
  const levels: readonly (readonly [string, readonly Difference[]])[] = [
    ['total', [diff.total]],
    ['kind', diff.kinds],
    ['layer', diff.layers],
    ['kernel', diff.kernels.map((one) => ({ ...one, name: kernelOf(one.name) }))],
  ];
  const all = levels.flatMap(([level, list]) => list.map((one) => ({ ...one, level })));
  return {
    title: 'What differs, in cycles',
    lead: `A: ${nameA}. B: ${nameB}. Each part adds up to the total.`,
    figures: [
      figure('total', 'In all', 'Cycles a sample of both sides.', [
        cyclesBar('A', diff.total.a, '', 'plain'),
        cyclesBar('B', diff.total.b, changeText(diff.total), 'other'),
      ]),
      changes('kinds', 'Kinds of work', diff.kinds),
      changes('layers', 'Layers', diff.layers),
    ],
    tables: [
      {
        ...tableOf('Every difference, in cycles per sample', all, [
          left('what', ({ name }) => name),
          left('level', ({ level }) => level),
          left('A', ({ a }) => cyclesText(a)),
          left('B', ({ b }) => cyclesText(b)),
          left('B minus A', ({ delta }) => signedCycles(delta)),
          left('change', changeText),
        ]),
        folded: true,
      },
    ],
  };
};
