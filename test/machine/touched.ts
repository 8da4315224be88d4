/** The memory that a template touches, in a form that reads well in tests. */
import type { Template } from '../../src/kernel/template.ts';
import { readTemplate } from '../../src/machine/pipeline/read-template.ts';
import {
  atRunHigh,
  atRunLow,
  atRunSlot,
  atRunWrite,
  runWords,
} from '../../src/machine/pipeline/run-layout.ts';

export interface Run {
  slot: number;
  low: number;
  high: number;
  write: boolean;
}

export interface Touched {
  readonly runs: readonly Run[];
  readonly accesses: readonly number[];
}

export const touchedBy = (template: Template): Touched => {
  const { runs, accesses } = readTemplate(template).touches;
  const list = Array.from({ length: runs.length / runWords }, (_, run): Run => {
    const word = (at: number): number => runs[run * runWords + at] as number;
    const write = word(atRunWrite) === 1;
    return { slot: word(atRunSlot), low: word(atRunLow), high: word(atRunHigh), write };
  });
  return { runs: list, accesses: [...accesses] };
};
