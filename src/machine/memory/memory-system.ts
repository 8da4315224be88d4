/** What lies between a core and its data. Two kinds: a cache hierarchy, or a microcontroller's regions. */
import type { Range } from '../../units/range.ts';

export interface CacheLevel {
  readonly name: string;
  readonly sizeBytes: number;
  readonly lineBytes: number;
  readonly ways: number;
  /** Load-to-use cycles of a hit in this level (of the core's clock). */
  readonly latencyCycles: Range;
  /** Cores that share it, this one included. */
  readonly sharedBy: number;
}

export interface BackingMemory {
  readonly name: string;
  readonly latencyNanoseconds: Range;
  /** Sustained for one core. */
  readonly bandwidthBytesPerSecond: Range;
}

/** A directly addressed memory of a microcontroller. */
export interface MemoryRegion {
  readonly name: string;
  readonly sizeBytes: number;
  /** Extra cycles of an access that is not cached (0: tightly coupled). */
  readonly waitCycles: Range;
  /** Goes through the level-1 caches, if there are any. */
  readonly cached: boolean;
}

export type DataKind = 'weights' | 'history' | 'scratch' | 'code';

export interface MemorySystem {
  /** From the core outwards; empty where there is none. */
  readonly dataCaches: readonly CacheLevel[];
  readonly instructionCache: CacheLevel | null;
  readonly memory: BackingMemory | null;
  readonly regions: readonly MemoryRegion[];
  /** Which region holds what; only with regions. */
  readonly placement: Readonly<Record<DataKind, string>> | null;
  /** Sequential streams are fetched ahead; the share of a stream's latency that stays visible. */
  readonly prefetch: { readonly streams: number; readonly visibleShare: Range } | null;
}
