/** `advise --html`: every width against the limits of one, two and three copies, and what would help. */

import type { Advice } from '../../study/advise/advise.ts';
import type { ParetoPoint } from '../../study/advise/pareto.ts';
import type { Distance } from '../../study/advise/request.ts';
import { barChart } from '../chart/bar-chart.ts';
import { scatterChart } from '../chart/scatter-chart.ts';
import type { Figure } from '../chart/svg.ts';
import type { Page } from './page.ts';
import { cyclesText, percentText } from './tones.ts';

const limitsFigure = (advice: Advice, copies: number): Figure =>
  barChart({
    id: `limits-${copies}`,
    title: copies === 1 ? 'One copy' : `${copies} copies`,
    note: 'Load of all copies together on one core. The dashed line is the whole core; a width is inside where it leaves the headroom free that the pedal needs.',
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
            word: at.inside ? 'inside' : 'over',
            tone: at.inside ? ('good' as const) : ('bad' as const),
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

export const advisePage = (
  advice: Advice,
  front: readonly ParetoPoint[],
  model: string,
  command: string,
  tool: string,
): Page => ({
  title: `What fits, and what would: ${model}`,
  lead: 'Limits and near misses on each pedal, with the smallest changes that bring a width inside.',
  figures: [1, 2, 3].map((copies) => limitsFigure(advice, copies)).concat(frontFigure(front)),
  tables: [
    {
      caption: 'Changes that bring a near miss inside',
      columns: [
        'pedal',
        'width',
        'copies',
        'change',
        'load',
        'cycles saved per sample',
        'weights lost',
        'receptive field lost',
        'also helps',
      ],
      rows: advice.devices.flatMap((device) =>
        device.nearMisses.flatMap((miss) =>
          miss.suggestions.map((one) => [
            device.device,
            one.width,
            String(one.copies),
            one.text,
            percentText(one.load),
            cyclesText(one.cyclesSavedPerSample),
            String(one.weightsLost),
            String(one.receptiveFieldLost),
            one.alsoHelps.join(', '),
          ]),
        ),
      ),
    },
  ],
  command,
  tool,
});
