/** A model at its own rate within a session of another: what its player hands it, and what the resampler costs. */
import { usualRateHz } from '../../audio/signal-sound.ts';
import type { ChipProfile } from '../../device/profile.ts';
import { latencyFrames, modelBlocks, readBehind } from '../../engine/resampler/lanczos.ts';
import { lowerLanczos } from '../../engine/resampler/lower.ts';
import { lowerSpeex, speexLatency } from '../../engine/speex/lower.ts';
import { addCounts, noCounts } from '../../kernel/instruction-class.ts';
import type { Lowered, Target } from '../../kernel/lowered.ts';
import type { BlockCost, StepCost } from '../../machine/cost.ts';
import type { Model } from '../../nam/model.ts';
import { hertz } from '../../units/number-text.ts';
import { addRanges, exactly, type Range, scaleRange } from '../../units/range.ts';

export interface Rates {
  readonly sessionHz: number;
  /** What the model runs at: its own rate, or a multiple of it. */
  readonly modelHz: number;
  /** How many times its own rate; the filters around it are then there whatever the player does. @default 1 */
  readonly oversample?: number | undefined;
  /** What stands between the two. @default lanczos */
  readonly by?: 'lanczos' | 'speex' | undefined;
}

/** `ahead`: frames of the session that the model has been given when the first block comes. */
const resamplers = {
  lanczos: {
    name: 'Lanczos of 24 taps',
    sound: '',
    lower: lowerLanczos,
    latency: latencyFrames,
    ahead: (sessionHz: number, modelHz: number) => latencyFrames(sessionHz, modelHz) - readBehind,
  },
  speex: {
    name: 'SpeexDSP of quality 5',
    sound: '; a run sounds as by Lanczos',
    lower: lowerSpeex,
    latency: speexLatency,
    ahead: () => 0,
  },
} as const;

const resamplerOf = ({ by = 'lanczos' }: Rates) => resamplers[by];

/** What the resamplers on both sides of a model delay the sound by, in frames of the session. */
export const latencyOf = (rates: Rates): number =>
  resamplerOf(rates).latency(rates.sessionHz, rates.modelHz);

/** Frames that the model gets in each of the blocks after which they repeat. */
export const blocksOf = (rates: Rates, blockFrames: number): readonly number[] => {
  const { sessionHz, modelHz } = rates;
  const ahead = resamplerOf(rates).ahead(sessionHz, modelHz);
  return modelBlocks(sessionHz, modelHz, blockFrames, ahead);
};

/** Of a file that does not say it, what NAM's plug-in takes it for. */
export const ratesOf = ({ metadata }: Model, sessionHz: number, oversample = 1): Rates => ({
  sessionHz,
  modelHz: oversample * Math.round(metadata.sampleRateHz ?? usualRateHz),
  oversample,
});

/** The rates where a resampler stands between them; null where the model runs at the session's. */
export const resampledBy = ({ audio }: ChipProfile, rates: Rates, wanted = true): Rates | null => {
  const player = wanted ? (audio.resampler?.value ?? 'none') : 'none';
  // Filters around a multiple of the rate are there whatever the player does.
  const by = (rates.oversample ?? 1) > 1 ? 'lanczos' : player;
  return by === 'none' || rates.sessionHz === rates.modelHz ? null : { ...rates, by };
};

/** Which resampler stands around the model, or why none does. */
export const resamplerText = (chip: ChipProfile, rates: Rates, wanted = true): string => {
  const { sessionHz, modelHz, oversample = 1 } = rates;
  if (sessionHz === modelHz) return `none: the session is at the model's ${hertz(modelHz)}`;
  const { resampler } = chip.audio;
  const resampled = resampledBy(chip, rates, wanted);
  if (resampled !== null) {
    const { name, sound } = resamplerOf(resampled);
    const why =
      oversample > 1 ? `asked for: ${oversample} times the model's rate` : resampler?.source;
    return `${name}, ${hertz(sessionHz)} to ${hertz(modelHz)} and back, ${latencyOf(resampled)} frames of latency (${why})${sound}`;
  }
  if (!wanted) return `none was asked for: the model runs at ${hertz(sessionHz)}`;
  return `none: ${resampler === undefined ? 'the profile names none' : `the player has none (${resampler.source})`}; the model runs at ${hertz(sessionHz)}`;
};

/** A length of the model's block, and the share of all blocks that have it. */
export interface ModelBlock {
  readonly frames: number;
  readonly share: number;
}

/** What the model gets in blocks of the session, the longest first. */
export const modelBlocksOf = (rates: Rates | null, blockFrames: number): readonly ModelBlock[] => {
  if (rates === null) return [{ frames: blockFrames, share: 1 }];
  const blocks = blocksOf(rates, blockFrames);
  return [...new Set(blocks)]
    .sort((a, b) => b - a)
    .map((frames) => ({
      frames,
      share: blocks.filter((other) => other === frames).length / blocks.length,
    }));
};

/**
 * The programs of one block on each core, in the order in which they run: the resampler's halves around the
 * model's parts. A block that hands on no frame has no parts.
 */
export const chainsOf = (
  rates: Rates,
  blockFrames: number,
  modelFrames: number,
  parts: readonly Lowered[],
  target: Target,
): readonly Lowered[][] => {
  const { sessionHz, modelHz } = rates;
  const { lower } = resamplerOf(rates);
  const into = lower(sessionHz, modelHz, blockFrames, modelFrames, target);
  const out = lower(modelHz, sessionHz, Math.max(1, modelFrames), blockFrames, target);
  if (parts.length === 0) return [[into, out]];
  return parts.map((part, i) => [
    ...(i === 0 ? [into] : []),
    part,
    ...(i === parts.length - 1 ? [out] : []),
  ]);
};

type Numbers = Readonly<Record<string, number>>;

const scaledStep = (step: StepCost, share: number): StepCost => {
  const scaled = <T extends Numbers>(numbers: T): T =>
    Object.fromEntries(Object.entries(numbers).map(([name, n]) => [name, n * share])) as T;
  return {
    ...step,
    perBlock: step.perBlock * share,
    cycles: scaleRange(step.cycles, share),
    pipeline: scaleRange(step.pipeline, share),
    memory: scaled(step.memory),
    counts: scaled(step.counts),
    instructions: step.instructions * share,
    calls: step.calls * share,
    causes: scaled(step.causes),
  };
};

/** The mean over blocks of several lengths, the longest first: the worst is that one's. `placement`: the model's. */
export const meanCost = (
  parts: readonly { readonly cost: BlockCost; readonly share: number }[],
  placement: string,
): BlockCost => {
  const mean = (of: (cost: BlockCost) => number): number =>
    parts.reduce((sum, { cost, share }) => sum + share * of(cost), 0);
  const means = <T extends Numbers>(of: (cost: BlockCost) => T): T => {
    const names = new Set(parts.flatMap(({ cost }) => Object.keys(of(cost))));
    return Object.fromEntries([...names].map((name) => [name, mean((c) => of(c)[name] ?? 0)])) as T;
  };
  const range = (of: (cost: BlockCost) => Range): Range =>
    parts.reduce((sum, { cost, share }) => addRanges(sum, scaleRange(of(cost), share)), exactly(0));
  const counts = noCounts();
  for (const { cost, share } of parts) addCounts(counts, cost.summary.counts, share);
  const most = (of: (cost: BlockCost) => number) => Math.max(...parts.map(({ cost }) => of(cost)));
  return {
    blockFrames: most((c) => c.blockFrames),
    total: { ...range((c) => c.total), worst: most((c) => c.total.worst) },
    warm: range((c) => c.warm),
    summary: {
      instructions: mean((c) => c.summary.instructions),
      calls: mean((c) => c.summary.calls),
      counts,
      causes: means((c) => c.summary.causes),
      kinds: means((c) => c.summary.kinds),
      layers: means((c) => c.summary.layers),
      memory: means((c) => c.summary.memory),
    },
    bytes: {
      weights: most((c) => c.bytes.weights),
      history: most((c) => c.bytes.history),
      scratch: most((c) => c.bytes.scratch),
      code: most((c) => c.bytes.code),
    },
    placement,
    get steps() {
      return parts.flatMap(({ cost, share }) => cost.steps.map((step) => scaledStep(step, share)));
    },
  };
};
