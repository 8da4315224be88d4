/**
 * The scoreboard: compiled from `assembly/scoreboard/` to WebAssembly, where it is several times as quick as in
 * JavaScript and quick from its first run on. One for the process; a simulation leaves nothing behind.
 */
import type { WasmMemory } from '../../kernel/webassembly.ts';
import { instanceOf, readNumbers, writeWords } from '../compiled-module.ts';
import { causeCount } from './code-layout.ts';
import type { Spelled } from './prepared.ts';
import scoreboardBinary from './scoreboard-binary.json' with { type: 'json' };

/** What `assembly/scoreboard/index.ts` exports. Places are in bytes. */
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
  /** What was placed last. */
  #core: Int32Array | null = null;
  #code: Int32Array | null = null;

  /** `binary`: a module compiled from `assembly/scoreboard/`. */
  constructor(binary: Uint8Array) {
    this.#exports = instanceOf(binary, 'a template');
  }

  /**
   * Cycles of one run among others of its kind, then by cause: they add up to the first.
   * @param core as `core-layout.ts` says
   */
  simulate({ code, registerCount, loopCount }: Spelled, core: Int32Array): Float64Array {
    const { memory, placeCore, takeCore, placeCode, simulate, results } = this.#exports;
    if (core !== this.#core) {
      writeWords(memory, placeCore(core.length), core);
      takeCore();
      this.#core = core;
    }
    if (code !== this.#code) {
      writeWords(memory, placeCode(code.length, registerCount, loopCount), code);
      this.#code = code;
    }
    simulate();
    return readNumbers(memory, results(), 1 + causeCount);
  }
}

let scoreboard: Scoreboard | null = null;

export const theScoreboard = (): Scoreboard => {
  scoreboard ??= new Scoreboard(Uint8Array.from(atob(scoreboardBinary), (c) => c.charCodeAt(0)));
  return scoreboard;
};
