/** Cycles of a template on a core with perfect caches, as the scoreboard finds them. */
import { remember } from '../../units/remember.ts';
import type { CoreParameters } from './core-parameters.ts';
import { wordsOf } from './core-words.ts';
import type { Prepared } from './prepared.ts';
import { theScoreboard } from './scoreboard.ts';

export interface Simulated {
  readonly cycles: number;
  /** Cycles by cause (`code-layout.ts` names them); they add up to `cycles`. */
  readonly causes: readonly number[];
}

const simulated = new WeakMap<CoreParameters, WeakMap<Prepared, Simulated>>();

/** Of one run among others of its kind. Memoised: templates that are spelled alike share it. */
export const simulate = (prepared: Prepared, core: CoreParameters): Simulated => {
  const known = remember(simulated, core, () => new WeakMap<Prepared, Simulated>());
  return remember(known, prepared, () => {
    const [cycles = 0, ...causes] = theScoreboard().simulate(prepared, wordsOf(core));
    return { cycles, causes };
  });
};
