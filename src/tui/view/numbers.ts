/** Numbers of the screen, through the same helpers as `predict`, `explain` and `run` print them. */
import { tidy } from '../../report/explain-text.ts';
import { verdictInk } from '../../report/predict/cell.ts';
import { percent, short } from '../../report/text/number.ts';
import type { Ink } from '../../report/text/style.ts';
import type { PredictRow } from '../../study/predict/row.ts';

export const loadColumns = 5;
export const verdictColumns = 9;
export const headroomColumns = 11;
export const xrunColumns = 6;

export const loadText = (share: number | null | undefined): string =>
  share === null || share === undefined ? '' : percent(share);

/** '+62% left' or '-27% over': a sign and a word, so that no meaning rests on colour. */
export const headroomText = (headroom: number | null | undefined): string => {
  if (headroom === null || headroom === undefined) return '';
  return headroom < 0 ? `-${percent(-headroom)} over` : `+${percent(headroom)} left`;
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
