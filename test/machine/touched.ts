/** The memory that a template touches, in a form that reads well in tests. */
import type { Template } from '../../src/kernel/template.ts';
import { readTemplate } from '../../src/machine/pipeline/read-template.ts';
import { runNumbers } from '../../src/machine/pipeline/touches.ts';

/** In floats, relative to the slot's base; `high` is exclusive. */
export interface TouchedRun {
  readonly slot: number;
  readonly low: number;
  readonly high: number;
  readonly write: boolean;
}

export interface Touched {
  readonly runs: readonly TouchedRun[];
  readonly accesses: readonly number[];
}

export const touchedBy = (template: Template): Touched => {
  const { runs, accesses } = readTemplate(template).touches;
  const list = Array.from({ length: runs.length / runNumbers }, (_, r) => {
    const [slot = 0, low = 0, high = 0, write] = runs.subarray(r * runNumbers);
    return { slot, low, high, write: write === 1 };
  });
  return { runs: list, accesses: [...accesses] };
};
