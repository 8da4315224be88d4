/** What the page and its worker say to each other. Plain data: it goes through structured clone. */
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

export interface PredictOptions {
  readonly models: readonly string[];
  readonly devices: readonly string[];
  readonly copies: readonly number[];
  readonly engine: string;
  readonly blockFrames: number | null;
  readonly clockHz: number | null;
}

export interface Sound {
  readonly samples: Float32Array;
  readonly sampleRateHz: number;
}

/** One width of a model on the sound. */
export interface Rendered {
  readonly width: string;
  readonly samples: Float32Array;
}

/** Every block's load of a pedal that played. */
export interface Played {
  readonly result: RunResult;
  readonly loads: Float32Array;
  readonly late: Uint8Array;
  /** As the pedal plays it: late blocks are heard as the product lets them be heard. Null where nothing was rendered. */
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
  explain: {
    readonly ask: {
      readonly model: string;
      readonly device: string;
      readonly width: string;
      readonly engine: string;
      readonly blockFrames: number | null;
      readonly copies: number;
    };
    readonly answer: ExplainedPoint;
  };
  play: {
    /** A scenario as its file would hold it. */
    readonly ask: {
      readonly scenario: unknown;
      readonly name: string;
      readonly withSound: boolean;
    };
    readonly part: number;
    readonly answer: Played;
  };
  render: {
    readonly ask: { readonly model: string; readonly width: string; readonly input: Float32Array };
    readonly part: number;
    readonly answer: Rendered;
  };
  signal: {
    readonly ask: {
      readonly name: string;
      readonly seconds: number;
      readonly sampleRateHz: number;
    };
    readonly answer: Sound;
  };
}

export type QuestionKind = keyof Questions;

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
