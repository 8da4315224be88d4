/** The workbench of a worker: what one task has read and worked out serves the next. */
import { openWorkbench } from '../workbench/open-workbench.ts';
import type { Places } from '../workbench/places.ts';
import type { Workbench } from '../workbench/workbench.ts';

/** One a thread; it goes when a task looks in other places, or speaks of another machine. */
let opened: { readonly places: string; readonly workbench: Workbench } | null = null;

export const workbenchAt = ({ cwd, packageRoot, machine }: Places): Workbench => {
  const places = JSON.stringify([cwd, packageRoot, machine]);
  if (opened?.places !== places) {
    opened = { places, workbench: openWorkbench({ cwd, packageRoot, machine }) };
  }
  return opened.workbench;
};
