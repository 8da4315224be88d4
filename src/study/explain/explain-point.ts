/** The explanation of one row of a prediction, by the same inputs. Pure. */
import { audioClusterOf } from '../../device/audio-cluster.ts';
import type { DeviceProfile } from '../../device/profile.ts';
import type { Engine, TanhKind } from '../../engine/engine.ts';
import type { CoreProfile } from '../../machine/pipeline/core-profile.ts';
import type { Model } from '../../nam/model.ts';
import { slim, widthsOf } from '../../nam/widths.ts';
import { CostBook } from '../cost/cost-cache.ts';
import { price } from '../cost/price.ts';
import { ratesOf, resampledBy } from '../cost/resampling.ts';
import { StudyError } from '../cost/study-error.ts';
import type { Measured } from '../predict/confidence.ts';
import { predict } from '../predict/predict.ts';
import type { PredictRow } from '../predict/row.ts';
import { type Explanation, explain } from './explain.ts';

export interface ExplainRequest {
  readonly model: Model;
  readonly device: DeviceProfile;
  readonly engines: readonly Engine[];
  readonly coreOf: (id: string) => CoreProfile;
  readonly measured?: Measured | undefined;
  /** @default 'auto' */
  readonly engine?: string | undefined;
  /** @default the full width */
  readonly width?: string | undefined;
  /** @default the device's own */
  readonly blockFrames?: number | undefined;
  /** Of the session. @default the device's own */
  readonly sampleRateHz?: number | undefined;
  /** False: the model runs at the session's rate. @default true */
  readonly resample?: boolean | undefined;
  /** @default 1 */
  readonly copies?: number | undefined;
  readonly tanh?: TanhKind | undefined;
  readonly whatIf?: boolean | undefined;
}

export interface ExplainedPoint {
  readonly row: PredictRow;
  readonly explanation: Explanation;
  readonly warnings: readonly string[];
}

/** Throws `StudyError` where the chip is unknown or no engine takes the model. */
export const explainPoint = (
  request: ExplainRequest,
  book: CostBook = new CostBook(),
): ExplainedPoint => {
  const { model, device, engines, coreOf, engine = 'auto', copies = 1, tanh } = request;
  const { chip } = device;
  if (chip === null) {
    throw new StudyError(
      'no-chip',
      `${device.id}: its chip is not published, so there are no cycles to explain. \`pedalbench devices show ${device.id}\` shows what is known.`,
    );
  }
  const core = coreOf(audioClusterOf(chip).coreId);
  const spec = request.width ?? widthsOf(model).at(-1)?.label ?? 'full';
  const whatIf = request.whatIf ?? false;
  const { width, network } = slim(model, spec, { whatIf });
  const blockFrames = request.blockFrames ?? chip.audio.blockFrames.value;
  const sampleRateHz = request.sampleRateHz ?? chip.audio.sampleRateHz.value;
  const { rows, warnings } = predict(
    {
      models: [model],
      devices: [device],
      engines,
      coreOf,
      measured: request.measured,
      engine,
      blockFrames: [blockFrames],
      sampleRateHz,
      resample: request.resample,
      arrangements: true,
      width: spec,
      whatIf,
      copies: [copies],
      tanh,
    },
    book,
  );
  const point = {
    network,
    chip,
    core,
    engines,
    engine,
    blockFrames,
    rates: resampledBy(chip, ratesOf(model, sampleRateHz), request.resample),
    tanh,
    copies,
    parallel: false,
  };
  const priced = price(book, point);
  const [row] = rows;
  if (priced.engine === null || row?.load == null) {
    throw new StudyError(
      'refused',
      `${model.origin} ${width.label} on ${device.id}: no engine takes it. ${priced.choice.reasons.join(' ')}`,
    );
  }
  return { row, explanation: explain(priced, core, blockFrames), warnings };
};
