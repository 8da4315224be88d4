/** Makes the rows of a prediction: from a costed point, from evidence, or from a refusal. */
import { audioClusterOf } from '../../device/audio-cluster.ts';
import { type ChipProfile, convolverOf, type DeviceProfile } from '../../device/profile.ts';
import { instructionClasses } from '../../kernel/instruction-class.ts';
import type { BlockCost } from '../../machine/cost.ts';
import type { Model, Width } from '../../nam/model.ts';
import { type Figure, figuresBelow } from '../../units/figure.ts';
import { memoize } from '../../units/memoize.ts';
import { scaleRange } from '../../units/range.ts';
import type { CostedPoint } from '../cost/cost-point.ts';
import { type Rates, ratesOf, resampledBy, resamplerText } from '../cost/resampling.ts';
import { loadOf, timeBudgetOf } from '../cost/time-budget.ts';
import {
  measuredKindOf,
  nothingMeasured,
  placementKind,
  type Trust,
  trustIn,
} from './confidence.ts';
import { type EvidenceVerdict, familyOf, takesNoneText, verdictByEvidence } from './evidence.ts';
import { clockLeft, followedSpread } from './governor.ts';
import { reasonsFor } from './reasons.ts';
import type { Beside, Combination, RowContext } from './request.ts';
import type { CountedContext, InstructionMix, PredictRow, Verdict } from './row.ts';
import {
  chanceWithin,
  spreadFigures,
  spreadOfCost,
  spreadOfLoad,
  sureFrom,
  withInterval,
} from './spread.ts';
import { verdictOf } from './verdict.ts';

const fittedProfiles = new WeakMap<object, boolean>();
/** A number of this profile was fitted to measurements; one ratio of a C library says nothing of the pipeline. */
const isFitted = (profile: object): boolean =>
  memoize(fittedProfiles, profile, () =>
    figuresBelow(profile).some(
      ({ path, figure }) => figure.kind === 'fitted' && path !== 'libraryShare',
    ),
  );

/** Executed instructions in the few classes that a row shows, by the names of theirs; what none of them fits is `other`. */
const kinds: readonly (readonly [RegExp, keyof InstructionMix])[] = [
  [/_fma$/, 'fma'],
  [/^load_/, 'load'],
  [/^store_/, 'store'],
  [/^(int|it)$/, 'int'],
  [/^branch$/, 'branch'],
];
const mixClasses = instructionClasses.map(
  (name) => [name, kinds.find(([names]) => names.test(name))?.[1] ?? 'other'] as const,
);

/** Per sample, from counts per block. A call is one of the branches that were counted. */
const mixOf = ({ summary, blockFrames }: BlockCost): InstructionMix => {
  const mix = { fma: 0, load: 0, store: 0, int: 0, branch: 0, call: 0, other: 0 };
  for (const [name, kind] of mixClasses) mix[kind] += summary.counts[name] / blockFrames;
  const call = summary.calls / blockFrames;
  return { ...mix, branch: mix.branch - call, call };
};

const graphOf = ({ host }: ChipProfile): string | null => {
  const part = ({ value }: Figure, scale: number, unit: string): string[] =>
    value > 0 ? [`${Number((scale * value).toPrecision(2))} ${unit}`] : [];
  const share = part(host.reserveShare, 100, '% of a core');
  return [...share, ...part(host.secondsPerBlock, 1e6, 'us a block')].join(' and ') || null;
};

/** What stands around the kernel, in words. `resample`: false where the model was asked to run at the session's rate. */
const contextOf = (
  chip: ChipProfile,
  { tanh, choice }: CostedPoint,
  rates: Rates,
  resample: boolean | undefined,
): CountedContext => ({
  governor: chip.dvfs?.governor.value ?? null,
  graph: graphOf(chip),
  resampler: resamplerText(chip, rates, resample),
  convolver: convolverOf(chip),
  tanh,
  engineBecause: choice.reasons.join(' ') || null,
});

/** One model, or the models that run together as they are written: MODEL:WIDTH+MODEL:WIDTH. */
export const whatRuns = ({ model, width, beside }: Beside & Pick<Combination, 'beside'>) => {
  if (beside.length === 0) return { model: model.id, modelPath: model.origin, width };
  const all = [{ model, width }, ...beside];
  const sum = (of: (width: Width) => number) =>
    all.reduce((total, one) => total + of(one.width), 0);
  const written = (of: (model: Model) => string): string =>
    all.map((one) => `${of(one.model)}:${one.width.label}`).join('+');
  return {
    model: written(({ id }) => id),
    modelPath: written(({ origin }) => origin),
    width: {
      label: all.map((one) => one.width.label).join('+'),
      ratio: null,
      channels: all.flatMap((one) => one.width.channels),
      weights: sum(({ weights }) => weights),
      macsPerSample: sum(({ macsPerSample }) => macsPerSample),
      whatIf: all.some((one) => one.width.whatIf),
    },
  };
};

const baseOf = (c: Combination, { pathOf, fidelity }: RowContext) => {
  const { device, profile = device, requestedEngine, blockFrames, sampleRateHz, copies } = c;
  const { width, ...names } = whatRuns(c);
  return {
    ...names,
    device: device.id,
    devicePath: pathOf?.(profile) ?? null,
    deviceName: device.name,
    tier: device.tier,
    ...{ requestedEngine, blockFrames, sampleRateHz, copies, width },
    fidelity: { esrToFull: fidelity?.(c.model, c.width) ?? null },
  };
};

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
  arrangement: null,
  addedLatencyBlocks: 0,
} as const;

const unjudged = { verdict: 'unknown', chance: null, sure: false } as const;

/** What products are known to do is sure; what nobody knows has no chance. */
const chanceOfKnown: Readonly<Partial<Record<Verdict, number>>> = { fits: 1, over: 0 };

/** Of the machine at hand, where nothing describes it, nothing is known. */
const knownOf = (c: Combination): EvidenceVerdict => {
  const { device, network, width, copies, blockFrames } = c;
  const { tier, notes = [], evidence } = device;
  if (tier === 'host') return { verdict: 'unknown', reasons: notes };
  const { macsPerSample, weights } = width;
  const family = familyOf(network);
  return verdictByEvidence(evidence, { family, macsPerSample, weights, copies, blockFrames });
};

export const evidenceRow = (c: Combination, context: RowContext): PredictRow => {
  const known = knownOf(c);
  const chance = chanceOfKnown[known.verdict] ?? null;
  const certainty = { chance, sure: chance === 1, confidence: 'evidence' } as const;
  return { ...baseOf(c, context), ...nothingCosted, ...known, ...certainty };
};

const trusts = ['validated', 'fitted', 'estimated'];

/** That in the least known of the engines that run. */
const trustOf = (
  c: Combination,
  chip: ChipProfile,
  { engine: { id }, others, room }: CostedPoint,
  { measured = nothingMeasured, coreOf, resample, oversample }: RowContext,
): Trust => {
  const rates = ratesOf(c.model, c.sampleRateHz, oversample);
  const placement = placementKind(chip, room.placement);
  const around = { placement, resampled: resampledBy(chip, rates, resample) !== null };
  const shipped = measured.shipped?.(c.profile ?? c.device) ?? true;
  const hasFitted = isFitted(chip) || isFitted(coreOf(audioClusterOf(chip).coreId));
  return [id, ...others]
    .map((engine) => {
      const row = { ...measuredKindOf({ engine, clockHz: null }, chip), ...around };
      return trustIn({ row, shipped, hasFitted }, measured.kinds);
    })
    .reduce((a, b) => (trusts.indexOf(b.confidence) > trusts.indexOf(a.confidence) ? b : a));
};

const percent = (share: number): string => `${Math.round(100 * share)} %`;

/** A product with a known chip that takes no .nam: the figure is what a good engine could reach there. */
const takesNone = (row: PredictRow, { evidence }: DeviceProfile): PredictRow => {
  const none = takesNoneText(evidence);
  if (none === null || row.load === null) return row;
  const { expected, low, high } = row.load;
  const reasons = [
    none,
    `An engine as good as ${row.engine} could reach ${percent(expected)} (${percent(low)} to ${percent(high)}) of a core there.`,
    ...row.reasons,
  ];
  return { ...row, ...unjudged, confidence: 'evidence', reasons };
};

export const costedRow = (c: Combination, context: RowContext, costed: CostedPoint): PredictRow =>
  takesNone(rowOfCost(c, context, costed), c.device);

const rowOfCost = (c: Combination, context: RowContext, costed: CostedPoint): PredictRow => {
  const { chip } = c.device;
  // Callers come here with a chip only.
  if (chip === null) return evidenceRow(c, context);
  const { cost } = costed;
  const cluster = audioClusterOf(chip);
  const budget = timeBudgetOf(chip, c.blockFrames, c.sampleRateHz);
  const load = loadOf(cost.total, budget);
  const margin = chip.host.marginShare.value;
  const trust = trustOf(c, chip, costed, context);
  const spread = spreadOfCost(cost, trust.confidence, spreadFigures);
  const rates = ratesOf(c.model, c.sampleRateHz, context.oversample);
  const ofLoad = spreadOfLoad(spread, chip, c.blockFrames, c.sampleRateHz);
  const governed = c.profile?.chip ?? chip;
  // What a governor still has to give is no risk.
  const atLimit = load.expected / clockLeft(governed, cluster.clockHz.value, 1 - margin);
  const chance = costed.room.fits ? chanceWithin(1 - margin, atLimit, ofLoad) : 0;
  const followed =
    chip === governed ? ofLoad : followedSpread(governed, cost.total.expected, c, ofLoad);
  const resampled = resampledBy(chip, rates, context.resample) !== null;
  const measuredOn = context.arguments?.(c.model, c.width)?.source ?? null;
  const { splitAfterLayers } = context;
  const row = { ...c, costed, budget, load, rates, margin };
  const stated = { ...row, resampled, splitAfterLayers, measuredOn };
  return {
    ...baseOf(c, context),
    engine: [costed.engine.id, ...costed.others].join('+'),
    core: cluster.coreId,
    clockHz: cluster.clockHz.value,
    cores: costed.cores,
    tanh: costed.tanh,
    cyclesPerSample: withInterval(scaleRange(cost.total, 1 / c.blockFrames), spread),
    budgetCyclesPerSample: budget.cyclesPerBlock.expected / c.blockFrames,
    instructionsPerSample: cost.summary.instructions / c.blockFrames,
    instructionMix: mixOf(cost),
    load: withInterval(load, followed),
    headroom: 1 - load.expected,
    margin,
    verdict: verdictOf({ load: load.expected, margin, memoryFits: costed.room.fits }),
    chance,
    sure: chance >= sureFrom,
    context: contextOf(chip, costed, rates, context.resample),
    memoryBytes: costed.bytes,
    placement: cost.placement,
    confidence: trust.confidence,
    reasons: [...reasonsFor(stated), ...trust.reasons],
    arrangement: null,
    addedLatencyBlocks: splitAfterLayers === undefined ? 0 : 1,
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
  ...unjudged,
  confidence: 'estimated',
  reasons,
});
