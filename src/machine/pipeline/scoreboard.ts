/**
 * The scoreboard: compiled from `assembly/scoreboard/` to WebAssembly, where it is several times as quick as in
 * JavaScript and quick from its first run on. One for the process; a simulation leaves nothing behind.
 */
import type { WasmMemory } from '../../kernel/webassembly.ts';
import { memoize } from '../../units/memoize.ts';
import type { Corner } from '../../units/range.ts';
import { bytesOf, compiledModule } from '../compiled-module.ts';
import { causeCount } from './code-layout.ts';
import { CoreError } from './core-error.ts';
import * as layout from './core-layout.ts';
import { type CoreParameters, neverWords } from './core-parameters.ts';
import type { EncodedTemplate, Prepared } from './prepared.ts';
import scoreboardBinary from './scoreboard-binary.json' with { type: 'json' };

const corners: readonly Corner[] = ['best', 'expected', 'worst'];

/** The core's own numbers, and where its tables begin. */
const numbersOf = (core: CoreParameters) => {
  const { id: _, predictedTrips: __, libraryShare: ___, ...used } = core;
  const { corner, inOrder, operations, never, gaps, ...numbers } = used;
  const neverAt = layout.atRows + (operations.length << layout.rowShift);
  return {
    ...numbers,
    inOrder: inOrder ? 1 : 0,
    corner: corners.indexOf(corner),
    gapCount: gaps.length,
    never: neverAt,
    neverWords,
    ports: neverAt + never.length,
  };
};

/** A core's parameters as the scoreboard reads them: numbers by name, tables in one list as `core-layout.ts` says. */
export interface CoreWords {
  /** By the names that they have in `assembly/scoreboard/core.ts`. */
  readonly numbers: ReturnType<typeof numbersOf>;
  readonly words: Int32Array;
}

const rowAt = (operation: number): number => layout.atRows + (operation << layout.rowShift);

const encode = (core: CoreParameters): CoreWords => {
  const { gaps, operations, never } = core;
  if (gaps.length > layout.mostGaps) {
    const fault = `cores/${core.id}.json: issue.gaps: expected at most ${layout.mostGaps} rules, got ${gaps.length}. Join those of the same cycles.`;
    throw new CoreError('invalid-profile', fault);
  }
  const numbers = numbersOf(core);
  const portNumbers: number[] = [];
  const starts = new Map<readonly number[], number>();
  /** Where a list of ports begins: each list once. */
  const startOf = (ports: readonly number[]): number =>
    memoize(starts, ports, () => portNumbers.push(...ports) - ports.length);
  const tables = new Int32Array(numbers.ports);
  tables.set(gaps.map(({ cycles }) => cycles));
  operations.forEach(({ ports, alsoPorts, ...own }, o) => {
    const row = tables.subarray(rowAt(o));
    row[layout.latencyAt] = own.latency;
    row[layout.accumulateAt] = own.accumulate;
    row[layout.occupancyAt] = own.occupancy;
    row[layout.unitsAt] = own.units;
    row[layout.microOpsAt] = own.microOps;
    row[layout.blocksAt] = own.blocks;
    row[layout.portsAt] = startOf(ports);
    row[layout.portCountAt] = ports.length;
    row[layout.alsoPortsAt] = startOf(alsoPorts);
    row[layout.alsoPortCountAt] = alsoPorts.length;
  });
  gaps.forEach(({ before, after }, g) => {
    const mark = (word: number): void => {
      tables[word] = (tables[word] ?? 0) | (1 << g);
    };
    for (const operation of before) mark(rowAt(operation) + layout.gapsBeforeAt);
    for (const operation of after) mark(rowAt(operation) + layout.gapsAfterAt);
  });
  tables.set(never, numbers.never);
  return { numbers, words: Int32Array.of(...tables, ...portNumbers) };
};

const encodedCores = new WeakMap<CoreParameters, CoreWords>();

/** Memoised. Throws `CoreError` where a core has more gap rules than a row has bits for. */
export const wordsOf = (core: CoreParameters): CoreWords => memoize(encodedCores, core, encode);

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
