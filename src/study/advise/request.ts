/** What advice is asked for, and how far a width is from a limit. */
import type { DeviceProfile } from '../../device/profile.ts';
import type { Engine, TanhKind } from '../../engine/engine.ts';
import type { CoreProfile } from '../../machine/pipeline/core-profile.ts';
import type { Model } from '../../nam/model.ts';
import type { Measured } from '../predict/confidence.ts';

export interface AdviseRequest {
  readonly model: Model;
  readonly devices: readonly DeviceProfile[];
  readonly engines: readonly Engine[];
  readonly coreOf: (id: string) => CoreProfile;
  readonly measured?: Measured | undefined;
  /** Copies that near misses are to be brought to. @default 2 */
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
}

/** One width against the limit of one number of copies. */
export interface Distance {
  readonly copies: number;
  readonly cyclesPerSample: number;
  readonly limitCyclesPerSample: number;
  readonly load: number;
  /** (limit - cost) / limit: negative when over. */
  readonly distance: number;
  readonly inside: boolean;
}
