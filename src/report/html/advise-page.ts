/** `advise --html`: every width against its limits, and what would help; with --widths the sets of each size. */
import type { Advice, DeviceAdvice, Distance } from '../../study/advise/advise.ts';
import type { ParetoPoint } from '../../study/advise/pareto.ts';
import { type Demand, servesDemand } from '../../study/advise/width-set.ts';
import { times } from '../../units/number-text.ts';
import * as told from '../advise-text.ts';
import { scatterChart } from '../chart/scatter-chart.ts';
import type { Chart } from '../chart/svg.ts';
import { verdictLooks } from '../predict/cell.ts';
import { groupBy } from '../predict/groups.ts';
import { isSettled, rowVerdict } from '../predict/verdict-text.ts';
import { left } from '../text/text-table.ts';
import * as sets from '../width-set-text.ts';
import { type HeatLine, heatTable } from './heat-table.ts';
import type { Page } from './page.ts';
import { cyclesText, loadBar, orDash, percentText, plainChart, tableOf } from './page-parts.ts';

/** Where a page says what would bring a pedal's widths inside. */
const changesId = (device: string): string => `changes-${device}`;

const lineOf = ({ device, nearMisses }: DeviceAdvice, at: Distance): HeatLine => ({
  text: `${at.copies === 1 ? '' : `${at.copies}x `}${told.standingText(at)}${at.inside ? ' ✓' : ''}`,
  tone: at.inside ? 'good' : at.verdict === 'over' ? 'bad' : 'near',
  sure: isSettled(at),
  share: at.load,
  why: `${told.leftText(at)}, chance ${percentText(at.chance)}`,
  id: nearMisses.length === 0 ? '' : changesId(device),
});

const limitsFigure = ({ devices }: Advice, copies: number): Chart => {
  const known = devices.filter(({ limitCyclesPerSample }) => limitCyclesPerSample !== null);
  const labels = [...new Set(known.flatMap(({ widths }) => widths.map((w) => w.width.label)))];
  // The largest first, so that two columns of them end nearly level.
  const bySize = [...groupBy(known, (of) => told.widestAt(of, copies) ?? 'no width')].sort(
    ([, a], [, b]) => b.length - a.length,
  );
  const cells = known.flatMap((of) =>
    of.widths.flatMap(({ width, distances }) => distances.map((at) => ({ of, width, at }))),
  );
  return heatTable({
    id: 'limits',
    title: 'Every width against its limits',
    note: 'The share that all copies together take of one core, and in brackets, where there is room, the range of nine of ten such predictions. A check mark: leaves free what the pedal needs, with the chance that was asked for.',
    columns: labels,
    groups: bySize.map(([width, own]) => ({
      title: `the widest that fits: ${width} ${times(copies)}`,
      rows: own.map((of) => ({
        name: of.device,
        detail: [...(of.engine === null ? [] : [of.engine]), of.blockFrames].join(', '),
        cells: labels.map((label) => {
          const at = of.widths.find(({ width }) => width.label === label);
          return at?.distances.map((one) => lineOf(of, one)) ?? [];
        }),
      })),
    })),
    table: tableOf('Every limit', cells, [
      left('pedal', ({ of }) => of.device),
      left('width', ({ width }) => width.label),
      left('copies', ({ at }) => times(at.copies)),
      left('load', ({ at }) => told.standingText(at)),
      left('chance', ({ at }) => percentText(at.chance)),
      left('limit', ({ at }) => told.leftText(at)),
      left('cycles per sample', ({ at }) => cyclesText(at.cyclesPerSample)),
      left('kept free', ({ of }) => orDash(of.margin, percentText)),
      left('cycles allowed', ({ at }) => cyclesText(at.limitCyclesPerSample)),
    ]),
  });
};

/** Longer names of points would lie on each other; the table has them. */
const longestMark = 22;

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
      mark: text.length <= longestMark ? text : '',
      tone: 'plain',
      more: [worstDevice],
    })),
    moreColumns: ['pedal'],
    joined: true,
  });

type Missed = Readonly<{ device: string; miss: DeviceAdvice['nearMisses'][number] }>;

const missColumns = [
  left('pedal', ({ device }: Missed) => device),
  left('width', ({ miss }: Missed) => `${miss.width} ${times(miss.copies)}`),
  left('needs less', ({ miss }: Missed) => told.whole(miss.needsLess)),
  left('the smallest change', ({ miss }: Missed) => told.smallestChange(miss)),
];

export const advisePage = (
  advice: Advice,
  front: readonly ParetoPoint[],
  model: string,
  copies: number,
): Page => {
  const misses = advice.devices.flatMap(({ device, nearMisses }) =>
    nearMisses.map((miss) => ({ device, miss })),
  );
  const found = misses.flatMap(({ device, miss }) =>
    miss.suggestions.map((one) => ({ device, ...one })),
  );
  const ids = misses.map(({ device }, i) =>
    misses[i - 1]?.device === device ? '' : changesId(device),
  );
  return {
    title: `What fits, and what would: ${model}`,
    lead: told.adviceSummary(advice, model, copies),
    figures: [limitsFigure(advice, copies), ...(front.length === 0 ? [] : [frontFigure(front)])],
    tables: [
      tableOf('What would bring a width inside', misses, missColumns, { ids }),
      tableOf(
        'Every change that was found',
        found,
        [
          left('pedal', ({ device }) => device),
          left('width', ({ width, copies: n }) => `${width} ${times(n)}`),
          left('change', told.wholeChange),
          left('engine', ({ engine }) => orDash(engine, String)),
          left('load', told.standingText),
          left('chance', ({ chance }) => percentText(chance)),
          left('weights', (one) => String(one.weights)),
          left('weights lost', (one) => String(one.weightsLost)),
          left('receptive field', (one) => String(one.receptiveField)),
          left('cycles saved per sample', (one) => cyclesText(one.cyclesSavedPerSample)),
          left('also helps', ({ alsoHelps }) => alsoHelps.join(', ')),
        ],
        { folded: true },
      ),
    ],
  };
};

const setsFigure = (report: sets.WidthSetReport): Chart =>
  plainChart({
    id: 'sets',
    title: 'How many widths are enough',
    note: 'Of the multiply-accumulates that every width together would give these pedals, on average.',
    unit: 'percent of what every width would give',
    labelName: 'widths',
    bars: report.sets.map((set) =>
      loadBar(sets.setText(report, set.chosen), set.score, '', 'plain'),
    ),
  });

const widthLine = (demand: Demand, i: number, got: number | null): HeatLine => {
  const own = sets.widthVerdict(demand, i);
  const { copies = 1, loads, chances } = demand;
  const chance = chances?.[i] ?? null;
  const tag = got === i ? 'its width' : servesDemand(demand, i) ? 'would fit' : 'not offered';
  return {
    text: `${copies === 1 ? '' : `${copies}x `}${own === null ? '–' : rowVerdict(own)}${got === i ? ' ✓' : ''}`,
    tone: own === null ? 'muted' : verdictLooks[own.verdict].tone,
    sure: own !== null && isSettled(own),
    share: loads[i] ?? null,
    why: `${tag}${chance === null ? '' : `, chance ${percentText(chance)}`}, keeps ${percentText(1 - demand.limit)} free`,
    id: '',
  };
};

const loadsFigure = (report: sets.WidthSetReport): Chart => {
  const { widths } = report;
  const asked = sets.servedOf(report);
  const devices = groupBy(asked, ({ demand: { deviceName, name } }) => deviceName ?? name);
  const cells = asked.flatMap((one) => widths.map((width, i) => ({ ...one, width, i })));
  const widestFirst = [...devices].sort(([, [a]], [, [b]]) => (b.got ?? -1) - (a.got ?? -1));
  const groups = groupBy(
    widestFirst,
    ([, [{ demand, got }]]) =>
      `${got === null ? 'no width' : (widths[got]?.label ?? '')} ${times(demand.copies ?? 1)}`,
  );
  return heatTable({
    id: 'loads',
    title: 'What each width costs there',
    note: 'The share that all copies together take of one core, and in brackets, where there is room, the range of nine of ten such predictions. A check mark: the width that the pedal gets.',
    columns: widths.map(({ label }) => label),
    groups: groups.map(([title, own]) => ({
      title,
      rows: own.map(([name, wanted]) => ({
        name,
        detail: '',
        cells: widths.map((_, i) => wanted.map(({ demand, got }) => widthLine(demand, i, got))),
      })),
    })),
    table: tableOf('Every width', cells, [
      left('pedal and copies', ({ demand }) => demand.name),
      left('width', ({ width }) => width.label),
      left('load', ({ demand, i }) => orDash(sets.widthVerdict(demand, i), rowVerdict)),
      left('chance', ({ demand, i }) => orDash(demand.chances?.[i], percentText)),
      left('kept free', ({ demand }) => percentText(1 - demand.limit)),
      left('meaning', ({ demand, i, got }) => widthLine(demand, i, got).why.split(',')[0] ?? ''),
    ]),
  });
};

/** A table of more rows is closed on a screen: the heat map says the same. */
const mostOpen = 12;

export const widthSetPage = (report: sets.WidthSetReport): Page => {
  const served = sets.servedOf(report);
  const columns = sets.servedColumns(report, { columns: 100, color: false, ascii: false });
  return {
    title: `Which widths to offer: ${report.model}`,
    lead: sets.widthSetAnswer(report),
    figures: [setsFigure(report), loadsFigure(report)],
    tables: [
      tableOf('What each pedal gets', served, columns, { folded: served.length > mostOpen }),
    ],
  };
};
