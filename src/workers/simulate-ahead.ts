/** Work during which a second thread simulates what is going to be asked for. The results are the same without it. */
import type { CoreParameters } from '../machine/pipeline/core-parameters.ts';
import { wordsOf } from '../machine/pipeline/core-words.ts';
import type { Prepared } from '../machine/pipeline/prepared.ts';
import { type Helper, helpSimulate } from '../machine/pipeline/simulate.ts';
import { remember } from '../units/remember.ts';
import { newSharedMemory, Simulations } from './simulations.ts';
import { fileBeside, startThread } from './threads.ts';

/** No template takes so many milliseconds: the thread that took it is gone. */
const patience = 2000;

class Ahead implements Helper {
  readonly #simulations: Simulations;
  readonly #cores = new WeakMap<CoreParameters, number | null>();
  readonly #codes = new WeakMap<Prepared, number | null>();
  readonly #asked = new WeakMap<CoreParameters, WeakMap<Prepared, number | null>>();

  constructor(simulations: Simulations) {
    this.#simulations = simulations;
  }

  ask(prepared: Prepared, core: CoreParameters): void {
    const asked = remember(this.#asked, core, () => new WeakMap<Prepared, number | null>());
    remember(asked, prepared, () => {
      const coreAt = remember(this.#cores, core, (c) => this.#simulations.placeCore(wordsOf(c)));
      const codeAt = remember(this.#codes, prepared, (p) => this.#simulations.placeCode(p));
      return coreAt === null || codeAt === null ? null : this.#simulations.ask(coreAt, codeAt);
    });
  }

  take(prepared: Prepared, core: CoreParameters): Float64Array | null {
    const simulation = this.#asked.get(core)?.get(prepared) ?? null;
    if (simulation === null || this.#simulations.claim(simulation)) return null;
    return this.#simulations.result(simulation, patience);
  }
}

/** Throws what `work` throws. */
export const simulatingAhead = async <T>(work: () => Promise<T>): Promise<T> => {
  const memory = newSharedMemory();
  const simulations = new Simulations(memory);
  const worker = startThread(fileBeside(import.meta.url, 'simulate-ahead-worker'), memory);
  // Without it everything is worked out here.
  worker.once('error', () => helpSimulate(null));
  helpSimulate(new Ahead(simulations));
  try {
    return await work();
  } finally {
    helpSimulate(null);
    simulations.end();
    await worker.terminate();
  }
};
