/** What advice is asked for, and how far a width is from a limit. */
import type { DeviceProfile } from '../../device/profile.ts';
import type { Engine, TanhKind } from '../../engine/engine.ts';
import type { CoreProfile } from '../../machine/pipeline/core-profile.ts';
import type { Model } from '../../nam/model.ts';
import type { Measured } from '../predict/confidence.ts';
import type { Verdict } from '../predict/row.ts';

export interface AdviseRequest {
  readonly model: Model;
  readonly devices: readonly DeviceProfile[];
  readonly engines: readonly Engine[];
  readonly coreOf: (id: string) => CoreProfile;
  readonly measured?: Measured | undefined;
  /** Copies that what misses is to be brought to. @default 2 */
  readonly copies?: number | undefined;
  /** Headroom to keep. @default each device's own */
  readonly margin?: number | undefined;
  /** @default 'auto' */
  readonly engine?: string | undefined;
  /** @default each device's own */
  readonly blockFrames?: number | undefined;
  readonly tanh?: TanhKind | undefined;
  readonly width?: string | undefined;
  readonly whatIf?: boolean | undefined;
  /** The chance that something stays inside from which on it is offered, 0.5 to 0.999. @default 0.9 */
  readonly confidence?: number | undefined;
}

/** One width against the limit of one number of copies. */
export interface Distance {
  readonly copies: number;
  readonly cyclesPerSample: number;
  readonly limitCyclesPerSample: number;
  readonly load: number;
  /** Where nine of ten such predictions hold the truth. */
  readonly low: number;
  readonly high: number;
  /** (limit - cost) / limit: negative when over. */
  readonly distance: number;
  readonly verdict: Verdict;
  /** How likely the load keeps the margin free. */
  readonly chance: number;
  readonly sure: boolean;
  /** The chance is at least what was asked for. */
  readonly inside: boolean;
}
