/** Numbers of the screen, through the same helpers as `predict`, `explain` and `run` print them. */
import { tidy } from '../../report/explain-text.ts';
import { verdictInk } from '../../report/predict/cell.ts';
import { loadWithInterval } from '../../report/predict/verdict-text.ts';
import { rangeBar } from '../../report/text/bar.ts';
import { percent, short } from '../../report/text/number.ts';
import type { Ink } from '../../report/text/style.ts';
import type { PredictRow } from '../../study/predict/row.ts';
import { cell, type Span } from './line.ts';

export const loadColumns = 5;
export const verdictColumns = 9;
export const headroomColumns = 10;
/** '126% (102-185)' */
export const rangeColumns = 15;
export const xrunColumns = 6;

export const loadText = (share: number | null | undefined): string =>
  share === null || share === undefined ? '' : percent(share);

/** '62% left' or '27% over': a word, so that no meaning rests on a sign or a colour. */
export const headroomText = (headroom: number | null | undefined): string => {
  if (headroom === null || headroom === undefined) return '';
  return headroom < 0 ? `${percent(-headroom)} over` : `${percent(headroom)} left`;
};

/** '44% (36-55)'; the load alone where it is absurd. */
export const rangeText = (row: PredictRow | null): string => {
  const text = row === null ? '' : loadWithInterval(row);
  return text.length <= rangeColumns ? text : loadText(row?.load?.expected);
};

/** The load with its interval, in the colour of its verdict. */
export const loadBar = (row: PredictRow | null, columns: number, ascii: boolean): Span => {
  const load = row?.load ?? null;
  if (load === null) return cell('', columns);
  return { text: rangeBar(load.expected, load.high, columns, ascii), ink: inkOf(row) };
};

export const cyclesText = (cycles: number | null | undefined): string =>
  cycles === null || cycles === undefined ? '' : tidy(cycles);

/** Microseconds that the models of a row take of each block. */
export const blockMicroseconds = (row: PredictRow): number | null =>
  row.cyclesPerSample === null || row.clockHz === null
    ? null
    : (row.cyclesPerSample.expected * row.blockFrames * 1e6) / row.clockHz;

export const inkOf = (row: PredictRow | null): Ink | undefined =>
  row === null ? undefined : verdictInk[row.verdict];

/** '64 frames (1.33 ms)' */
export const blockText = ({ blockFrames, sampleRateHz }: PredictRow): string =>
  `${blockFrames} frames (${short((blockFrames * 1000) / sampleRateHz)} ms)`;

/** By the load itself, where there is no verdict. */
export const loadInk = (load: number, margin = 0): Ink =>
  load > 1 ? 'red' : 1 - load < margin ? 'yellow' : 'green';
