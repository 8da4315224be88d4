/** Predicts on several threads: this one and some workers. The rows are the same with any number of them. */
import { audioClusterOf } from '../device/audio-cluster.ts';
import type { CoreProfile } from '../machine/core-profile.ts';
import { predict } from '../study/predict.ts';
import { type Cell, cellsOf } from '../study/predict-cells.ts';
import { checkRequest, type PredictRequest } from '../study/predict-request.ts';
import type { PredictResult } from '../study/predict-row.ts';
import {
  type Heard,
  heardKey,
  type Outcomes,
  type PredictTask,
  takeGroups,
} from './predict-task.ts';
import { fileBeside, startThread } from './threads.ts';

/**
 * A thread begins with cold code, and the host's compiler works for each of them: two threads on two
 * processors take longer than one for 700 cells, and a fifth less for 2,800.
 */
const cellsWorthAWorker = 1000;

/** Cells of a width that share an engine, or a core where every device has its own engine; the largest first. */
const groupsOf = (request: PredictRequest, cells: readonly Cell[]): number[][] => {
  const widths: Map<string, number[]>[] = [];
  let last: Cell | null = null;
  for (const [index, cell] of cells.entries()) {
    if (last === null || cell.model !== last.model || cell.width !== last.width) {
      widths.push(new Map());
      last = cell;
    }
    const groups = widths.at(-1) ?? new Map<string, number[]>();
    const { chip } = cell.device;
    const core = chip === null ? '' : audioClusterOf(chip).coreId;
    const key = request.engine === 'all' ? (cell.engine ?? '') : core;
    const group = groups.get(key) ?? [];
    groups.set(key, group);
    group.push(index);
  }
  // Width by width, so that no thread holds more than one of them for long.
  return widths.flatMap((groups) => [...groups.values()].sort((a, b) => b.length - a.length));
};

/** Nothing of it has been taken yet. */
export const taskOf = (request: PredictRequest, cells: readonly Cell[]): PredictTask => {
  const { engines, coreOf, fidelity, arguments: measured, ...plain } = request;
  const cores = new Map<string, CoreProfile>();
  const heard: Heard = new Map();
  for (const { model, width, device } of cells) {
    const id = device.chip === null ? null : audioClusterOf(device.chip).coreId;
    if (id !== null && !cores.has(id)) cores.set(id, coreOf(id));
    const key = heardKey(request.models.indexOf(model), width.label);
    if (heard.has(key)) continue;
    heard.set(key, {
      fidelity: fidelity?.(model, width) ?? null,
      arguments: measured?.(model, width) ?? null,
    });
  }
  return {
    request: plain,
    engineIds: engines.map(({ id }) => id),
    cores,
    heard,
    groups: groupsOf(request, cells),
    taken: new SharedArrayBuffer(4),
  };
};

/** Starts a worker: its part of the task, and nothing where it died, so that its cells are worked out here. */
export const partOf = (task: PredictTask): Promise<Outcomes> =>
  new Promise((resolve) => {
    const worker = startThread(fileBeside(import.meta.url, 'predict-worker'), task);
    worker.once('message', resolve);
    worker.once('error', () => resolve(new Map()));
    worker.once('exit', () => resolve(new Map()));
  });

/**
 * Throws what `predict` throws, and the same of several errors.
 * @param threads how many may work, this one included
 * @param worthAWorker cells for each thread beside this one
 */
export const predictOnThreads = async (
  request: PredictRequest,
  threads: number,
  worthAWorker: number = cellsWorthAWorker,
): Promise<PredictResult> => {
  checkRequest(request);
  const cells = cellsOf(request);
  const useful = Math.min(threads, Math.floor(cells.length / worthAWorker) + 1);
  if (useful < 2) return predict(request);
  const task = taskOf(request, cells);
  const parts = Array.from({ length: useful - 1 }, () => partOf(task));
  const known: Outcomes = new Map();
  takeGroups(task, known);
  for (const part of await Promise.all(parts)) {
    for (const [index, outcome] of part) known.set(index, outcome);
  }
  return predict(request, undefined, known);
};
