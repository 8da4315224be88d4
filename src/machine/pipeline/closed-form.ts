/** What a template's time has beside its simulation: bodies of library calls and mispredicted branches. */

import type { ArgumentDistribution } from '../../kernel/libm.ts';
import type { CoreParameters, End } from './core-parameters.ts';
import { libraryCycles, mispredictsPerCall } from './library-time.ts';
import type { ClosedForm } from './prepared.ts';

/** Cycles in the bodies of library calls, and branches that are mispredicted. */
export const besideSimulation = (
  { terms }: ClosedForm,
  core: CoreParameters,
  distribution: ArgumentDistribution,
  end: End,
): { readonly calls: number; readonly mispredicts: number } => {
  let [calls, mispredicts] = [0, 0];
  for (const term of terms) {
    // Out of order, what a misprediction takes depends on what is in flight: the scoreboard has those.
    if (term.kind === 'loop') {
      if (core.inOrder && term.trips > core.predictedTrips) mispredicts += term.times;
    } else if (term.kind === 'call') {
      calls += term.times * libraryCycles(term.fn, core, distribution);
      mispredicts += term.times * mispredictsPerCall(term.fn, distribution)[end];
    } else if (core.inOrder) mispredicts += term.mispredicts[end];
  }
  return { calls, mispredicts };
};

/** Something in it is uncertain whatever the core: a share of branches, an argument that is foreseen or not. */
export const isUncertain = ({ terms }: ClosedForm): boolean =>
  terms.some(({ kind }) => kind !== 'loop');
