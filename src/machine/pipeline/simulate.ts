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

/** Somebody who simulates what is going to be asked for, while this thread does something else. */
export interface Helper {
  ask(prepared: Prepared, core: CoreParameters): void;
  /** What the scoreboard says, if the helper has it or is about to; null: work it out here. */
  take(prepared: Prepared, core: CoreParameters): Float64Array | null;
}

let helper: Helper | null = null;

/** One for the process, as there is one scoreboard; null: none any more. */
export const helpSimulate = (next: Helper | null): void => {
  helper = next;
};

export const isHelped = (): boolean => helper !== null;

const simulated = new WeakMap<CoreParameters, WeakMap<Prepared, Simulated>>();

const knownOn = (core: CoreParameters): WeakMap<Prepared, Simulated> =>
  remember(simulated, core, () => new WeakMap<Prepared, Simulated>());

/** Says that `simulate` is going to be asked. */
export const foresee = (prepared: Prepared, core: CoreParameters): void => {
  if (helper !== null && !knownOn(core).has(prepared)) helper.ask(prepared, core);
};

/** Of one run among others of its kind. Memoised: templates that are spelled alike share it. */
export const simulate = (prepared: Prepared, core: CoreParameters): Simulated =>
  remember(knownOn(core), prepared, () => {
    const [cycles = 0, ...causes] =
      helper?.take(prepared, core) ?? theScoreboard().simulate(prepared, wordsOf(core));
    return { cycles, causes };
  });
