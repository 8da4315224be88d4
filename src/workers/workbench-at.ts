/** The workbench of a worker: what one task has read and worked out serves the next. */
import { openWorkbench } from '../workbench/open-workbench.ts';
import type { Places } from '../workbench/places.ts';
import type { Workbench } from '../workbench/workbench.ts';

/** One a thread; it goes when a task looks in other places. */
let opened: { readonly places: Places; readonly workbench: Workbench } | null = null;

export const workbenchAt = (places: Places): Workbench => {
  const { cwd, packageRoot } = places;
  if (opened?.places.cwd !== cwd || opened.places.packageRoot !== packageRoot) {
    opened = { places, workbench: openWorkbench(places) };
  }
  return opened.workbench;
};
