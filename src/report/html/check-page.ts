/** `check --html`: how much of each limit is used, and what does not hold; `report history --html`: how each case went. */
import { numberText, signed } from '../../study/check/growth.ts';
import { changeOf, type HistoryEntry, type Series, seriesOf } from '../../study/check/history.ts';
import type { CheckResult, CheckVerdict } from '../../study/check/verdict.ts';
import { counted } from '../../units/number-text.ts';
import type { Bar } from '../chart/bar-chart.ts';
import { scatterChart } from '../chart/scatter-chart.ts';
import type { Chart } from '../chart/svg.ts';
import {
  isLoud,
  limitCells,
  limitColumns,
  statuses,
  statusWord,
  summaryLine,
} from '../check/markdown.ts';
import { historyColumns } from '../check/text.ts';
import { left } from '../text/text-table.ts';
import type { Page, PageTable } from './page.ts';
import { loadBar, plainChart, tableOf } from './page-parts.ts';

/** How much of a ceiling is used; none where the limit is of another kind. */
const usedBars = (verdict: CheckVerdict): readonly Bar[] => {
  const { limitKind, actual, limit, budget, status } = verdict;
  if (limitKind !== 'max' || actual === null || limit <= 0) return [];
  return [loadBar(budget, actual / limit, statusWord(verdict), statuses[status].tone)];
};

const undoneTable = (verdicts: readonly CheckVerdict[]): PageTable => ({
  ...tableOf('What does not hold', verdicts, [
    left('status', statusWord),
    left('budget', ({ budget }) => budget),
    left('message', ({ message }) => message),
  ]),
  first: true,
});

const figureOf = (series: Series, index: number): Chart =>
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

/** More pictures than this nobody looks at; the table has all. */
const mostFigures = 12;

const changedOf = (history: readonly HistoryEntry[]): readonly Series[] =>
  seriesOf(history).filter((one) => changeOf(one) !== 0);

const statesOf = (history: readonly HistoryEntry[]): number =>
  new Set(history.map(({ at }) => at)).size;

export const historyPage = (entries: readonly HistoryEntry[]): Page => {
  const series = seriesOf(entries);
  const changed = changedOf(entries);
  return {
    title: 'What models cost over time',
    lead:
      statesOf(entries) < 2
        ? `${counted(series.length, 'case')} in one state so far: the next one shows what changed.`
        : `${counted(series.length, 'case')}, ${changed.length} of them changed since they were first measured.`,
    figures: changed.slice(0, mostFigures).map(figureOf),
    tables: [tableOf('Every case', series, historyColumns)],
  };
};

/** What is measured stands last: where a screen is narrow, how a limit stands goes before. */
const whatLast = ([budget = '', what = '', ...rest]: readonly string[]) => [budget, ...rest, what];

/** Histories below the ceilings of a check, those that changed most. */
const mostCourses = 6;

/** @param history what earlier checks found; none where nobody kept it */
export const checkPage = (result: CheckResult, history: readonly HistoryEntry[] = []): Page => {
  const changed = changedOf(history);
  const states = statesOf(history);
  const undone = result.verdicts.filter(isLoud);
  const course = `${changed.length === 0 ? 'Nothing' : counted(changed.length, 'case')} changed over the last ${states} states.`;
  return {
    title: 'CPU budgets',
    lead: `${summaryLine(result)}.${states > 1 ? ` ${course}` : ''}`,
    figures: [
      plainChart({
        id: 'ceilings',
        title: 'How much of each ceiling is used',
        note: 'At 100 % a budget is used up.',
        unit: 'actual in percent of the ceiling',
        labelName: 'budget',
        bars: result.verdicts.flatMap(usedBars),
        limits: [{ at: 100, text: 'limit' }],
        cutAt: 200,
      }),
      ...changed.slice(0, mostCourses).map(figureOf),
    ],
    tables: [
      ...(undone.length === 0 ? [] : [undoneTable(undone)]),
      {
        caption: 'Every limit',
        columns: ['status', ...whatLast(limitColumns.map((title) => title.toLowerCase()))],
        rows: result.verdicts.map((one) => [statusWord(one), ...whatLast(limitCells(one))]),
      },
    ],
  };
};
