/** Predicts while a second thread simulates ahead. The rows are the same without it. */

import type { Steps } from '../study/cost/steps.ts';
import { cellsOf } from '../study/predict/cells.ts';
import { predictSteps } from '../study/predict/predict.ts';
import { checkRequest, type PredictRequest } from '../study/predict/request.ts';
import type { PredictResult } from '../study/predict/row.ts';
import { simulatingAhead } from './simulate-ahead.ts';

/** Fewer are done before a second thread is up. */
const cellsWorthAThread = 100;

/**
 * Throws what `predictSteps` throws.
 * @param threads how many may work, this one included; more than two find nothing to do
 * @param through works through the steps
 */
export const predictOnThreads = async (
  request: PredictRequest,
  threads: number,
  through: (steps: Steps<PredictResult>) => Promise<PredictResult>,
  worthAThread: number = cellsWorthAThread,
): Promise<PredictResult> => {
  checkRequest(request);
  const work = (): Promise<PredictResult> => through(predictSteps(request));
  const helped = threads > 1 && cellsOf(request).length >= worthAThread;
  return helped ? simulatingAhead(work) : work();
};
