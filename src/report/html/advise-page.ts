/** `advise --html`: every width against the limits of one, two and three copies, and what would help. */

import type { Advice, Distance } from '../../study/advise/advise.ts';
import type { ParetoPoint } from '../../study/advise/pareto.ts';
import { answerFor, wholeChange } from '../advise-text.ts';

import { barChart } from '../chart/bar-chart.ts';
import { scatterChart } from '../chart/scatter-chart.ts';
import type { Figure } from '../chart/svg.ts';
import { verdictWord } from '../predict/verdict-text.ts';
import { times } from '../text/words.ts';
import type { Page } from './page.ts';
import { cyclesText, percentText, spanOf } from './tones.ts';

const limitsFigure = (advice: Advice, copies: number): Figure =>
  barChart({
    id: `limits-${copies}`,
    title: copies === 1 ? 'One copy' : `${copies} copies`,
    note: 'Load of all copies together on one core; the thin line holds the truth nine times of ten. The dashed line is the whole core; a width is inside where it probably leaves the headroom free that the pedal needs.',
    unit: 'load in percent of one core',
    groupName: 'pedal',
    labelName: 'width',
    groups: advice.devices.flatMap((device) => {
      const bars = device.widths.flatMap(({ width, distances }) => {
        const at: Distance | undefined = distances.find((one) => one.copies === copies);
        if (at === undefined) return [];
        return [
          {
            label: width.label,
            value: at.load * 100,
            text: percentText(at.load),
            word: verdictWord(at),
            tone: at.inside ? ('good' as const) : ('bad' as const),
            span: spanOf(at.low, at.high),
          },
        ];
      });
      return bars.length === 0
        ? []
        : [
            {
              title:
                device.margin === null
                  ? device.device
                  : `${device.device} · keeps ${percentText(device.margin)} free`,
              bars,
            },
          ];
    }),
    limits: [{ at: 100, text: 'whole core' }],
    cutAt: 200,
  });

const frontFigure = (front: readonly ParetoPoint[]): readonly Figure[] =>
  front.length === 0
    ? []
    : [
        scatterChart({
          id: 'front',
          title: 'Cost against size',
          note: 'Architectures near this one of which none is both cheaper and larger. The load is the largest over these pedals, added up from layers.',
          x: { title: 'largest load in percent', log: false },
          y: { title: 'weights', log: false },
          points: front.map((point, i) => ({
            x: point.worstLoad * 100,
            y: point.weights,
            xText: percentText(point.worstLoad),
            yText: String(point.weights),
            label: `${i + 1}: ${point.text}`,
            mark: String(i + 1),
            tone: 'plain',
            more: [point.worstDevice],
          })),
          moreColumns: ['pedal'],
          joined: true,
        }),
      ];

/** What was found, as a front: what each keeps, at what load. */
const foundFigure = (advice: Advice): readonly Figure[] => {
  const found = advice.devices.flatMap(({ nearMisses }) => nearMisses);
  if (found.every(({ suggestions }) => suggestions.length === 0)) return [];
  return [
    barChart({
      id: 'changes',
      title: 'What would fit',
      note: 'Each change, costed as a whole network; the thin line holds the truth nine times of ten. What it costs in sound is not known before it is trained.',
      unit: 'load in percent of one core',
      groupName: 'pedal, width and copies',
      labelName: 'change',
      groups: advice.devices.flatMap((device) =>
        device.nearMisses
          .filter(({ suggestions }) => suggestions.length > 0)
          .map((miss) => ({
            title: `${device.device}, ${miss.width} ${times(miss.copies)}: limit ${percentText(1 - (device.margin ?? 0))}`,
            bars: miss.suggestions.map((one) => ({
              label: wholeChange(one),
              value: one.load * 100,
              text: percentText(one.load),
              word: `${verdictWord(one)}, ${one.weights} weights`,
              tone: 'good' as const,
              span: spanOf(one.low, one.high),
            })),
          })),
      ),
      limits: [{ at: 100, text: 'whole core' }],
    }),
  ];
};

export const advisePage = (
  advice: Advice,
  front: readonly ParetoPoint[],
  model: string,
  copies: number,
  command: string,
  tool: string,
): Page => ({
  title: `What fits, and what would: ${model}`,
  lead: advice.devices
    .slice(0, 3)
    .map((device) => answerFor(device, model, copies))
    .join(' '),
  figures: [...new Set([1, 2, 3, copies])]
    .map((count) => limitsFigure(advice, count))
    .concat(foundFigure(advice), frontFigure(front)),
  tables: [
    {
      caption: 'Changes that bring a width inside',
      columns: [
        ...['pedal', 'width', 'copies', 'change', 'engine', 'load', 'chance', 'weights'],
        ...['weights lost', 'receptive field', 'cycles saved per sample', 'also helps'],
      ],
      rows: advice.devices.flatMap((device) =>
        device.nearMisses.flatMap((miss) =>
          miss.suggestions.map((one) => [
            device.device,
            one.width,
            times(one.copies),
            wholeChange(one),
            one.engine ?? '–',
            percentText(one.load),
            percentText(one.chance),
            String(one.weights),
            String(one.weightsLost),
            String(one.receptiveField),
            cyclesText(one.cyclesSavedPerSample),
            one.alsoHelps.join(', '),
          ]),
        ),
      ),
    },
  ],
  command,
  tool,
});
