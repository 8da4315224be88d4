/** A prediction that several threads work on: what they share, and how each takes its part. */
import type { Engine } from '../engine/engine.ts';
import { engines } from '../engine/registry.ts';
import type { CoreProfile } from '../machine/core-profile.ts';
import type { MeasuredArguments } from '../study/measured-arguments.ts';
import { WidthBook } from '../study/predict.ts';
import { type Cell, cellsOf, type Outcome, outcomeOf } from '../study/predict-cells.ts';
import type { PredictRequest } from '../study/predict-request.ts';

/** What was heard of a width, by its model's place in the request and its label. */
export type Heard = Map<
  string,
  { readonly fidelity: number | null; readonly arguments: MeasuredArguments | null }
>;

/** A request as plain data. */
export interface PredictTask {
  readonly request: Omit<PredictRequest, 'engines' | 'coreOf' | 'fidelity' | 'arguments'>;
  readonly engineIds: readonly string[];
  readonly cores: ReadonlyMap<string, CoreProfile>;
  readonly heard: Heard;
  /** Places of cells; those of a group share most of their work. */
  readonly groups: readonly (readonly number[])[];
  /** How many groups have been taken, in memory that all threads share. */
  readonly taken: SharedArrayBuffer;
}

/** Outcomes by the place of their cell. */
export type Outcomes = Map<number, Outcome>;

export const heardKey = (model: number, label: string): string => `${model} ${label}`;

const engineOf = (id: string): Engine => {
  const engine = engines.find((e) => e.id === id);
  if (engine === undefined) throw new Error(`No engine ${id} is registered.`);
  return engine;
};

const requestOf = ({ request, engineIds, cores, heard }: PredictTask): PredictRequest => {
  const heardOf = (model: Cell['model'], width: Cell['width']) =>
    heard.get(heardKey(request.models.indexOf(model), width.label));
  return {
    ...request,
    engines: engineIds.map(engineOf),
    coreOf: (id) => {
      const core = cores.get(id);
      if (core === undefined) throw new Error(`No core ${id} came with the task.`);
      return core;
    },
    fidelity: (model, width) => heardOf(model, width)?.fidelity ?? null,
    arguments: (model, width) => heardOf(model, width)?.arguments ?? null,
  };
};

/**
 * Works on groups that nobody has taken until there are none. A cell that throws is left out: whoever
 * asked works it out again, and meets the error in its place.
 */
export const takeGroups = (task: PredictTask, into: Outcomes): void => {
  const request = requestOf(task);
  const cells = cellsOf(request);
  const books = new WidthBook();
  const taken = new Int32Array(task.taken);
  for (;;) {
    const group = task.groups[Atomics.add(taken, 0, 1)];
    if (group === undefined) return;
    for (const index of group) {
      const cell = cells[index];
      if (cell === undefined) continue;
      try {
        into.set(index, outcomeOf(request, cell, books.for(cell.model, cell.width)));
      } catch {
        // See above.
      }
    }
  }
};
