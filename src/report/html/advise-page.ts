/** `advise --html`: every width against its limits, and what would help; with --widths the sets of each size. */
import type { Advice } from '../../study/advise/advise.ts';
import type { ParetoPoint } from '../../study/advise/pareto.ts';
import { type Demand, servesDemand } from '../../study/advise/width-set.ts';
import { answerFor, wholeChange } from '../advise-text.ts';
import { scatterChart } from '../chart/scatter-chart.ts';
import type { Chart, Tone } from '../chart/svg.ts';
import { verdictWord } from '../predict/verdict-text.ts';
import { times } from '../text/number.ts';
import { left } from '../text/text-table.ts';
import { setText, type WidthSetReport, widthVerdict } from '../width-set-text.ts';
import type { Page } from './page.ts';
import {
  cyclesText,
  loadBar,
  loadChart,
  orDash,
  percentText,
  plainChart,
  tableOf,
} from './tones.ts';

const limitsFigure = (advice: Advice, copies: number): Chart =>
  loadChart({
    id: `limits-${copies}`,
    title: copies === 1 ? 'One copy' : `${copies} copies`,
    note: 'Load of all copies together on one core; the thin line holds the truth nine times of ten. The dashed line is the whole core; a width is inside where it probably leaves the headroom free that the pedal needs.',
    groupName: 'pedal',
    labelName: 'width',
    groups: advice.devices.flatMap(({ device, margin, widths }) => {
      const kept = margin === null ? '' : ` · keeps ${percentText(margin)} free`;
      const bars = widths.flatMap(({ width, distances }) =>
        distances
          .filter((at) => at.copies === copies)
          .map((at) =>
            loadBar(width.label, at.load, verdictWord(at), at.inside ? 'good' : 'bad', at),
          ),
      );
      return bars.length === 0 ? [] : [{ title: `${device}${kept}`, bars }];
    }),
  });

const frontFigure = (front: readonly ParetoPoint[]): Chart =>
  scatterChart({
    id: 'front',
    title: 'Cost against size',
    note: 'Architectures near this one of which none is both cheaper and larger. The load is the largest over these pedals, added up from layers.',
    x: { title: 'largest load in percent', log: false },
    y: { title: 'weights', log: false },
    points: front.map(({ worstLoad, weights, text, worstDevice }, i) => ({
      x: worstLoad * 100,
      y: weights,
      xText: percentText(worstLoad),
      yText: String(weights),
      label: `${i + 1}: ${text}`,
      mark: String(i + 1),
      tone: 'plain',
      more: [worstDevice],
    })),
    moreColumns: ['pedal'],
    joined: true,
  });

/** What was found: what each change keeps, at what load. */
const foundFigure = (advice: Advice): Chart =>
  loadChart({
    id: 'changes',
    title: 'What would fit',
    note: 'Each change, costed as a whole network; the thin line holds the truth nine times of ten. What it costs in sound is not known before it is trained.',
    groupName: 'pedal, width and copies',
    labelName: 'change',
    groups: advice.devices.flatMap(({ device, margin, nearMisses }) =>
      nearMisses
        .filter(({ suggestions }) => suggestions.length > 0)
        .map(({ width, copies, suggestions }) => ({
          title: `${device}, ${width} ${times(copies)}: limit ${percentText(1 - (margin ?? 0))}`,
          bars: suggestions.map((one) => {
            return loadBar(wholeChange(one), one.load, verdictWord(one), 'good', one);
          }),
        })),
    ),
  });

export const advisePage = (
  advice: Advice,
  front: readonly ParetoPoint[],
  model: string,
  copies: number,
): Page => {
  const found = advice.devices.flatMap(({ device, nearMisses }) =>
    nearMisses.flatMap(({ suggestions }) => suggestions.map((one) => ({ device, one }))),
  );
  return {
    title: `What fits, and what would: ${model}`,
    lead: advice.devices
      .slice(0, 3)
      .map((device) => answerFor(device, model, copies))
      .join(' '),
    figures: [
      ...[...new Set([1, 2, 3, copies])].map((count) => limitsFigure(advice, count)),
      ...(found.length === 0 ? [] : [foundFigure(advice)]),
      ...(front.length === 0 ? [] : [frontFigure(front)]),
    ],
    tables: [
      tableOf('Changes that bring a width inside', found, [
        left('pedal', ({ device }) => device),
        left('width', ({ one }) => one.width),
        left('copies', ({ one }) => times(one.copies)),
        left('change', ({ one }) => wholeChange(one)),
        left('engine', ({ one }) => orDash(one.engine, String)),
        left('load', ({ one }) => percentText(one.load)),
        left('chance', ({ one }) => percentText(one.chance)),
        left('weights', ({ one }) => String(one.weights)),
        left('weights lost', ({ one }) => String(one.weightsLost)),
        left('receptive field', ({ one }) => String(one.receptiveField)),
        left('cycles saved per sample', ({ one }) => cyclesText(one.cyclesSavedPerSample)),
        left('also helps', ({ one }) => one.alsoHelps.join(', ')),
      ]),
    ],
  };
};

const setsFigure = (report: WidthSetReport): Chart =>
  plainChart({
    id: 'sets',
    title: 'How many widths are enough',
    note: 'Of the multiply-accumulates that every width together would give these pedals, on average.',
    unit: 'percent of what every width would give',
    labelName: 'widths',
    bars: report.sets.map((set) => loadBar(setText(report, set.chosen), set.score, '', 'plain')),
  });

const verdictTag = (demand: Demand, i: number, got: boolean): readonly [string, Tone] => {
  if (got) return ['its width', 'good'];
  return servesDemand(demand, i) ? ['inside', 'muted'] : ['not offered', 'bad'];
};

const loadsFigure = (report: WidthSetReport): Chart =>
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
        const [tag, tone] = verdictTag(demand, i, report.sets.at(-1)?.served[d] === i);
        const own = widthVerdict(demand, i);
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
