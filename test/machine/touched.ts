/** The memory that a template touches, in a form that reads well in tests. */
import type { Template } from '../../src/kernel/template.ts';
import { readTemplate } from '../../src/machine/pipeline/read-template.ts';
import type { Run } from '../../src/machine/pipeline/touches.ts';

export interface Touched {
  readonly runs: readonly Run[];
  readonly accesses: readonly number[];
}

export const touchedBy = (template: Template): Touched => {
  const { runs, accesses } = readTemplate(template).touches;
  return { runs, accesses: [...accesses] };
};
