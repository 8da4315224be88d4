/**
 * The scoreboard: compiled from `scoreboard/` to WebAssembly, where it is several times as quick as in
 * JavaScript and quick from its first run on. One for the process; a simulation leaves nothing behind.
 */
import { type WasmMemory, webAssembly } from '../kernel/webassembly.ts';
import { causeCount } from './code-layout.ts';
import type { CoreParameters } from './core-parameters.ts';
import { wordsOf } from './core-words.ts';
import type { Prepared } from './prepared.ts';
import { scoreboardBinary } from './scoreboard-binary.ts';

/** What `scoreboard/index.ts` exports. Places are in bytes. */
interface Exports {
  readonly memory: WasmMemory;
  readonly placeCore: (words: number) => number;
  readonly takeCore: () => void;
  readonly placeCode: (words: number, registers: number, loops: number) => number;
  readonly simulate: () => void;
  readonly results: () => number;
}

export class Scoreboard {
  readonly #exports: Exports;
  #core: CoreParameters | null = null;
  #prepared: Prepared | null = null;

  /** `binary`: a module compiled from `scoreboard/`. */
  constructor(binary: Uint8Array) {
    const abort = (): never => {
      throw new RangeError('Expected a template that fits the memory of the scoreboard.');
    };
    const module = new webAssembly.Module(binary);
    const { exports } = new webAssembly.Instance(module, { env: { abort } });
    // The exports of the module whose source lies beside the project's.
    this.#exports = exports as unknown as Exports;
  }

  #write(words: Int32Array, at: number): void {
    // Memory may have grown, and its buffer with it.
    new Int32Array(this.#exports.memory.buffer, at, words.length).set(words);
  }

  /** Cycles of one run among others of its kind, then by cause: they add up to the first. */
  simulate(prepared: Prepared, core: CoreParameters): Float64Array {
    const { memory, placeCore, takeCore, placeCode, simulate, results } = this.#exports;
    if (core !== this.#core) {
      const words = wordsOf(core);
      this.#write(words, placeCore(words.length));
      takeCore();
      this.#core = core;
    }
    if (prepared !== this.#prepared) {
      const { code, registerCount, loopCount } = prepared;
      this.#write(code, placeCode(code.length, registerCount, loopCount));
      this.#prepared = prepared;
    }
    simulate();
    return new Float64Array(memory.buffer, results(), 1 + causeCount).slice();
  }
}

let scoreboard: Scoreboard | null = null;

export const theScoreboard = (): Scoreboard => {
  scoreboard ??= new Scoreboard(Buffer.from(scoreboardBinary, 'base64'));
  return scoreboard;
};
