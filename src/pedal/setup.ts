/** Everything that the virtual pedal needs to play: plain data and three seams. */
import type { AudioStack } from './audio-stack.ts';
import type { DvfsSetup, ThermalSetup } from './clock-control.ts';
import type { Burst } from './disturbance.ts';
import type { Graph } from './graph.ts';
import type { CostSource } from './slot-cost.ts';
import type { WidthPolicy } from './width-policy.ts';

export interface SlotSetup {
  readonly name: string;
  /** The key of its work at the start. */
  readonly work: string;
  readonly bypassed: boolean;
  /** What comes out is as loud as what goes in (filters); a model's output is its own. */
  readonly passesLevel: boolean;
  /** What is left of the slot's state after one frame of silence; 0 where it has none. */
  readonly tailDecayPerFrame: number;
}

/** Where a new network is built and prewarmed. */
export type SwapPlace = 'beside' | 'audio-thread';

/** Applied at the first block boundary at or after `atFrame`. */
export type PedalEvent = { readonly atFrame: number } & (
  | {
      readonly do: 'swap';
      readonly slot: number;
      readonly work: string;
      readonly place: SwapPlace;
      /** From storage, before the prewarm: file, parsing, building. */
      readonly loadSeconds: number;
    }
  | { readonly do: 'bypass'; readonly slot: number; readonly on: boolean }
  | { readonly do: 'block'; readonly blockFrames: number }
  | { readonly do: 'clock'; readonly clockHz: number }
);

export interface WidthGovernor {
  readonly slot: number;
  /** Keys of work, widest first. */
  readonly ladder: readonly string[];
  /** Where on the ladder the slot starts. */
  readonly start: number;
  readonly policy: WidthPolicy;
  readonly place: SwapPlace;
}

/** How the rendered chain follows the virtual pedal. */
export interface PedalSound {
  swap(slot: number, work: string): void;
  bypass(slot: number, on: boolean): void;
  /** late: computed, but not in time. lost: never begun. */
  play(firstFrame: number, frames: number, fate: 'ready' | 'late' | 'lost'): void;
}

export interface PedalSetup {
  /** Nominal clock of the audio cores; its cycles are the unit of time. */
  readonly clockHz: number;
  readonly sampleRateHz: number;
  readonly blockFrames: number;
  readonly stack: AudioStack;
  /** Time per block until the slots may start: wake-up, graph, conversion. */
  readonly hostSeconds: number;
  /** Share of the rest of the period that the host and the firmware keep on the first audio core. */
  readonly reserveShare: number;
  readonly slots: readonly SlotSetup[];
  readonly graph: Graph;
  /** Audio cores. */
  readonly cores: number;
  readonly bursts: readonly Burst[];
  readonly dvfs: DvfsSetup | null;
  readonly thermal: ThermalSetup | null;
  /** A core beside the audio for loading and prewarming; null where only idle time is left for it. */
  readonly besideClockHz: number | null;
  readonly events: readonly PedalEvent[];
  readonly governor: WidthGovernor | null;
  readonly seed: number;
  readonly frames: number;
  readonly costs: CostSource;
  /** Peak of the input over frames; null where no cost depends on it. */
  readonly level: ((firstFrame: number, frames: number) => number) | null;
  readonly sound: PedalSound | null;
}
