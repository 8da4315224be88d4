/** The rows of a prediction: what `predict --json` prints and every report reads. Plain data, adding fields is free. */
import type { DeviceTier } from '../../device/profile.ts';
import type { TanhKind } from '../../engine/engine.ts';
import type { DataKind } from '../../machine/memory/memory-system.ts';
import type { Width } from '../../nam/model.ts';
import type { Interval } from '../../units/range.ts';

export const verdicts = ['fits', 'tight', 'over', 'wont-load', 'unknown'] as const;
/** Of the expected load: fits, tight (less headroom than the device needs), over, wont-load (memory), unknown. @useDeclaredType */
export type Verdict = (typeof verdicts)[number];

/**
 * validated: this core and engine are in the validation set, placed and clocked alike. fitted: a constant of
 * this core was fitted to measurements, but no case of the kind was measured. estimated: from documents only.
 * evidence: no chip is known, or the product takes no .nam; the verdict rests on what is known to run.
 */
export const confidences = ['validated', 'fitted', 'estimated', 'evidence'] as const;
/** @useDeclaredType */
export type Confidence = (typeof confidences)[number];

/** A row says of a width what the model does. */
export type WidthInfo = Width;

/** Adds up to `instructionsPerSample`. */
export interface InstructionMix {
  readonly fma: number;
  readonly load: number;
  readonly store: number;
  readonly int: number;
  readonly branch: number;
  /** The jumps of calls; what the functions run is in its classes. */
  readonly call: number;
  readonly other: number;
}

/** By what they hold. */
export type MemoryBytes = Readonly<Record<DataKind, number>>;

export interface PredictRow {
  readonly model: string;
  readonly modelPath: string | null;
  readonly device: string;
  /** The profile's file; null where it came from a program. */
  readonly devicePath: string | null;
  readonly deviceName: string;
  /** What kind of device it is, as profiles say. */
  readonly tier: DeviceTier;
  /** The engine that runs; null where no chip is known. */
  readonly engine: string | null;
  /** What was asked for: an id, 'auto', or 'all'. */
  readonly requestedEngine: string;
  /** The core that runs it; null where no chip is known. */
  readonly core: string | null;
  readonly clockHz: number | null;
  readonly blockFrames: number;
  readonly sampleRateHz: number;
  readonly copies: number;
  /** Cores that the copies occupy. */
  readonly cores: number;
  readonly tanh: TanhKind | null;
  readonly width: WidthInfo;
  /**
   * Of all copies together, run one after another on one core; with `cores` above 1, those of the
   * busiest core. Null where no chip is known, as are all numbers that follow from it.
   */
  readonly cyclesPerSample: Interval | null;
  /** Cycles that the busiest core has for models per sample, after what the device keeps. */
  readonly budgetCyclesPerSample: number | null;
  readonly instructionsPerSample: number | null;
  readonly instructionMix: InstructionMix | null;
  readonly load: Interval | null;
  /** 1 - expected load. */
  readonly headroom: number | null;
  /** The headroom below which a verdict is `tight`. */
  readonly margin: number | null;
  readonly verdict: Verdict;
  /** How likely the load stays within 1 - margin, 0 to 1; null where the verdict is `unknown`. */
  readonly chance: number | null;
  /** A chance of 0.95 or more. */
  readonly sure: boolean;
  /** What else the row counts; null where no chip is known. */
  readonly context: CountedContext | null;
  readonly memoryBytes: MemoryBytes | null;
  readonly placement: string | null;
  readonly confidence: Confidence;
  /** What decides the verdict first. */
  readonly reasons: readonly string[];
  /** What would do better than a row that is over or tight, the first of the reasons; null where nothing does. */
  readonly arrangement: string | null;
  /** Blocks of latency that pipelining over cores adds. */
  readonly addedLatencyBlocks: number;
  readonly fidelity: { readonly esrToFull: number | null };
}

/** What stands around the kernel in this row, in words; null where there is nothing of the kind. */
export interface CountedContext {
  /** What sets the clock. */
  readonly governor: string | null;
  /** What the device keeps of a core and of each block. */
  readonly graph: string | null;
  /** Which resampler stands around the model and its latency, or why there is none. */
  readonly resampler: string | null;
  /** What plays impulse responses on the device; `run` counts it, a row does not. */
  readonly convolver: string | null;
  readonly tanh: TanhKind | null;
  /** Why another engine runs than was asked for. */
  readonly engineBecause: string | null;
}

/** A combination that was asked for and has no row, and why. */
export interface SkippedCombination {
  readonly model: string;
  readonly device: string;
  readonly engine: string;
  readonly width: string;
  readonly reason: string;
  /** What the real library would use instead; null where it refuses the model. */
  readonly fallback: string | null;
}

/** A row, or why a combination of engine 'all' has none. */
export type Outcome = { readonly row: PredictRow } | { readonly skipped: SkippedCombination };

export interface PredictResult {
  readonly rows: readonly PredictRow[];
  readonly skipped: readonly SkippedCombination[];
  readonly warnings: readonly string[];
}
