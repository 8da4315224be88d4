/** `advise --widths --html`: the sets of each size, and what every width costs whom it is meant for. */
import { type Demand, servesDemand } from '../../study/advise/width-set.ts';
import { barChart } from '../chart/bar-chart.ts';
import type { Figure, Tone } from '../chart/svg.ts';
import { verdictWord } from '../predict/verdict-text.ts';
import { judgedWidth, setText, type WidthSetReport } from '../width-set-text.ts';
import type { Page } from './page.ts';
import { percentText, spanOf } from './tones.ts';

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
  const judged = (demand: Demand, i: number, got: boolean): readonly [string, Tone] =>
    got
      ? ['its width', 'good']
      : servesDemand(demand, i)
        ? ['inside', 'muted']
        : ['not offered', 'bad'];
  return barChart({
    id: 'loads',
    title: 'What each width costs there',
    note: 'Load of all copies together on one core; the thin line holds the truth nine times of ten. The dashed line is the whole core; each pedal keeps the share free that its title says.',
    unit: 'load in percent of one core',
    groupName: 'pedal and copies',
    labelName: 'width',
    groups: report.demands.map((demand, d) => ({
      title: `${demand.name} · keeps ${percentText(1 - demand.limit)} free`,
      bars: demand.loads.flatMap((load, i) => {
        if (load === null) return [];
        const [tag, tone] = judged(demand, i, best?.served[d] === i);
        const own = judgedWidth(demand, i);
        const span = own?.load == null ? {} : { span: spanOf(own.load.low, own.load.high) };
        const word = own === null ? tag : `${verdictWord(own)}, ${tag}`;
        const label = report.widths[i]?.label ?? '';
        return [{ label, value: load * 100, text: percentText(load), word, tone, ...span }];
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
    lead: `Offer ${setText(report, best?.chosen ?? [])}: each pedal gets the widest of them that fits by its chance.`,
    figures: [setsFigure(report), loadsFigure(report)],
    tables: [
      {
        caption: 'What each pedal gets',
        columns: ['pedal and copies', 'width', 'load', 'chance', 'engine'],
        rows: report.demands.map((demand, d) => {
          const got = best?.served[d] ?? null;
          const load = got === null ? null : (demand.loads[got] ?? null);
          return [
            demand.name,
            got === null ? 'nothing fits' : (report.widths[got]?.label ?? ''),
            load === null ? '–' : percentText(load),
            got === null ? '–' : percentText(demand.chances?.[got] ?? 0),
            (got === null ? null : demand.engines?.[got]) ?? '–',
          ];
        }),
      },
    ],
    command,
    tool,
  };
};
