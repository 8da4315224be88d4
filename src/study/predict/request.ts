/** What a prediction is asked for, and what cannot be asked. */
import type { DeviceProfile } from '../../device/profile.ts';
import type { Engine, TanhKind } from '../../engine/engine.ts';
import type { CoreProfile } from '../../machine/pipeline/core-profile.ts';
import type { Model, Width } from '../../nam/model.ts';
import type { Network } from '../../nam/network.ts';
import type { MeasuredArguments } from '../cost/cost-point.ts';
import { engineById } from '../cost/engine-choice.ts';
import type { Placement } from '../cost/model-memory.ts';
import { StudyError } from '../cost/study-error.ts';
import type { Measured } from './confidence.ts';
import type { Outcome } from './row.ts';

/** A model at one width. */
export type Beside = Pick<Cell, 'model' | 'width'>;

export interface PredictRequest {
  readonly models: readonly Model[];
  readonly devices: readonly DeviceProfile[];
  readonly engines: readonly Engine[];
  /** @throws where the id is unknown. */
  readonly coreOf: (id: string) => CoreProfile;
  /** What the validation set covers. @default nothing */
  readonly measured?: Measured | undefined;
  /** The file of a profile, for rows that share an id. @default none is known */
  readonly pathOf?: ((device: DeviceProfile) => string | null) | undefined;
  /** What was worked out before, by the keys of `RowKeys`: the rows are the same without. @default nothing */
  readonly known?: ReadonlyMap<string, Outcome> | undefined;
  /** An id, 'auto' or 'all'. @default 'auto' */
  readonly engine?: string | undefined;
  /** @default each device's own */
  readonly blockFrames?: readonly number[] | undefined;
  /** @default each device's own */
  readonly sampleRateHz?: number | undefined;
  /** False: the model runs at the session's rate, whatever the player would do. @default true */
  readonly resample?: boolean | undefined;
  /** The model runs at so many times its own rate, between filters: 2 or 4. @default 1 */
  readonly oversample?: number | undefined;
  /** 'all', a ratio, 'ch:8', 'ch:16/8' or a label. @default 'all' */
  readonly width?: string | undefined;
  /** Says where another arrangement of a row that is over or tight would do better. @default false */
  readonly arrangements?: boolean | undefined;
  /** Also widths that a file was not trained for. @default false */
  readonly whatIf?: boolean | undefined;
  /** @default [1] */
  readonly copies?: readonly number[] | undefined;
  /** Copies on different cores. @default false */
  readonly parallel?: boolean | undefined;
  /** One model over two cores, the first so many layers on the first. */
  readonly splitAfterLayers?: number | undefined;
  /** @default what each device's build does */
  readonly tanh?: TanhKind | undefined;
  /** Overrides single entries of a microcontroller's placement. */
  readonly placement?: Readonly<Partial<Placement>> | undefined;
  /** Other models on the same pedal, which run one after the other in the same block, each once a copy. @default none */
  readonly beside?: readonly Beside[] | undefined;
  /** ESR against the full width on the user's audio, where it was rendered. */
  readonly fidelity?: ((model: Model, width: Width) => number | null) | undefined;
  /** Where libm's arguments fall on the user's audio, where it was run. @default a playing A1 network's */
  readonly arguments?: ((model: Model, width: Width) => MeasuredArguments | null) | undefined;
}

/** What rows need of a request. */
export type RowContext = Pick<
  PredictRequest,
  | ('coreOf' | 'measured' | 'pathOf' | 'splitAfterLayers')
  | ('resample' | 'oversample' | 'fidelity' | 'arguments')
>;

/** One combination of a request. */
export interface Cell {
  readonly model: Model;
  readonly width: Width;
  readonly device: DeviceProfile;
  readonly blockFrames: number;
  readonly sampleRateHz: number;
  readonly copies: number;
  /** An id or 'auto'; null where a device has no second core for a pipeline: no engine changes that. */
  readonly engine: string | null;
}

/** One row to be. */
export interface Combination extends Omit<Cell, 'engine'> {
  /** The device as its file has it, where its governor leaves another clock. @default the device */
  readonly profile?: DeviceProfile;
  readonly network: Network;
  readonly requestedEngine: string;
  readonly beside: readonly Beside[];
}

/** Throws `StudyError` for what cannot be asked together, and for an unknown engine. */
export const checkRequest = (request: PredictRequest): void => {
  const { engine = 'auto', engines, beside = [], parallel = false, splitAfterLayers } = request;
  if (beside.length > 0 && (parallel || splitAfterLayers !== undefined)) {
    const fault =
      'expected several models on one core, got `parallel` or `split`. Leave these out.';
    throw new StudyError('bad-block', fault);
  }
  if (engine !== 'auto' && engine !== 'all') engineById(engine, engines);
};
