/** Makes the rows of a prediction: from a priced point, from evidence, or from a refusal. */
import { audioClusterOf } from '../../device/audio-cluster.ts';
import type { ChipProfile, DeviceProfile } from '../../device/profile.ts';
import { scaleRange } from '../../units/range.ts';
import { remember } from '../../units/remember.ts';
import type { Priced } from '../cost/price.ts';
import { ratesOf, resampledBy } from '../cost/resampling.ts';
import { loadOf, timeBudgetOf } from '../cost/time-budget.ts';
import { nothingMeasured, placementKind, type Trust, trustIn } from './confidence.ts';
import { contextOf } from './context.ts';
import { type EvidenceVerdict, verdictByEvidence } from './evidence.ts';
import { mixOf } from './instruction-mix.ts';
import { familyOf } from './model-family.ts';
import { reasonsFor } from './reasons.ts';
import type { Combination, RowContext } from './request.ts';
import type { PredictRow, Verdict } from './row.ts';
import { chanceWithin, spreadOfCost, spreadOfLoad, sureFrom, withInterval } from './spread.ts';
import { spreadFigures } from './spread-figures.ts';
import { verdictOf } from './verdict.ts';

/** A number of this profile was fitted to measurements. */
const hasFitted = (node: unknown): boolean =>
  typeof node === 'object' &&
  node !== null &&
  (('kind' in node && node.kind === 'fitted') || Object.values(node).some(hasFitted));

const fittedProfiles = new WeakMap<object, boolean>();
const isFitted = (profile: object): boolean => remember(fittedProfiles, profile, hasFitted);

const baseOf = (c: Combination, context: RowContext) =>
  ({
    model: c.model.id,
    modelPath: c.model.origin,
    device: c.device.id,
    devicePath: context.pathOf?.(c.device) ?? null,
    deviceName: c.device.name,
    tier: c.device.tier,
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
  context: null,
  memoryBytes: null,
  placement: null,
  addedLatencyBlocks: 0,
} as const;

/** What products are known to do is sure; what nobody knows has no chance. */
const chanceOfKnown: Readonly<Partial<Record<Verdict, number>>> = { fits: 1, over: 0 };

/** The machine at hand where nothing describes it. */
const undescribed = ({ tier, notes = [] }: DeviceProfile): EvidenceVerdict | null =>
  tier === 'host' ? { verdict: 'unknown', reasons: notes } : null;

export const evidenceRow = (c: Combination, context: RowContext): PredictRow => {
  const known =
    undescribed(c.device) ??
    verdictByEvidence(c.device.evidence, {
      family: familyOf(c.network),
      macsPerSample: c.width.macsPerSample,
      weights: c.width.weights,
      copies: c.copies,
    });
  const chance = chanceOfKnown[known.verdict] ?? null;
  return {
    ...baseOf(c, context),
    ...nothingCosted,
    ...known,
    chance,
    sure: chance === 1,
    confidence: 'evidence',
  };
};

const trustOf = (
  c: Combination,
  chip: ChipProfile,
  priced: Priced,
  { measured = nothingMeasured, coreOf, resample }: RowContext,
): Trust => {
  const { coreId, clockHz } = audioClusterOf(chip);
  const row = {
    core: coreId,
    engine: priced.engine.id,
    clockHz: clockHz.value,
    placement: placementKind(chip, priced.room.placement),
    fastMath: chip.build.fastMath,
    resampled: resampledBy(chip, ratesOf(c.model, c.sampleRateHz), resample) !== null,
  };
  return trustIn(
    {
      row,
      shipped: measured.shipped?.(c.device) ?? true,
      hasFitted: isFitted(chip) || isFitted(coreOf(coreId)),
    },
    measured.kinds,
  );
};

const percent = (share: number): string => `${Math.round(100 * share)} %`;

/** A product with a known chip that takes no .nam: the figure is what a good engine could reach there. */
const takesNone = (row: PredictRow, { evidence }: DeviceProfile): PredictRow => {
  const none = evidence.find(({ statement }) => statement === 'no-nam');
  if (none === undefined || row.load === null) return row;
  const { expected, low, high } = row.load;
  return {
    ...row,
    verdict: 'unknown',
    chance: null,
    sure: false,
    confidence: 'evidence',
    reasons: [
      `It takes no NAM files (${none.source}).`,
      `An engine as good as ${row.engine} could reach ${percent(expected)} (${percent(low)} to ${percent(high)}) of a core there.`,
      ...row.reasons,
    ],
  };
};

export const costedRow = (c: Combination, context: RowContext, priced: Priced): PredictRow =>
  takesNone(rowOfCost(c, context, priced), c.device);

const rowOfCost = (c: Combination, context: RowContext, priced: Priced): PredictRow => {
  const { chip } = c.device;
  // Callers come here with a chip only.
  if (chip === null) return evidenceRow(c, context);
  const { cost } = priced;
  const cluster = audioClusterOf(chip);
  const budget = timeBudgetOf(chip, c.blockFrames, c.sampleRateHz);
  const load = loadOf(cost.total, budget);
  const margin = chip.host.marginShare.value;
  const mix = mixOf(cost);
  const trust = trustOf(c, chip, priced, context);
  const spread = spreadOfCost(cost, trust.confidence, spreadFigures);
  const rates = ratesOf(c.model, c.sampleRateHz);
  const ofLoad = spreadOfLoad(spread, chip, c.blockFrames, c.sampleRateHz);
  const chance = priced.room.fits ? chanceWithin(1 - margin, load.expected, ofLoad) : 0;
  return {
    ...baseOf(c, context),
    engine: priced.engine.id,
    core: cluster.coreId,
    clockHz: cluster.clockHz.value,
    cores: priced.cores,
    tanh: priced.tanh,
    cyclesPerSample: withInterval(scaleRange(cost.total, 1 / c.blockFrames), spread),
    budgetCyclesPerSample: budget.cyclesPerBlock.expected / c.blockFrames,
    instructionsPerSample: cost.summary.instructions / c.blockFrames,
    instructionMix: mix,
    load: withInterval(load, ofLoad),
    headroom: 1 - load.expected,
    margin,
    verdict: verdictOf({ load: load.expected, margin, memoryFits: priced.room.fits }),
    chance,
    sure: chance >= sureFrom,
    context: contextOf(chip, priced, rates, context.resample),
    memoryBytes: priced.bytes,
    placement: cost.placement,
    confidence: trust.confidence,
    reasons: [
      ...trust.reasons,
      ...reasonsFor({
        ...c,
        priced,
        budget,
        load,
        rates,
        resampled: resampledBy(chip, rates, context.resample) !== null,
        splitAfterLayers: context.splitAfterLayers,
        margin,
        measuredOn: context.arguments?.(c.model, c.width)?.source ?? null,
      }),
    ],
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
  chance: null,
  sure: false,
  confidence: 'estimated',
  reasons,
});
