/** What the screen asks of workers, and what they answer. Plain data: it crosses threads. */
import type { Distribution } from '../../pedal/statistics.ts';
import type { Job } from '../../scenario/parse-scenario.ts';
import type { ExplainedPoint } from '../../study/explain/explain.ts';
import type { PredictRow, WidthInfo } from '../../study/predict/row.ts';
import type { RunResult, SlotResult } from '../../study/simulate/run-result.ts';

/** What every prediction of a view shares. */
export interface ScreenSetting {
  readonly model: string;
  /** An id, or 'auto'. */
  readonly engine: string;
  /** Null for each device's own. */
  readonly blockFrames: number | null;
  /** Of the device's nominal clock; 1 leaves it as it is. */
  readonly clockShare: number;
  readonly whatIf: boolean;
}

export interface WidthsTask {
  readonly kind: 'widths';
  readonly model: string;
  readonly whatIf: boolean;
}

export interface RowsTask {
  readonly kind: 'rows';
  readonly device: string;
  readonly setting: ScreenSetting;
  readonly copies: readonly number[];
}

export interface ExplainTask {
  readonly kind: 'explain';
  readonly device: string;
  readonly setting: ScreenSetting;
  readonly width: string;
  readonly copies: number;
}

/** Virtual pedals that play side by side, as live as the host can. */
export interface PlayTask {
  readonly kind: 'play';
  readonly pedals: readonly { readonly label: string; readonly job: Job }[];
  /** After its end each begins anew, with other disturbances, until it is stopped. */
  readonly goesOn: boolean;
}

/** One scenario from beginning to end, with every block kept. */
export interface TimelineTask {
  readonly kind: 'timeline';
  readonly job: Job;
}

export type ScreenTask = WidthsTask | RowsTask | ExplainTask | PlayTask | TimelineTask;

export type Explained = Pick<ExplainedPoint, 'row' | 'explanation'>;

/** One virtual pedal as it stands. Loads are shares of what the period leaves to the slots. */
export interface PedalReport {
  readonly label: string;
  readonly blocks: number;
  readonly seconds: number;
  readonly durationSeconds: number;
  readonly load: Distribution | null;
  readonly xruns: number;
  /** The highest load of each span of `binSeconds` since the report before. */
  readonly bins: readonly number[];
  readonly binSeconds: number;
  /** What each slot costs next to the others and alone, once it is costed. */
  readonly slots: readonly SlotResult[];
  readonly budgetCyclesPerBlock: number;
  /** When the time is over. */
  readonly run: RunResult | null;
  /** Why it cannot play, as a sentence. */
  readonly fault: string | null;
}

/** Every block of a run in columns, and what `run` says of it. */
export interface Timeline {
  readonly run: RunResult;
  readonly load: Float32Array;
  readonly responseSeconds: Float32Array;
  readonly dueSeconds: Float32Array;
  readonly startSeconds: Float64Array;
  readonly clockHz: Float64Array;
  /** 1 late, 2 lost. */
  readonly flags: Uint8Array;
}

/** What a task that plays or runs long says on its port meanwhile. */
export type ScreenReport =
  | { readonly kind: 'pedals'; readonly pedals: readonly PedalReport[] }
  | { readonly kind: 'progress'; readonly share: number };

/** What the screen says on the port of a task that plays. */
export type ScreenOrder = 'pause' | 'resume' | 'stop';

export interface ScreenAnswers {
  readonly widths: readonly WidthInfo[];
  readonly rows: readonly PredictRow[];
  readonly explain: Explained;
  readonly play: readonly PedalReport[];
  readonly timeline: Timeline;
}
