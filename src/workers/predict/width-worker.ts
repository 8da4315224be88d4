/** The worker: one task is all rows of one width, by what they hang on. */
import { workerData } from 'node:worker_threads';
import { workedOut } from '../../study/predict/predict.ts';
import type { Outcome } from '../../study/predict/row.ts';
import type { Places } from '../../workbench/places.ts';
import { type PredictRequest, studied } from '../../workbench/predict.ts';
import { workbenchAt } from '../workbench-at.ts';

export interface WidthsToPredict {
  readonly places: Places;
  readonly request: PredictRequest;
}

const { places, request } = workerData as WidthsToPredict;

export default (width: string): ReadonlyMap<string, Outcome> => {
  const workbench = workbenchAt(places);
  return workedOut(studied(workbench, { ...request, width }), workbench.costs);
};
