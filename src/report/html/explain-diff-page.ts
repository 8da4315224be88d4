/** `explain --diff --html`: two predictions side by side, and where they differ. */
import type { Difference, ExplanationDiff } from '../../study/explain/explain.ts';
import { barChart } from '../chart/bar-chart.ts';
import type { Figure, Tone } from '../chart/svg.ts';
import type { Page } from './page.ts';
import { cyclesText, percentText } from './tones.ts';

const signed = (cycles: number): string => `${cycles > 0 ? '+' : ''}${cyclesText(cycles)}`;

const changeText = ({ a, b }: Difference): string =>
  a > 0 ? `${b >= a ? '+' : ''}${percentText(b / a - 1)}` : b > 0 ? 'new' : '–';

const toneOf = ({ delta }: Difference): Tone => (delta > 0 ? 'bad' : delta < 0 ? 'good' : 'muted');

const sides = (total: Difference): Figure =>
  barChart({
    id: 'total',
    title: 'In all',
    note: 'Cycles a sample of both sides.',
    unit: 'cycles per sample',
    groupName: 'level',
    labelName: 'side',
    groups: [
      {
        title: '',
        bars: [
          { label: 'A', value: total.a, text: cyclesText(total.a), word: '', tone: 'plain' },
          {
            label: 'B',
            value: total.b,
            text: cyclesText(total.b),
            word: changeText(total),
            tone: 'other',
          },
        ],
      },
    ],
    limits: [],
  });

const changes = (id: string, title: string, differences: readonly Difference[]): Figure =>
  barChart({
    id,
    title,
    note: 'What B takes more than A, or less, in cycles a sample; the largest change first.',
    unit: 'cycles per sample, B minus A',
    groupName: 'level',
    labelName: 'what',
    groups: [
      {
        title: '',
        bars: differences.map((one) => ({
          label: one.name,
          value: one.delta,
          text: signed(one.delta),
          word: changeText(one),
          tone: toneOf(one),
        })),
      },
    ],
    limits: [],
  });

export const explainDiffPage = (
  diff: ExplanationDiff,
  nameA: string,
  nameB: string,
  command: string,
  tool: string,
): Page => ({
  title: 'What differs, in cycles',
  lead: `A: ${nameA}. B: ${nameB}. Each part adds up to the total.`,
  figures: [
    sides(diff.total),
    changes('kinds', 'Kinds of work', diff.kinds),
    changes('layers', 'Layers', diff.layers),
  ],
  tables: [
    {
      caption: 'Every difference, in cycles per sample',
      columns: ['what', 'level', 'A', 'B', 'B minus A', 'change'],
      rows: (
        [
          ['total', [diff.total]],
          ['kind', diff.kinds],
          ['layer', diff.layers],
          ['kernel', diff.kernels],
        ] as const
      ).flatMap(([level, list]) =>
        list.map((one) => [
          one.name,
          level,
          cyclesText(one.a),
          cyclesText(one.b),
          signed(one.delta),
          changeText(one),
        ]),
      ),
    },
  ],
  command,
  tool,
});
