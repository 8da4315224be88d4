/**
 * What caches make of the memory that a block touches: compiled from `assembly/caches/` to WebAssembly, as the
 * scoreboard is and for the same reason. One for the process; a pass leaves nothing behind.
 */
import type { WasmMemory } from '../../kernel/webassembly.ts';
import {
  instanceOf,
  readNumbers,
  readWords,
  writeNumbers,
  writeWords,
} from '../compiled-module.ts';
import { cachesBinary } from './caches-binary.ts';
import {
  movementWords,
  recordNumbers,
  recordWords,
  trailNumbers,
  zoneNumbers,
} from './touch-layout.ts';
import type { BlockWalk } from './walk-of-block.ts';

/** What `assembly/caches/index.ts` exports. Places are in bytes. */
interface Exports {
  readonly memory: WasmMemory;
  readonly placeRuns: (count: number) => number;
  readonly placeWeights: () => number;
  readonly placeMovements: (count: number) => number;
  readonly placeRings: (count: number) => number;
  readonly walk: (buffers: number, lineBytes: number, kinds: number) => void;
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
  readonly placeCosts: (count: number) => number;
  readonly findWaits: (steps: number, servers: number, both: boolean) => void;
  readonly waitsAt: () => number;
  readonly totalsAt: () => number;
}

/** The lines that earlier blocks left, as `touch-layout.ts` says: what footprints follow from. */
export interface Trails {
  readonly zones: Float64Array;
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
  /** For each server what its lines cost: first ones of a run, those fetched ahead; then both at the worst end. */
  readonly costs: Float64Array;
}

/** Cycles per block that steps wait for lines. */
export interface LineWaits {
  /** For each server: of each step, in the steady state. */
  readonly columns: readonly Float64Array[];
  /** Of each step, whatever serves it. */
  readonly steady: Float64Array;
  /** Of each step of a block whose inner caches others have used meanwhile; the outermost keeps its lines. */
  readonly cold: Float64Array;
}

export class Caches {
  readonly #exports: Exports;

  /** `binary`: a module compiled from `assembly/caches/`. */
  constructor(binary: Uint8Array) {
    this.#exports = instanceOf(binary, 'a program');
  }

  #walk({ runs, rings, ringCount, bufferCount, lineBytes, kinds }: BlockWalk): void {
    const e = this.#exports;
    const { memory } = e;
    const { count, words, weights, movements } = runs;
    writeWords(memory, e.placeRuns(count), words);
    writeNumbers(memory, e.placeWeights(), weights);
    writeWords(memory, e.placeMovements(movements.length / movementWords), movements);
    writeWords(memory, e.placeRings(ringCount), rings);
    e.walk(bufferCount, lineBytes, kinds);
  }

  /** @param held lines touched fewer lines ago than this, in the same block, are left out */
  findReuse(walk: BlockWalk, held: number): { records: ReuseRecords; trails: Trails } {
    const e = this.#exports;
    const { memory } = e;
    const { zones } = walk;
    const zoneCount = zones.length / zoneNumbers;
    this.#walk(walk);
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
        numbers: readNumbers(memory, e.placeTrails(), zoneCount * trailNumbers),
        gaps: readNumbers(memory, e.placeGaps(gaps), gaps),
        still: e.still.value,
      },
    };
  }

  /** The distinct lines that each of so many numbers of blocks in a row touch. */
  footprints({ zones, numbers, gaps, still }: Trails, blocks: Int32Array): Float64Array {
    const e = this.#exports;
    const { memory } = e;
    writeNumbers(memory, e.placeZones(zones.length / zoneNumbers), zones);
    writeNumbers(memory, e.placeTrails(), numbers);
    writeNumbers(memory, e.placeGaps(gaps.length), gaps);
    e.setStill(still);
    writeWords(memory, e.placeBlocks(blocks.length), blocks);
    return readNumbers(memory, e.footprints(blocks.length), blocks.length);
  }

  /**
   * @param others of each age: lines that the other programs touch in so many blocks; -1 in this block
   * @param both also of a cold block, which is the steady state's where not asked for
   */
  findWaits(
    walk: BlockWalk,
    records: ReuseRecords,
    { levels, levelCount, last, servers, costs }: Hierarchy,
    others: Float64Array,
    steps: number,
    both: boolean,
  ): LineWaits {
    const e = this.#exports;
    const { memory } = e;
    this.#walk(walk);
    writeWords(memory, e.placeRecords(records.count), records.words);
    writeNumbers(memory, e.placeRecorded(), records.numbers);
    writeNumbers(memory, e.placeOthers(others.length), others);
    writeNumbers(memory, e.placeLevels(levelCount), levels);
    writeWords(memory, e.placeLast(last.length), last);
    writeNumbers(memory, e.placeCosts(servers), costs);
    e.findWaits(steps, servers, both);
    const { buffer } = memory;
    const taken = (at: number): Float64Array => new Float64Array(buffer, at, steps).slice();
    const bytes = steps * Float64Array.BYTES_PER_ELEMENT;
    const columns = Array.from({ length: servers }, (_, n) => taken(e.waitsAt() + n * bytes));
    const steady = taken(e.totalsAt());
    return { columns, steady, cold: both ? taken(e.totalsAt() + bytes) : steady };
  }
}

let caches: Caches | null = null;

export const theCaches = (): Caches => {
  caches ??= new Caches(Buffer.from(cachesBinary, 'base64'));
  return caches;
};
