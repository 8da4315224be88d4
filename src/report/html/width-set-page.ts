/** `advise --widths --html`: the sets of each size, and what every width costs whom it is meant for. */
import { type Demand, servesDemand } from '../../study/advise/width-set.ts';
import type { Figure, Tone } from '../chart/svg.ts';
import { verdictWord } from '../predict/verdict-text.ts';
import { left } from '../text/text-table.ts';
import { judgedWidth, setText, type WidthSetReport } from '../width-set-text.ts';
import type { Page } from './page.ts';
import { loadBar, loadChart, orDash, percentText, plainChart, tableOf } from './tones.ts';

const setsFigure = (report: WidthSetReport): Figure =>
  plainChart({
    id: 'sets',
    title: 'How many widths are enough',
    note: 'Of the multiply-accumulates that every width together would give these pedals, on average.',
    unit: 'percent of what every width would give',
    labelName: 'widths',
    bars: report.sets.map((set) => loadBar(setText(report, set.chosen), set.score, '', 'plain')),
  });

const judged = (demand: Demand, i: number, got: boolean): readonly [string, Tone] => {
  if (got) return ['its width', 'good'];
  return servesDemand(demand, i) ? ['inside', 'muted'] : ['not offered', 'bad'];
};

const loadsFigure = (report: WidthSetReport): Figure =>
  loadChart({
    id: 'loads',
    title: 'What each width costs there',
    note: 'Load of all copies together on one core; the thin line holds the truth nine times of ten. The dashed line is the whole core; each pedal keeps the share free that its title says.',
    groupName: 'pedal and copies',
    labelName: 'width',
    groups: report.demands.map((demand, d) => ({
      title: `${demand.name} · keeps ${percentText(1 - demand.limit)} free`,
      bars: demand.loads.flatMap((load, i) => {
        if (load === null) return [];
        const [tag, tone] = judged(demand, i, report.sets.at(-1)?.served[d] === i);
        const own = judgedWidth(demand, i);
        const word = own === null ? tag : `${verdictWord(own)}, ${tag}`;
        return [loadBar(report.widths[i]?.label ?? '', load, word, tone, own?.load ?? undefined)];
      }),
    })),
  });

export const widthSetPage = (report: WidthSetReport): Page => {
  const best = report.sets.at(-1);
  const served = report.demands.map((demand, i) => ({ demand, got: best?.served[i] ?? null }));
  return {
    title: `Which widths to offer: ${report.model}`,
    lead: `Offer ${setText(report, best?.chosen ?? [])}: each pedal gets the widest of them that fits by its chance.`,
    figures: [setsFigure(report), loadsFigure(report)],
    tables: [
      tableOf('What each pedal gets', served, [
        left('pedal and copies', ({ demand }) => demand.name),
        left('width', ({ got }) =>
          got === null ? 'nothing fits' : (report.widths[got]?.label ?? ''),
        ),
        left('load', ({ demand, got }) => orDash(demand.loads[got ?? -1], percentText)),
        left('chance', ({ demand, got }) =>
          orDash(got, (width) => percentText(demand.chances?.[width] ?? 0)),
        ),
        left('engine', ({ demand, got }) => orDash(demand.engines?.[got ?? -1], String)),
      ]),
    ],
  };
};
