/** `predict` where there is much to work out: a width at a time on every thread, then the verb, which finds the rows known. */
import type { DeviceProfile } from '../../device/profile.ts';
import { selectWidths } from '../../nam/widths.ts';
import { predictSteps, unknownRows } from '../../study/predict/predict.ts';
import type { PredictRequest as StudyRequest } from '../../study/predict/request.ts';
import type { Outcome, PredictResult } from '../../study/predict/row.ts';
import { type Hooks, workThrough } from '../../workbench/hooks.ts';
import type { DeviceName } from '../../workbench/named.ts';
import type { Places } from '../../workbench/places.ts';
import { type PredictRequest, studied } from '../../workbench/predict.ts';
import type { Workbench } from '../../workbench/workbench.ts';
import { openPool } from '../run-jobs.ts';
import { fileBeside } from '../threads.ts';
import type { WidthsToPredict } from './width-worker.ts';

export interface Threads {
  readonly places: Places;
  /** At most so many. */
  readonly workers: number;
}

/** Fewer rows are there before a second thread has begun. */
const fewRows = 300;
/** Each has a heap of its own. */
const mostThreads = 4;
const megabytes = 2048;

/** What a thread finds under the same id need not be sent and checked there. */
const asNamed =
  (workbench: Workbench) =>
  (device: DeviceProfile): DeviceName =>
    workbench.devices.ids.includes(device.id) && workbench.device(device.id) === device
      ? device.id
      : device;

const labelsOf = ({ models, width = 'all', whatIf = false }: StudyRequest): readonly string[] => {
  const labels = models.flatMap((model) => selectWidths(model, width, { whatIf }));
  return [...new Set(labels.map(({ label }) => label))];
};

/** Rows of all widths by what they hang on; what a thread could not work out is missing. */
const onThreads = async (
  threads: Threads & { readonly count: number },
  request: PredictRequest,
  widths: readonly string[],
  { onProgress, signal }: Hooks,
): Promise<ReadonlyMap<string, Outcome>> => {
  const file = fileBeside(import.meta.url, 'width-worker');
  const counts = { minThreads: threads.count, maxThreads: threads.count };
  const data: WidthsToPredict = { places: threads.places, request };
  const pool = openPool<string, ReadonlyMap<string, Outcome>>(file, megabytes, counts, data);
  const found = new Map<string, Outcome>();
  let done = 0;
  // The widest come last and take longest: who begins with them is not left with one at the end.
  const waiting = [...widths].reverse().values();
  const drain = async (): Promise<void> => {
    for (const width of waiting) {
      if (signal?.aborted) return;
      try {
        const rows = await pool.run(width, signal ? { signal } : {});
        for (const [key, outcome] of rows) found.set(key, outcome);
      } catch {
        // What is wrong with a request is said by the verb itself, which meets it again.
      }
      done += 1;
      if (!signal?.aborted) onProgress?.(done / widths.length);
    }
  };
  await Promise.all(Array.from({ length: threads.count }, drain));
  // Nobody waits for the threads to end.
  void pool.destroy();
  return found;
};

/** As `predict`, whose rows they are, however many threads there are. */
export const predictOnThreads = async (
  workbench: Workbench,
  request: PredictRequest,
  { places, workers }: Threads,
  hooks: Hooks,
): Promise<PredictResult> => {
  const asked = studied(workbench, request);
  const widths = labelsOf(asked);
  const count = Math.min(workers, widths.length, mostThreads);
  const isLong = count > 1 && unknownRows(asked, workbench.costs, fewRows) >= fewRows;
  if (!isLong) return workThrough(predictSteps(asked, workbench.costs), hooks);
  const devices = asked.devices.map(asNamed(workbench));
  const sent = { ...request, device: undefined, devices };
  const rows = await onThreads({ places, workers, count }, sent, widths, hooks);
  const known = new Map([...(asked.known ?? []), ...rows]);
  return workThrough(predictSteps({ ...asked, known }, workbench.costs), { signal: hooks.signal });
};
