/**
 * The scoreboard: compiled from `assembly/scoreboard/` to WebAssembly, where it is several times as quick as in
 * JavaScript and quick from its first run on. One for the process; a simulation leaves nothing behind.
 */
import type { WasmMemory } from '../../kernel/webassembly.ts';
import { memoize } from '../../units/memoize.ts';
import { bytesOf, compiledModule } from '../compiled-module.ts';
import { causeCount } from './code-layout.ts';
import type { CoreParameters } from './core-parameters.ts';
import { type CoreWords, wordsOf } from './core-words.ts';
import type { EncodedTemplate, Prepared } from './prepared.ts';
import scoreboardBinary from './scoreboard-binary.json' with { type: 'json' };

/** What `assembly/scoreboard/index.ts` exports. Places are in bytes. */
interface Exports extends Readonly<Record<keyof CoreWords['numbers'], { value: number }>> {
  readonly memory: WasmMemory;
  readonly placeCore: (words: number) => number;
  readonly placeCode: (words: number, registers: number, loops: number) => number;
  readonly simulate: () => void;
  readonly results: () => number;
}

// Memory may have grown since a place was named, and its buffer with it: each access has a view of its own.
const writeWords = (memory: WasmMemory, at: number, words: Int32Array): void => {
  new Int32Array(memory.buffer, at, words.length).set(words);
};

export class Scoreboard {
  readonly #exports: Exports;
  /** What was placed last. */
  #core: CoreWords | null = null;
  #code: Int32Array | null = null;

  /** `binary`: a module compiled from `assembly/scoreboard/`. */
  constructor(binary: Uint8Array) {
    this.#exports = compiledModule<Exports>(binary);
  }

  /** Cycles of one run among others of its kind, then by cause: they add up to the first. */
  simulate({ code, registerCount, loopCount }: EncodedTemplate, core: CoreWords): Float64Array {
    const { memory, placeCore, placeCode, simulate, results } = this.#exports;
    if (core !== this.#core) {
      writeWords(memory, placeCore(core.words.length), core.words);
      for (const [name, value] of Object.entries(core.numbers)) {
        // The numbers have the names of exports.
        this.#exports[name as keyof CoreWords['numbers']].value = value;
      }
      this.#core = core;
    }
    if (code !== this.#code) {
      writeWords(memory, placeCode(code.length, registerCount, loopCount), code);
      this.#code = code;
    }
    simulate();
    return new Float64Array(memory.buffer, results(), 1 + causeCount).slice();
  }
}

let scoreboard: Scoreboard | null = null;

export const theScoreboard = (): Scoreboard => {
  scoreboard ??= new Scoreboard(bytesOf(scoreboardBinary));
  return scoreboard;
};

export interface Simulated {
  readonly cycles: number;
  /** Cycles by cause (`code-layout.ts` names them); they add up to `cycles`. */
  readonly causes: readonly number[];
}

const simulated = new WeakMap<CoreParameters, WeakMap<Prepared, Simulated>>();

/** One run among others of its kind on perfect caches. Memoised: templates that are encoded alike share it. */
export const simulate = (prepared: Prepared, core: CoreParameters): Simulated => {
  const known = memoize(simulated, core, () => new WeakMap<Prepared, Simulated>());
  return memoize(known, prepared, () => {
    const [cycles = 0, ...causes] = theScoreboard().simulate(prepared, wordsOf(core));
    return { cycles, causes };
  });
};
