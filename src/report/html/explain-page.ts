/** `explain --html`: where the cycles go, by cause, kind, layer and kernel. */
import type { Account } from '../../study/explain/account.ts';
import type { Explanation } from '../../study/explain/explain.ts';
import { type Bar, barChart } from '../chart/bar-chart.ts';
import type { Figure, Tone } from '../chart/svg.ts';
import type { Page } from './page.ts';
import { cyclesText, percentText } from './tones.ts';

const partWords: Readonly<Record<Account['limitedBy'], string>> = {
  arithmetic: 'arithmetic',
  loadStore: 'load and store',
  latency: 'waiting',
  frontEnd: 'issue',
  mispredict: 'mispredicts',
  calls: 'library calls',
  memory: 'memory',
};

const partTones: Readonly<Record<Account['limitedBy'], Tone>> = {
  arithmetic: 'plain',
  loadStore: 'good',
  latency: 'near',
  frontEnd: 'other',
  mispredict: 'bad',
  calls: 'bad',
  memory: 'muted',
};

const barOf = (account: Account): Bar => ({
  label: account.name,
  value: account.cyclesPerSample,
  text: cyclesText(account.cyclesPerSample),
  word: partWords[account.limitedBy],
  tone: partTones[account.limitedBy],
});

const figure = (id: string, title: string, note: string, bars: readonly Bar[]): Figure =>
  barChart({
    id,
    title,
    note,
    unit: 'cycles per sample',
    groupName: 'level',
    labelName: 'what',
    groups: [{ title: '', bars }],
    limits: [],
  });

export const explainPage = (
  explanation: Explanation,
  subject: string,
  command: string,
  tool: string,
): Page => {
  const { total, layers, kinds, kernels } = explanation;
  const causes = Object.entries(total.parts) as readonly [Account['limitedBy'], number][];
  return {
    title: `Where the cycles go: ${subject}`,
    lead: `${cyclesText(total.cyclesPerSample)} cycles a sample, ${cyclesText(total.instructionsPerSample)} instructions. Each chart adds up to the total.`,
    figures: [
      figure(
        'causes',
        'What limits it',
        'Cycles by the resource that holds the work up.',
        causes
          .filter(([, cycles]) => cycles > 0)
          .map(([part, cycles]) => ({
            label: partWords[part],
            value: cycles,
            text: cyclesText(cycles),
            word: percentText(cycles / total.cyclesPerSample),
            tone: partTones[part],
          })),
      ),
      figure(
        'kinds',
        'Kinds of work',
        'What the engine does with its time; the word is the main limit.',
        kinds.map(barOf),
      ),
      figure(
        'layers',
        'Layers',
        'In the order in which they run; the word is the main limit.',
        layers.map(barOf),
      ),
    ],
    tables: [
      {
        caption: 'Kernels',
        columns: [
          'kernel',
          'cycles per sample',
          'share',
          'runs per block',
          'main limit',
          'instructions per sample',
        ],
        rows: kernels.map((kernel) => [
          kernel.name,
          cyclesText(kernel.cyclesPerSample),
          percentText(kernel.share),
          kernel.runsPerBlock.toFixed(2),
          partWords[kernel.limitedBy],
          cyclesText(kernel.instructionsPerSample),
        ]),
      },
    ],
    command,
    tool,
  };
};
