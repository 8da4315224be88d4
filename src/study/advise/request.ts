/** What advice is asked for. */
import type { Model } from '../../nam/model.ts';
import type { PredictRequest } from '../predict/request.ts';

type OfPrediction =
  | ('devices' | 'engines' | 'coreOf' | 'measured' | 'pathOf')
  | ('engine' | 'tanh' | 'width' | 'whatIf');

export interface AdviseRequest extends Pick<PredictRequest, OfPrediction> {
  readonly model: Model;
  /** Copies that what misses is to be brought to. @default 2 */
  readonly copies?: number | undefined;
  /** Headroom to keep. @default each device's own */
  readonly margin?: number | undefined;
  /** @default each device's own */
  readonly blockFrames?: number | undefined;
  /** The chance that something stays inside from which on it is offered, 0.5 to 0.999. @default 0.9 */
  readonly confidence?: number | undefined;
}

/** The prediction of the widths on one of the devices. */
export const predictionOn = (
  { margin: _, confidence: __, model, blockFrames, ...rest }: AdviseRequest,
  device: PredictRequest['devices'][number],
  copies: readonly number[],
): PredictRequest => ({
  ...rest,
  models: [model],
  devices: [device],
  copies,
  blockFrames: blockFrames === undefined ? undefined : [blockFrames],
});
