/** What pages share: numbers, the two usual kinds of bars, and their tables. */
import { grouped } from '../../units/number-text.ts';
import { type Bar, type BarChart, barChart } from '../chart/bar-chart.ts';
import type { Chart, ChartTable, Tone } from '../chart/svg.ts';
import type { Column } from '../text/text-table.ts';
import type { PageTable } from './page.ts';

export const percentText = (share: number): string =>
  Math.abs(share) < 10 ? `${(share * 100).toFixed(1)} %` : `${grouped(share * 100)} %`;
/** Tenths where they tell something: 7.2, 250.6, 32,369. */
export const cyclesText = (cycles: number): string =>
  Math.abs(cycles) < 999.95
    ? cycles.toFixed(1)
    : `${cycles < 0 ? '-' : ''}${grouped(Math.abs(cycles))}`;
export const signedCycles = (cycles: number): string =>
  `${cycles > 0 ? '+' : ''}${cyclesText(cycles)}`;
/** What is not known is a dash. */
export const orDash = <T>(value: T | null | undefined, textOf: (value: T) => string): string =>
  value === null || value === undefined ? '–' : textOf(value);

/** A share of one core. */
export const loadBar = (label: string, load: number, word: string, tone: Tone): Bar => {
  return { label, value: load * 100, text: percentText(load), word, tone };
};

export const cyclesBar = (label: string, value: number, word: string, tone: Tone): Bar => {
  return { label, value, text: cyclesText(value), word, tone };
};

/** Bars without groups. */
export const plainChart = (
  chart: Omit<BarChart, 'groups'> & { readonly bars: readonly Bar[] },
): Chart => barChart({ ...chart, groups: [{ title: '', bars: chart.bars }] });

export const tableOf = <T>(
  caption: string,
  items: readonly T[],
  columns: readonly Column<T>[],
  more: Omit<PageTable, keyof ChartTable> = {},
): PageTable => ({
  ...more,
  caption,
  columns: columns.map(({ title }) => title),
  rows: items.map((item) => columns.map(({ of }) => of(item))),
});
