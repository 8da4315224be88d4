/** What `run` says of one simulation. Plain data: it goes through journals, workers and merges. */
import type { ConvolverId } from '../../engine/engine.ts';
import type { ChangeLog } from '../../pedal/changes.ts';
import type { Distribution } from '../../pedal/statistics.ts';
import type { TimelineBin } from '../../pedal/timeline.ts';
import type { Range } from '../../units/range.ts';
import type { MemoryBytes, Verdict } from '../predict/row.ts';

export interface SlotResult {
  readonly name: string;
  readonly kind: 'model' | 'ir' | 'load';
  /** Model and width, taps, or cycles per sample, as they were at the start. */
  readonly what: string;
  readonly model: string | null;
  readonly width: string | null;
  readonly engine: string | null;
  readonly convolver: ConvolverId | null;
  readonly bypassed: boolean;
  /** Audio cores that it runs on, by number. */
  readonly cores: readonly number[];
  /** Per block, next to everything else in the chain; the machine's answer. */
  readonly cyclesPerBlock: Range;
  /** Per block, with the core and its caches to itself. */
  readonly aloneCyclesPerBlock: Range;
  /** What sharing caches costs: expected, together less alone. */
  readonly sharingCyclesPerBlock: number;
  readonly cyclesPerSample: number;
  readonly memoryBytes: MemoryBytes;
  readonly placement: string;
  /** As simulated, disturbances included. */
  readonly simulated: { readonly meanCyclesPerBlock: number; readonly maxCyclesPerBlock: number };
}

export interface EventResult extends Omit<ChangeLog, 'slot'> {
  readonly slot: string | null;
  readonly atSeconds: number;
  readonly appliedSeconds: number | null;
}

export interface WorstBlock {
  readonly block: number;
  readonly atSeconds: number;
  readonly load: number;
  readonly responseSeconds: number;
  readonly dueSeconds: number;
  readonly late: boolean;
  /** Where its time went, dearest first; parts of a per cent left out. */
  readonly causes: readonly { readonly cause: string; readonly cycles: number }[];
  readonly clockHz: number;
  /** Loads of the blocks before and after. */
  readonly before: readonly number[];
  readonly after: readonly number[];
}

export interface Expected {
  readonly what: string;
  readonly limit: number;
  readonly actual: number;
  readonly passed: boolean;
}

export interface RunResult {
  readonly job: { readonly index: number; readonly id: string };
  readonly scenario: string;
  readonly title: string | null;
  readonly swept: Readonly<Record<string, unknown>>;
  readonly device: string;
  readonly engine: string | null;
  readonly seed: number;
  readonly chain: string;
  readonly blockFrames: number;
  readonly sampleRateHz: number;
  readonly clockHz: number;
  readonly blocks: number;
  readonly simulatedSeconds: number;
  readonly load: Distribution & { readonly convolver: string | null };
  readonly response: Distribution;
  /** False where percentiles are bucket edges, a 2,048th low at most. */
  readonly exactPercentiles: boolean;
  /** 1 - the highest load of a block. */
  readonly headroom: number;
  readonly margin: number;
  /** Blocks that were late or lost. */
  readonly xruns: number;
  readonly lostBlocks: number;
  readonly firstXrunBlock: number | null;
  /** What JACK's display shows at the end, host and graph included; null where the stack is not JACK, or before 32 blocks. */
  readonly jackLoad: number | null;
  /** From the converter in to the converter out: blocks that the stack and the pipeline hold, and resamplers. */
  readonly latencySeconds: number;
  readonly verdict: Verdict;
  readonly slots: readonly SlotResult[];
  readonly events: readonly EventResult[];
  readonly worstBlock: WorstBlock | null;
  /** The whole run in at most 120 bins. */
  readonly timeline: readonly TimelineBin[];
  readonly finalClockHz: number;
  readonly finalCelsius: number | null;
  readonly expectations: readonly Expected[];
  readonly passed: boolean;
  readonly warnings: readonly string[];
  readonly files: readonly string[];
  readonly digest: string;
}

/** A job that gave no result, twice. */
export interface FailedJob {
  readonly job: { readonly index: number; readonly id: string };
  readonly scenario: string;
  readonly swept: Readonly<Record<string, unknown>>;
  readonly reason: string;
}

/** What `run --json` prints, next to `schema` and `tool`, and `merge` reads. */
export interface RunDocument {
  readonly sweep: {
    /** Of all jobs: shards of the same sweep have the same. */
    readonly id: string;
    readonly jobs: number;
    readonly shard: string | null;
  };
  readonly interrupted: boolean;
  readonly runs: readonly RunResult[];
  readonly failed: readonly FailedJob[];
  readonly digest: string;
}

/** What `run --live` says of one scenario: measured on this host, beside what is predicted for it. */
export interface LiveResult {
  readonly scenario: string;
  readonly swept: Readonly<Record<string, unknown>>;
  readonly host: string;
  readonly blocks: number;
  readonly blockFrames: number;
  readonly sampleRateHz: number;
  readonly measured: { readonly load: Distribution; readonly lateBlocks: number };
  /** Null where nothing describes this machine. */
  readonly predicted: { readonly load: Distribution; readonly engine: string | null } | null;
}
