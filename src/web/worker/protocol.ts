/** What the page and its worker say to each other. Plain data: it goes through structured clone. */

import type { SignalName } from '../../audio/signals.ts';
import type { DeviceProfile } from '../../device/profile.ts';
import type { ModelMetadata, Width } from '../../nam/model.ts';
import type { ExplainedPoint } from '../../study/explain/explain.ts';
import type { PredictRow, SkippedCombination } from '../../study/predict/row.ts';
import type { RunResult } from '../../study/simulate/run-result.ts';

/** One file as it was dropped or fetched. */
export interface ModelFile {
  readonly name: string;
  readonly text: string;
}

export interface ModelSummary {
  /** The path or file name that errors and rows carry. */
  readonly origin: string;
  readonly id: string;
  readonly architecture: string;
  readonly version: string;
  readonly metadata: ModelMetadata;
  readonly warnings: readonly string[];
  readonly widths: readonly Width[];
}

/** How a pedal is set; null for its own. */
export interface OnePedal {
  readonly engine: string;
  readonly blockFrames: number | null;
  readonly clockHz: number | null;
}

export interface PredictOptions extends OnePedal {
  readonly models: readonly string[];
  readonly devices: readonly string[];
  readonly width: string;
  readonly copies: readonly number[];
}

/** Every block's load of a pedal that played. */
export interface Played {
  readonly result: RunResult;
  readonly loads: Float32Array;
  readonly late: Uint8Array;
  /** As the pedal plays it, at 48 kHz: late blocks are heard as the product lets them be heard. Null where nothing was given to play. */
  readonly sound: Float32Array | null;
}

/** What can be asked, and what is answered. */
export interface Questions {
  open: { readonly ask: ModelFile; readonly answer: ModelSummary };
  predict: {
    readonly ask: PredictOptions;
    readonly part: readonly PredictRow[];
    readonly answer: {
      readonly skipped: readonly SkippedCombination[];
      readonly warnings: readonly string[];
    };
  };
  /** Loads what else will be asked for. */
  ready: { readonly ask: null; readonly answer: null };
  /** Every profile, as far as it is known. */
  devices: { readonly ask: null; readonly answer: readonly DeviceProfile[] };
  explain: {
    readonly ask: OnePedal & {
      readonly model: string;
      readonly device: string;
      readonly width: string;
    };
    readonly answer: ExplainedPoint;
  };
  play: {
    /** A scenario as its file would hold it. */
    readonly ask: {
      readonly scenario: unknown;
      /** What it plays at 48 kHz, in place of a signal that it names; null where nothing is to be heard. */
      readonly sound: Float32Array | null;
    };
    readonly part: number;
    readonly answer: Played;
  };
  render: {
    readonly ask: { readonly model: string; readonly width: string; readonly input: Float32Array };
    readonly part: number;
    readonly answer: Float32Array;
  };
  signal: {
    readonly ask: {
      readonly name: SignalName;
      readonly seconds: number;
      readonly sampleRateHz: number;
    };
    readonly answer: Float32Array;
  };
}

export type QuestionKind = keyof Questions;

export type PartOf<K extends QuestionKind> = Questions[K] extends { part: infer P } ? P : never;

/** What an answer is made from. */
export interface Context<K extends QuestionKind> {
  readonly ask: Questions[K]['ask'];
  readonly part: (part: PartOf<K>) => void;
  /** Aborted where the asker has dropped the question. */
  readonly signal: AbortSignal;
}

export interface Asked<K extends QuestionKind = QuestionKind> {
  readonly id: number;
  readonly kind: K;
  readonly ask: Questions[K]['ask'];
}

export interface Dropped {
  readonly id: number;
  readonly kind: 'drop';
}

export type Answered =
  | { readonly id: number; readonly kind: 'part'; readonly part: unknown }
  | { readonly id: number; readonly kind: 'answer'; readonly answer: unknown }
  | { readonly id: number; readonly kind: 'error'; readonly message: string };
