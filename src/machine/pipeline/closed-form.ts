/** What a template's time has beside its simulation: bodies of library calls and mispredicted branches. */
import type { LibraryFunction } from '../../kernel/instruction.ts';
import type { ArgumentDistribution } from '../../kernel/libm.ts';
import type { Range } from '../../units/range.ts';
import type { CoreParameters, End } from './core-parameters.ts';
import { libraryCycles, mispredictsPerCall } from './library-time.ts';

/** Something that is paid for so many times: a loop that is left, a call, branches that data mispredicts. */
export type Term =
  | { readonly kind: 'loop'; readonly trips: number; readonly times: number }
  | { readonly kind: 'call'; readonly fn: LibraryFunction; readonly times: number }
  | { readonly kind: 'branch'; readonly mispredicts: Range };

export interface ClosedForm {
  /** In the order of the text. */
  readonly terms: readonly Term[];
  /** Lanes of the widest instruction. */
  readonly lanes: number;
}

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
