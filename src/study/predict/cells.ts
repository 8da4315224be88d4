/** A prediction cell by cell: each can be worked out by itself, in any order and on any thread. */
import { audioClusterOf } from '../../device/audio-cluster.ts';
import type { ChipProfile, DeviceProfile } from '../../device/profile.ts';
import type { Model, Width } from '../../nam/model.ts';
import { selectWidths } from '../../nam/widths.ts';
import type { CostCache } from '../cost/cost-cache.ts';
import { type Point, targetOf } from '../cost/cost-point.ts';
import { engineById } from '../cost/engine-choice.ts';
import { ratesOf, resampledBy } from '../cost/resampling.ts';
import { arrangementFor } from './arrangements.ts';
import { costSettled } from './governor.ts';
import type { Cell, Combination, PredictRequest } from './request.ts';
import type { Outcome, PredictRow } from './row.ts';
import { costedRow, evidenceRow, refusedRow } from './row-of.ts';

/** Block and rate of rows whose device publishes neither. */
const unpublishedBlockFrames = 64;
const unpublishedSampleRateHz = 48_000;

const enginesOf = (
  { engine = 'auto', engines, splitAfterLayers }: PredictRequest,
  { chip }: DeviceProfile,
): readonly (string | null)[] => {
  if (chip === null) return [engine];
  // A pipeline needs a second core; where there is none, the row says so.
  if (splitAfterLayers !== undefined && audioClusterOf(chip).audioCores.value < 2) return [null];
  return engine === 'all' ? engines.map(({ id }) => id) : [engine];
};

const cellsOfDevice = (
  request: PredictRequest,
  model: Model,
  width: Width,
  device: DeviceProfile,
): Cell[] => {
  const audio = device.chip?.audio;
  const sampleRateHz = request.sampleRateHz ?? audio?.sampleRateHz.value ?? unpublishedSampleRateHz;
  const blocks = request.blockFrames ?? [audio?.blockFrames.value ?? unpublishedBlockFrames];
  return blocks.flatMap((blockFrames) =>
    (request.copies ?? [1]).flatMap((copies) =>
      enginesOf(request, device).map(
        (engine): Cell => ({ model, width, device, blockFrames, sampleRateHz, copies, engine }),
      ),
    ),
  );
};

/** In the order models, widths, devices, blocks, copies, engines. */
export const cellsOf = (request: PredictRequest): readonly Cell[] =>
  request.models.flatMap((model) =>
    selectWidths(model, request.width ?? 'all', { whatIf: request.whatIf ?? false }).flatMap(
      (width) => request.devices.flatMap((device) => cellsOfDevice(request, model, width, device)),
    ),
  );

const combinationOf = (request: PredictRequest, cell: Cell, cache: CostCache): Combination => {
  const { network } = cache.slimmed(cell.model, cell.width, { whatIf: request.whatIf ?? false });
  const { engine = 'auto', beside = [] } = request;
  return { ...cell, network, requestedEngine: engine, beside };
};

const pointOf = (
  request: PredictRequest,
  { network, beside, blockFrames, sampleRateHz, copies, model, width }: Combination,
  chip: ChipProfile,
  engine: string,
  cache: CostCache,
): Point => ({
  network,
  chip,
  core: request.coreOf(audioClusterOf(chip).coreId),
  engines: request.engines,
  engine,
  blockFrames,
  rates: resampledBy(chip, ratesOf(model, sampleRateHz, request.oversample), request.resample),
  tanh: request.tanh,
  copies,
  beside: beside.map((other) => cache.slimmed(other.model, other.width, { whatIf: true }).network),
  parallel: request.parallel ?? false,
  splitAfterLayers: request.splitAfterLayers,
  placement: request.placement,
  arguments: request.arguments?.(model, width) ?? undefined,
});

/** The row, or why no engine of the chain takes the network. */
const costedOutcome = (
  request: PredictRequest,
  c: Combination,
  onChip: ChipProfile,
  engine: string,
  cache: CostCache,
): { readonly row: PredictRow } | { readonly reasons: readonly string[] } => {
  const resampled = [c, ...c.beside].some(
    ({ model }) =>
      resampledBy(onChip, ratesOf(model, c.sampleRateHz, request.oversample), request.resample) !==
      null,
  );
  if (resampled && c.beside.length > 0) {
    return { reasons: ['Several models on one pedal are costed at their own rate only.'] };
  }
  const point = pointOf(request, c, onChip, engine, cache);
  const { costed, chip } = costSettled(cache, point, c.sampleRateHz);
  if (costed.engine === null) return costed.choice;
  const device = chip === onChip ? c.device : { ...c.device, chip };
  const row = costedRow({ ...c, device, profile: c.device }, request, costed);
  // Rows of all engines say themselves what another one would do.
  const alone = c.requestedEngine !== 'all' && c.beside.length === 0;
  const asks = request.arrangements === true && alone;
  const arrangement = asks ? arrangementFor(cache, { ...point, chip }, costed, row) : null;
  const reasons = arrangement === null ? row.reasons : [arrangement, ...row.reasons];
  return { row: { ...row, reasons, arrangement } };
};

/** One engine of all of them: where it does not run the network, that is no row of the matrix. */
const oneOfAll = (
  request: PredictRequest,
  c: Combination,
  chip: ChipProfile,
  engine: string,
  cache: CostCache,
): Outcome => {
  const target = targetOf(chip, request.coreOf(audioClusterOf(chip).coreId));
  const by = engineById(engine, request.engines);
  const support = cache.support(by, cache.program(c.network), target);
  const skipped = { model: c.model.id, device: c.device.id, engine, width: c.width.label };
  if (!support.supported) {
    return { skipped: { ...skipped, reason: support.reason, fallback: support.fallback } };
  }
  const made = costedOutcome(request, c, chip, engine, cache);
  if ('row' in made) return made;
  const [reason = 'Its code does not run on this core.'] = made.reasons;
  return { skipped: { ...skipped, reason, fallback: null } };
};

/** `cache` remembers what cells share. Throws what costing throws. */
export const outcomeOf = (request: PredictRequest, cell: Cell, cache: CostCache): Outcome => {
  const { engine, device } = cell;
  const { chip } = device;
  const c = combinationOf(request, cell, cache);
  const refused = (...reasons: readonly string[]) => refusedRow(c, request, reasons);
  if (chip === null && c.beside.length > 0) {
    const row = refused('Nothing is known of several models on it at once.');
    return { row: { ...row, confidence: 'evidence' } };
  }
  if (chip === null) return { row: evidenceRow(c, request) };
  if (engine === null) {
    return { row: refused('A pipeline needs two audio cores; this device has one.') };
  }
  if (c.requestedEngine === 'all') return oneOfAll(request, c, chip, engine, cache);
  const made = costedOutcome(request, c, chip, engine, cache);
  if ('row' in made) return made;
  return { row: refused('No engine of this device takes the model.', ...made.reasons) };
};
