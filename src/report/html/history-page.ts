/** `report history --html`: how each case went, state by state. */
import { changeOf, type HistoryEntry, type Series, seriesOf } from '../../study/check/history.ts';
import { numberText, signed } from '../../study/check/number-text.ts';
import { scatterChart } from '../chart/scatter-chart.ts';
import type { Figure } from '../chart/svg.ts';
import { left } from '../text/text-table.ts';
import type { Page } from './page.ts';
import { tableOf } from './tones.ts';

/** More pictures than this nobody looks at; the table has all. */
const mostFigures = 12;

const figureOf = (series: Series, index: number): Figure =>
  scatterChart({
    id: `case-${index}`,
    title: series.name,
    note: `${signed(changeOf(series))} % since the first state.`,
    x: { title: 'state', log: false },
    y: { title: series.name.split(' · ').at(-1) ?? 'value', log: false },
    joined: true,
    points: series.values.map(({ at, value }, state) => ({
      x: state + 1,
      y: value,
      xText: at,
      yText: numberText(value),
      label: at,
      mark: '',
      tone: 'plain' as const,
    })),
  });

export const historyPage = (entries: readonly HistoryEntry[]): Page => {
  const series = seriesOf(entries);
  const changed = series.filter((one) => changeOf(one) !== 0).length;
  return {
    title: 'What models cost over time',
    lead: `${series.length} cases, ${changed} of them changed since they were first measured.`,
    figures: series.slice(0, mostFigures).map(figureOf),
    tables: [
      tableOf('Every case', series, [
        left('case', ({ name }) => name),
        left('first', ({ values }) => numberText(values[0]?.value ?? 0)),
        left('last', ({ values }) => numberText(values.at(-1)?.value ?? 0)),
        left('change', (one) => `${signed(changeOf(one))} %`),
      ]),
    ],
  };
};
