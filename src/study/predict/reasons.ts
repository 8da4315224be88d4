/** Why a row says what it says, in the sentences an engineer would use. */
import { audioClusterOf } from '../../device/audio-cluster.ts';
import { findKnownModel } from '../../device/known-models.ts';
import type { ChipProfile } from '../../device/profile.ts';
import type { BlockCost, StepCost } from '../../machine/cost.ts';
import type { Figure } from '../../units/figure.ts';
import { grouped, hertz } from '../../units/number-text.ts';
import type { Range } from '../../units/range.ts';
import type { CostedPoint } from '../cost/cost-point.ts';
import { followedFrom } from '../cost/longer-block.ts';
import { modelBlocksOf, type Rates } from '../cost/resampling.ts';
import type { TimeBudget } from '../cost/time-budget.ts';
import type { Combination } from './request.ts';

const percent = (share: number): string => `${(100 * share).toFixed(share < 0.1 ? 1 : 0)} %`;
const times = (factor: number): string => `${Number(factor.toPrecision(3))} times`;

const causeNames: Readonly<Record<keyof StepCost['causes'], string>> = {
  arithmetic: 'the floating-point units',
  loadStore: 'loads and stores',
  latency: 'waiting for results',
  frontEnd: 'issue, integer and branch instructions',
  mispredict: 'mispredicted branches',
  calls: 'library functions',
};

/** False where there is nothing to say. */
type Sentence = string | false;

/** The largest first. */
const sorted = (sums: Readonly<Record<string, number>>): [string, number][] =>
  Object.entries(sums).sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));

/** What takes the cycles: the largest kind of work, the largest cause, and memory where it matters. */
const whereCyclesGo = ({ total, summary }: BlockCost): Sentence[] => {
  const { kinds, causes, memory } = summary;
  const share = (cycles: number): string => percent(cycles / total.expected);
  const [kind] = sorted(kinds);
  const names = Object.keys(causeNames) as (keyof typeof causeNames)[];
  const cause = names.reduce((a, b) => (causes[b] > causes[a] ? b : a));
  if (total.expected <= 0) return [];
  return [
    kind !== undefined &&
      causes[cause] > 0 &&
      `The largest share of the cycles, ${share(kind[1])}, goes to ${kind[0]}; the first limit is ${causeNames[cause]} (${share(causes[cause])}).`,
    ...Object.entries(memory).map(
      ([level, cycles]): Sentence =>
        cycles > 0.02 * total.expected && `Waiting for ${level} takes ${share(cycles)}.`,
    ),
  ];
};

export interface ReasonInput
  extends Pick<Combination, 'device' | 'network' | 'width' | 'blockFrames' | 'copies'> {
  readonly costed: CostedPoint;
  readonly budget: TimeBudget;
  readonly load: Range;
  readonly rates: Rates;
  readonly resampled: boolean;
  readonly splitAfterLayers: number | undefined;
  readonly margin: number;
  /** The audio that libm's arguments were measured on. */
  readonly measuredOn: string | null;
}

/** What a session of another rate than the model's means; nothing where they are the same. */
const ratesDiffer = ({ rates, resampled, blockFrames, costed }: ReasonInput): Sentence => {
  const { sessionHz, modelHz, oversample = 1 } = rates;
  const own = oversample > 1 ? `${oversample} times its own rate,` : 'its own';
  if (sessionHz === modelHz) return false;
  if (!resampled) {
    return `The model is of ${hertz(modelHz)} and runs at the session's ${hertz(sessionHz)}, because nothing resamples: a second takes ${times(sessionHz / modelHz)} the samples, and what it does at 1000 Hz is heard at ${Math.round((1000 * sessionHz) / modelHz)} Hz.`;
  }
  const { total, summary } = costed.cost;
  const frames = modelBlocksOf(rates, blockFrames).map((block) => block.frames);
  const { resampler = 0 } = summary.layers;
  return `The session runs at ${hertz(sessionHz)} and the model at ${own} ${hertz(modelHz)}, in blocks of ${frames.join(' or ')} frames; the resampler around it takes ${grouped(resampler / blockFrames)} cycles a sample of the session (${percent(resampler / total.expected)}).`;
};

const whereItLies = ({ costed: { memory, cost, room }, copies }: ReasonInput): Sentence => {
  if (memory.regions.length === 0) {
    return `The working set${copies > 1 ? ' of all copies' : ''} lies in ${cost.placement}.`;
  }
  if (room.placement === null) return false;
  const { weights, history, code } = room.placement;
  return `Weights lie in ${weights}, history in ${history}, code in ${code}.`;
};

const overCores = ({ splitAfterLayers: split, copies, costed }: ReasonInput): Sentence =>
  split === undefined
    ? costed.cores > 1 &&
      `${copies} copies run on ${costed.cores} cores and share what these share.`
    : `Two cores work as a pipeline, ${split} layers on the first: the cycles are those of the slower core, and one block of latency is added.`;

const howClockVaries = ({ value, low = value, high = value, note }: Figure): Sentence => {
  const because = note === undefined ? '' : `: ${note}`;
  return high / low > 1.01 && `The clock lies between ${hertz(low)} and ${hertz(high)}${because}.`;
};

/** What is short where the expected load fits. */
const whatIsShort = ({ load, margin }: ReasonInput): Sentence => {
  if (load.expected > 1) return false;
  return load.worst > 1
    ? `In the worst case (cold caches, disturbances, the pessimistic end of every figure) a block takes ${percent(load.worst)} of its time.`
    : 1 - load.expected < margin &&
        `Less than the ${percent(margin)} that this device needs to run without dropouts is left.`;
};

/** What is known of the same model on the same product. */
const whatIsKnown = (
  { device, width, copies, costed, splitAfterLayers = 0 }: ReasonInput,
  { build }: ChipProfile,
): Sentence[] =>
  device.evidence.map((e) => {
    const known = e.model === undefined ? undefined : findKnownModel(e.model);
    const isSame =
      known?.macsPerSample === width.macsPerSample &&
      known.weights === width.weights &&
      (e.copies ?? 1) === copies &&
      (e.engine ?? build.engine.value) === costed.engine.id &&
      (e.splitAfterLayers ?? 0) === splitAfterLayers;
    const does = e.statement === 'runs' ? 'runs' : 'does not run';
    const what = e.note === undefined ? 'this' : `this: ${e.note}`;
    return isSame && `Known: the product ${does} ${what} (${e.source}).`;
  });

export const reasonsFor = (input: ReasonInput): string[] => {
  const { device, costed, budget, blockFrames, measuredOn } = input;
  const { chip } = device;
  if (chip === null) return [];
  const { cost, room, choice, denormalCycles } = costed;
  const clock = audioClusterOf(chip).clockHz;
  const available = budget.cyclesPerBlock.expected;
  const kept = 1 - available / (budget.periodSeconds * clock.value);
  const aSample = (cycles: number): string => grouped(cycles / cost.blockFrames);
  const shown = `, so that JACK's display shows ${percent(Math.min(1, kept + (1 - kept) * input.load.expected))}`;
  const shows = chip.audio.stack === 'jack' && costed.cores === 1 ? shown : '';
  const keeps = kept > 0.001 ? `; the device keeps ${percent(kept)}${shows}` : '';
  const argued = measuredOn === null ? 'of a playing A1 network' : `measured on ${measuredOn}`;
  const allowed = chip.audio.allowedBlockFrames.value;
  // What decides the verdict goes first, then what is known of it, then where the cycles go and why so many.
  const sentences: readonly Sentence[] = [
    ...(room.fits ? [] : room.reasons),
    whatIsShort(input),
    `${aSample(cost.total.expected)} cycles a sample of ${aSample(available)} that one core at ${hertz(clock.value)} has for models${keeps}.`,
    ...whatIsKnown(input, chip),
    device.player ?? false,
    input.width.whatIf &&
      'Sliced to a width that it was not trained for: its cycles are right, its sound is not meant to be.',
    !allowed.includes(blockFrames) &&
      `The device itself does not offer blocks of ${blockFrames} frames: ${allowed.join(', ')}.`,
    ratesDiffer(input),
    overCores(input),
    ...whereCyclesGo(cost),
    choice.because,
    howClockVaries(clock),
    whereItLies(input),
    ...(room.fits ? room.reasons : []),
    input.rates.sessionHz === input.rates.modelHz &&
      followedFrom(input.network, blockFrames) !== null &&
      `A block of ${blockFrames} frames follows from two shorter ones: each frame of an LSTM comes back to the same lines and adds the same.`,
    cost.summary.causes.calls > 0 &&
      `The library's tanh and exp are costed for the arguments ${argued}.`,
    denormalCycles > 0 &&
      `Nothing flushes subnormal numbers here: in the worst case, when sound decays into silence, they add ${aSample(denormalCycles)} cycles a sample (an estimate).`,
  ];
  return sentences.filter((sentence) => sentence !== false);
};
