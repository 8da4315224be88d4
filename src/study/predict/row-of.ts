/** Makes the rows of a prediction: from a priced point, from evidence, or from a refusal. */
import { audioClusterOf } from '../../device/audio-cluster.ts';
import type { DeviceProfile } from '../../device/profile.ts';
import type { CoreProfile } from '../../machine/pipeline/core-profile.ts';
import type { Model, Width } from '../../nam/model.ts';
import type { Network } from '../../nam/network.ts';
import { scaleRange } from '../../units/range.ts';
import { remember } from '../../units/remember.ts';
import type { MeasuredArguments } from '../cost/measured-arguments.ts';
import type { Priced } from '../cost/price.ts';
import { loadOf, timeBudgetOf } from '../cost/time-budget.ts';
import { verdictByEvidence } from './evidence.ts';
import { mixOf } from './instruction-mix.ts';
import { familyOf } from './model-family.ts';
import { reasonsFor } from './reasons.ts';
import type { PredictRow } from './row.ts';
import { confidenceOf, type MeasuredPair, verdictOf } from './verdict.ts';

/** A number of this profile was fitted to measurements. */
const hasFitted = (node: unknown): boolean =>
  typeof node === 'object' &&
  node !== null &&
  (('kind' in node && node.kind === 'fitted') || Object.values(node).some(hasFitted));

const fittedProfiles = new WeakMap<object, boolean>();
const isFitted = (profile: object): boolean => remember(fittedProfiles, profile, hasFitted);

/** What rows need of a request. */
export interface RowContext {
  readonly coreOf: (id: string) => CoreProfile;
  readonly measured?: readonly MeasuredPair[] | undefined;
  readonly splitAfterLayers?: number | undefined;
  readonly fidelity?: ((model: Model, width: Width) => number | null) | undefined;
  readonly arguments?: ((model: Model, width: Width) => MeasuredArguments | null) | undefined;
}

/** One row to be. */
export interface Combination {
  readonly model: Model;
  readonly width: Width;
  readonly network: Network;
  readonly device: DeviceProfile;
  readonly blockFrames: number;
  readonly sampleRateHz: number;
  readonly copies: number;
  readonly requestedEngine: string;
}

const baseOf = (c: Combination, context: RowContext) =>
  ({
    model: c.model.id,
    modelPath: c.model.origin,
    device: c.device.id,
    deviceName: c.device.name,
    requestedEngine: c.requestedEngine,
    blockFrames: c.blockFrames,
    sampleRateHz: c.sampleRateHz,
    copies: c.copies,
    width: c.width,
    fidelity: { esrToFull: context.fidelity?.(c.model, c.width) ?? null },
  }) as const;

/** Everything that needs a chip, for rows that have none. */
const nothingCosted = {
  engine: null,
  core: null,
  clockHz: null,
  cores: 1,
  tanh: null,
  cyclesPerSample: null,
  budgetCyclesPerSample: null,
  instructionsPerSample: null,
  instructionMix: null,
  load: null,
  headroom: null,
  margin: null,
  memoryBytes: null,
  placement: null,
  addedLatencyBlocks: 0,
} as const;

export const evidenceRow = (c: Combination, context: RowContext): PredictRow => ({
  ...baseOf(c, context),
  ...nothingCosted,
  ...verdictByEvidence(c.device.evidence, {
    family: familyOf(c.network),
    macsPerSample: c.width.macsPerSample,
    weights: c.width.weights,
    copies: c.copies,
  }),
  confidence: 'evidence',
});

export const costedRow = (c: Combination, context: RowContext, priced: Priced): PredictRow => {
  const { chip } = c.device;
  // Callers come here with a chip only.
  if (chip === null) return evidenceRow(c, context);
  const { cost } = priced;
  const cluster = audioClusterOf(chip);
  const budget = timeBudgetOf(chip, c.blockFrames, c.sampleRateHz);
  const load = loadOf(cost.total, budget);
  const margin = chip.host.marginShare.value;
  const mix = mixOf(cost);
  const pair = { core: cluster.coreId, engine: priced.engine.id };
  const core = context.coreOf(cluster.coreId);
  return {
    ...baseOf(c, context),
    engine: priced.engine.id,
    core: cluster.coreId,
    clockHz: cluster.clockHz.value,
    cores: priced.cores,
    tanh: priced.tanh,
    cyclesPerSample: scaleRange(cost.total, 1 / c.blockFrames),
    budgetCyclesPerSample: budget.cyclesPerBlock.expected / c.blockFrames,
    instructionsPerSample: cost.summary.instructions / c.blockFrames,
    instructionMix: mix,
    load,
    headroom: 1 - load.expected,
    margin,
    verdict: verdictOf({ load: load.expected, margin, memoryFits: priced.room.fits }),
    memoryBytes: priced.bytes,
    placement: cost.placement,
    confidence: confidenceOf(pair, context.measured ?? [], isFitted(chip) || isFitted(core)),
    reasons: reasonsFor({
      device: c.device,
      priced,
      width: c.width,
      budget,
      load,
      blockFrames: c.blockFrames,
      copies: c.copies,
      splitAfterLayers: context.splitAfterLayers,
      margin,
      measuredOn: context.arguments?.(c.model, c.width)?.source ?? null,
    }),
    addedLatencyBlocks: context.splitAfterLayers === undefined ? 0 : 1,
  };
};

/** A device with a chip that cannot run the combination at all, for reasons other than its speed. */
export const refusedRow = (
  c: Combination,
  context: RowContext,
  reasons: readonly string[],
): PredictRow => ({
  ...baseOf(c, context),
  ...nothingCosted,
  verdict: 'unknown',
  confidence: 'estimated',
  reasons,
});
