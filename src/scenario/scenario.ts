/** The form of a scenario: one experiment, with what is expected of it. Units are in the names. */
import type { SignalName } from '../audio/signals.ts';
import type { TanhKind } from '../engine/engine.ts';
import type { FrequencyGovernor } from '../pedal/clock-control.ts';
import type { DisturbanceKind } from '../pedal/disturbance.ts';
import type { ChainMode } from '../pedal/graph.ts';
import type { WidthPolicyName } from '../pedal/width-policy.ts';

/** A number of seconds, or a span that is drawn from. */
export type Span = number | { readonly min: number; readonly max: number };

export interface ScenarioSlot {
  readonly name?: string | undefined;
  readonly model?: string | undefined;
  readonly width?: string | undefined;
  /** Layers that run on the first of two cores, the rest on the next (pipelined chains). */
  readonly splitAfterLayers?: number | undefined;
  readonly ir?: ImpulseSpec | undefined;
  readonly cyclesPerSample?: number | undefined;
  /** Extra cost while the slot's state is denormal and the device does not flush. */
  readonly denormalCyclesPerSample?: number | undefined;
  /** Time in which the slot's state falls to a thousandth in silence: a reverb's tail. */
  readonly tailSeconds?: number | undefined;
  readonly engine?: string | undefined;
  readonly bypassed?: boolean | undefined;
  readonly core?: number | undefined;
  readonly branch?: string | undefined;
}

export interface ImpulseSpec {
  readonly file?: string | undefined;
  /** A built-in impulse of this length. */
  readonly taps?: number | undefined;
  readonly truncateTaps?: number | undefined;
  readonly method?: 'direct' | 'partitioned' | undefined;
}

export interface ScenarioEvent {
  readonly atSeconds: number;
  readonly slot?: string | undefined;
  readonly model?: string | undefined;
  readonly width?: string | undefined;
  readonly bypassed?: boolean | undefined;
  readonly blockFrames?: number | undefined;
  readonly clockHz?: number | undefined;
  readonly place?: 'beside' | 'audio-thread' | undefined;
  readonly loadSeconds?: number | undefined;
}

export interface ScenarioBurst {
  readonly name: string;
  readonly kind: DisturbanceKind;
  readonly core?: number | undefined;
  readonly everySeconds: Span;
  readonly durationSeconds: Span;
  readonly firstAtSeconds?: number | undefined;
  /** memory: how many times longer waiting for memory takes. */
  readonly factor?: number | undefined;
}

export interface DvfsOverride {
  readonly governor?: FrequencyGovernor | undefined;
  readonly minClockHz?: number | undefined;
  readonly rampSeconds?: number | undefined;
}

export interface ThermalOverride {
  readonly ambientCelsius?: number | undefined;
  readonly startCelsius?: number | undefined;
  readonly riseCelsius?: number | undefined;
  readonly timeConstantSeconds?: number | undefined;
  readonly throttleCelsius?: number | undefined;
  readonly throttledClockHz?: number | undefined;
  readonly hysteresisCelsius?: number | undefined;
  readonly otherCoresBusy?: number | undefined;
}

export interface Disturbances {
  readonly interrupt?: boolean | undefined;
  readonly graph?: boolean | undefined;
  readonly memory?: boolean | undefined;
  readonly cache?: boolean | undefined;
  readonly dvfs?: boolean | DvfsOverride | undefined;
  readonly thermal?: boolean | ThermalOverride | undefined;
  readonly add?: readonly ScenarioBurst[] | undefined;
}

export interface ScenarioGovernor {
  readonly slot: string;
  readonly widths: readonly string[];
  readonly policy: WidthPolicyName;
  readonly upper: number;
  readonly lower: number;
  readonly windowSeconds?: number | undefined;
  readonly holdSeconds?: number | undefined;
  readonly place?: 'beside' | 'audio-thread' | undefined;
}

export interface Expectation {
  readonly maxLoad?: number | undefined;
  readonly minHeadroom?: number | undefined;
  readonly maxXruns?: number | undefined;
  readonly minXruns?: number | undefined;
  readonly maxResponseSeconds?: number | undefined;
}

export interface Scenario {
  readonly $schema?: string | undefined;
  readonly title?: string | undefined;
  readonly description?: string | undefined;
  readonly device: string;
  readonly engine?: string | undefined;
  readonly tanh?: TanhKind | undefined;
  readonly sampleRateHz?: number | undefined;
  /** False: models run at the session's rate. @default what the device's player does */
  readonly resample?: boolean | undefined;
  readonly blockFrames?: number | undefined;
  readonly clockHz?: number | undefined;
  /** Periods that the audio stack buffers, and what its driver needs of the last. */
  readonly periods?: number | undefined;
  readonly slackSeconds?: number | undefined;
  readonly flushDenormals?: boolean | undefined;
  readonly chain?: ChainMode | undefined;
  readonly slots: readonly ScenarioSlot[];
  readonly audio?:
    | {
        readonly signal?: SignalName | undefined;
        readonly file?: string | undefined;
        readonly gain?: number | undefined;
      }
    | undefined;
  readonly durationSeconds: number;
  readonly seed?: number | undefined;
  readonly disturbances?: boolean | Disturbances | undefined;
  readonly events?: readonly ScenarioEvent[] | undefined;
  readonly governor?: ScenarioGovernor | undefined;
  readonly expect?: Expectation | undefined;
  /** Headroom below which the verdict is `tight`. @default the device's */
  readonly marginShare?: number | undefined;
}
