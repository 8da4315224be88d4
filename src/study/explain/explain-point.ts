/** The explanation of one row of a prediction, by the same inputs. Pure. */
import { audioClusterOf } from '../../device/audio-cluster.ts';
import type { DeviceProfile } from '../../device/profile.ts';
import type { Model } from '../../nam/model.ts';
import { slim, widthsOf } from '../../nam/widths.ts';
import { CostBook } from '../cost/cost-cache.ts';
import { ratesOf, resampledBy } from '../cost/resampling.ts';
import { StudyError } from '../cost/study-error.ts';
import { priceSettled } from '../predict/governor.ts';
import { predict } from '../predict/predict.ts';
import type { PredictRequest } from '../predict/request.ts';
import type { PredictRow } from '../predict/row.ts';
import { type Explanation, explain } from './explain.ts';

type OfPrediction =
  | ('engines' | 'coreOf' | 'measured' | 'pathOf')
  | ('engine' | 'tanh' | 'whatIf' | 'sampleRateHz' | 'resample');

export interface ExplainRequest extends Pick<PredictRequest, OfPrediction> {
  readonly model: Model;
  readonly device: DeviceProfile;
  /** @default the full width */
  readonly width?: string | undefined;
  /** @default the device's own */
  readonly blockFrames?: number | undefined;
  /** @default 1 */
  readonly copies?: number | undefined;
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
  const { model, device, blockFrames: block, copies = 1, ...rest } = request;
  const { chip } = device;
  if (chip === null) {
    throw new StudyError(
      'no-chip',
      `${device.id}: its chip is not published, so there are no cycles to explain. \`pedalbench devices show ${device.id}\` shows what is known.`,
    );
  }
  const core = rest.coreOf(audioClusterOf(chip).coreId);
  const spec = rest.width ?? widthsOf(model).at(-1)?.label ?? 'full';
  const { width, network } = slim(model, spec, { whatIf: rest.whatIf ?? false });
  const blockFrames = block ?? chip.audio.blockFrames.value;
  const sampleRateHz = rest.sampleRateHz ?? chip.audio.sampleRateHz.value;
  const { rows, warnings } = predict(
    {
      ...rest,
      models: [model],
      devices: [device],
      blockFrames: [blockFrames],
      sampleRateHz,
      arrangements: true,
      width: spec,
      copies: [copies],
    },
    book,
  );
  const { engines, engine = 'auto', tanh } = rest;
  const rates = resampledBy(chip, ratesOf(model, sampleRateHz), rest.resample);
  const point = { network, chip, core, engines, engine, blockFrames, tanh, copies, rates };
  const { costed } = priceSettled(book, { ...point, parallel: false }, sampleRateHz);
  const [row] = rows;
  if (costed.engine === null || row?.load == null) {
    throw new StudyError(
      'refused',
      `${model.origin} ${width.label} on ${device.id}: no engine takes it. ${costed.choice.reasons.join(' ')}`,
    );
  }
  return { row, explanation: explain(costed, core, blockFrames), warnings };
};
