/**
 * What caches make of the memory that a block touches: compiled from `assembly/caches/` to WebAssembly, as the
 * scoreboard is and for the same reason. One for the process; a pass leaves nothing behind.
 */
import type { WasmMemory } from '../kernel/webassembly.ts';
import { cachesBinary } from './caches-binary.ts';
import { instanceOf, readNumbers, readWords, writeNumbers, writeWords } from './compiled-module.ts';
import { recordNumbers, recordWords, trailNumbers } from './touch-layout.ts';
import type { BlockWalk } from './walk-of-block.ts';

/** What `assembly/caches/index.ts` exports. Places are in bytes. */
interface Exports {
  readonly memory: WasmMemory;
  readonly placeTouches: (count: number) => number;
  readonly placeWeights: () => number;
  readonly placeZones: (count: number) => number;
  readonly findReuse: (held: number) => void;
  readonly foundRecords: () => number;
  readonly foundWords: () => number;
  readonly foundNumbers: () => number;
  readonly foundAges: () => number;
  readonly foundBlocks: () => number;
  readonly placeTrails: () => number;
  readonly placeGaps: (count: number) => number;
  readonly gapCount: { readonly value: number };
  readonly still: { readonly value: number };
  readonly setStill: (lines: number) => void;
  readonly placeBlocks: (count: number) => number;
  readonly footprints: (count: number) => number;
  readonly placeRecords: (count: number) => number;
  readonly placeRecorded: () => number;
  readonly placeOthers: (count: number) => number;
  readonly placeLevels: (count: number) => number;
  readonly placeLast: (count: number) => number;
  readonly countMisses: (steps: number, servers: number, both: boolean) => void;
  readonly steadyMisses: () => number;
  readonly coldMisses: () => number;
}

/** The lines that earlier blocks left, as `touch-layout.ts` says: what footprints follow from. */
export interface Trails {
  readonly zones: Float64Array;
  readonly zoneCount: number;
  readonly numbers: Float64Array;
  readonly gaps: Float64Array;
  readonly still: number;
}

/** How far back lines were touched last, as `touch-layout.ts` says. */
export interface ReuseRecords {
  readonly count: number;
  readonly words: Int32Array;
  readonly numbers: Float64Array;
  /** Blocks since lines were touched, each number once and in their order; 0: in this block. */
  readonly ages: Int32Array;
}

export interface Hierarchy {
  /** The numbers of each level, as `touch-layout.ts` says. */
  readonly levels: Float64Array;
  readonly levelCount: number;
  /** The server behind all levels for each of `runKinds`; -1 where no cache is asked. */
  readonly last: Int32Array;
  readonly servers: number;
}

export class Caches {
  readonly #exports: Exports;

  /** `binary`: a module compiled from `assembly/caches/`. */
  constructor(binary: Uint8Array) {
    this.#exports = instanceOf(binary, 'a program');
  }

  #placeTouches({ touches }: BlockWalk): void {
    const { memory, placeTouches, placeWeights } = this.#exports;
    writeWords(memory, placeTouches(touches.count), touches.words);
    writeNumbers(memory, placeWeights(), touches.weights);
  }

  /** @param held lines touched fewer lines ago than this, in the same block, are left out */
  findReuse(walk: BlockWalk, held: number): { records: ReuseRecords; trails: Trails } {
    const e = this.#exports;
    const { memory } = e;
    const { zones, zoneCount } = walk;
    this.#placeTouches(walk);
    writeNumbers(memory, e.placeZones(zoneCount), zones);
    e.findReuse(held);
    const count = e.foundRecords();
    const gaps = e.gapCount.value;
    return {
      records: {
        count,
        words: readWords(memory, e.foundWords(), count * recordWords),
        numbers: readNumbers(memory, e.foundNumbers(), count * recordNumbers),
        ages: readWords(memory, e.foundBlocks(), e.foundAges()),
      },
      trails: {
        zones,
        zoneCount,
        numbers: readNumbers(memory, e.placeTrails(), zoneCount * trailNumbers),
        gaps: readNumbers(memory, e.placeGaps(gaps), gaps),
        still: e.still.value,
      },
    };
  }

  /** The distinct lines that each of so many numbers of blocks in a row touch. */
  footprints({ zones, zoneCount, numbers, gaps, still }: Trails, blocks: Int32Array): Float64Array {
    const e = this.#exports;
    const { memory } = e;
    writeNumbers(memory, e.placeZones(zoneCount), zones);
    writeNumbers(memory, e.placeTrails(), numbers);
    writeNumbers(memory, e.placeGaps(gaps.length), gaps);
    e.setStill(still);
    writeWords(memory, e.placeBlocks(blocks.length), blocks);
    return readNumbers(memory, e.footprints(blocks.length), blocks.length);
  }

  /**
   * Writes two numbers for each step and server: lines that miss before anything has been fetched ahead, and
   * further ones.
   * @param others of each age: lines that the other programs touch in so many blocks; -1 in this block
   * @param cold of a block whose inner caches others have used meanwhile; null: not asked for
   */
  countMisses(
    walk: BlockWalk,
    records: ReuseRecords,
    { levels, levelCount, last, servers }: Hierarchy,
    others: Float64Array,
    steady: Float64Array,
    cold: Float64Array | null,
  ): void {
    const e = this.#exports;
    const { memory } = e;
    this.#placeTouches(walk);
    writeWords(memory, e.placeRecords(records.count), records.words);
    writeNumbers(memory, e.placeRecorded(), records.numbers);
    writeNumbers(memory, e.placeOthers(others.length), others);
    writeNumbers(memory, e.placeLevels(levelCount), levels);
    writeWords(memory, e.placeLast(last.length), last);
    e.countMisses(steady.length / (servers * 2), servers, cold !== null);
    steady.set(new Float64Array(memory.buffer, e.steadyMisses(), steady.length));
    cold?.set(new Float64Array(memory.buffer, e.coldMisses(), cold.length));
  }
}

let caches: Caches | null = null;

export const theCaches = (): Caches => {
  caches ??= new Caches(Buffer.from(cachesBinary, 'base64'));
  return caches;
};
