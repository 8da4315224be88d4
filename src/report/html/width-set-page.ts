/** `advise --widths --html`: the sets of each size, and what every width costs whom it is meant for. */
import { barChart } from '../chart/bar-chart.ts';
import type { Figure, Tone } from '../chart/svg.ts';
import { setText, type WidthSetReport } from '../width-set-text.ts';
import type { Page } from './page.ts';
import { percentText } from './tones.ts';

const setsFigure = (report: WidthSetReport): Figure =>
  barChart({
    id: 'sets',
    title: 'How many widths are enough',
    note: 'Of the multiply-accumulates that every width together would give these pedals, on average.',
    unit: 'percent of what every width would give',
    groupName: 'model',
    labelName: 'widths',
    groups: [
      {
        title: '',
        bars: report.sets.map((set) => ({
          label: setText(report, set.chosen),
          value: set.score * 100,
          text: percentText(set.score),
          word: '',
          tone: 'plain' as const,
        })),
      },
    ],
    limits: [],
  });

const loadsFigure = (report: WidthSetReport): Figure => {
  const best = report.sets.at(-1);
  const judged = (load: number, limit: number, got: boolean): readonly [string, Tone] =>
    load > limit ? ['over', 'bad'] : got ? ['its width', 'good'] : ['inside', 'muted'];
  return barChart({
    id: 'loads',
    title: 'What each width costs there',
    note: 'Load of all copies together on one core. The dashed line is the whole core; each pedal keeps the share free that its title says.',
    unit: 'load in percent of one core',
    groupName: 'pedal and copies',
    labelName: 'width',
    groups: report.demands.map((demand, d) => ({
      title: `${demand.name} · keeps ${percentText(1 - demand.limit)} free`,
      bars: demand.loads.flatMap((load, i) => {
        if (load === null) return [];
        const [word, tone] = judged(load, demand.limit, best?.served[d] === i);
        const label = report.widths[i]?.label ?? '';
        return [{ label, value: load * 100, text: percentText(load), word, tone }];
      }),
    })),
    limits: [{ at: 100, text: 'whole core' }],
    cutAt: 200,
  });
};

export const widthSetPage = (report: WidthSetReport, command: string, tool: string): Page => {
  const best = report.sets.at(-1);
  return {
    title: `Which widths to offer: ${report.model}`,
    lead: `Offer ${setText(report, best?.chosen ?? [])}: each pedal gets the widest of them that fits.`,
    figures: [setsFigure(report), loadsFigure(report)],
    tables: [
      {
        caption: 'What each pedal gets',
        columns: ['pedal and copies', 'width', 'load'],
        rows: report.demands.map((demand, d) => {
          const got = best?.served[d] ?? null;
          const load = got === null ? null : (demand.loads[got] ?? null);
          return [
            demand.name,
            got === null ? 'nothing fits' : (report.widths[got]?.label ?? ''),
            load === null ? '–' : percentText(load),
          ];
        }),
      },
    ],
    command,
    tool,
  };
};
