/** Why a row says what it says, in the sentences an engineer would use. */
import { audioClusterOf } from '../../device/audio-cluster.ts';
import { findKnownModel } from '../../device/known-models.ts';
import type { BlockCost, StepCost } from '../../machine/cost.ts';
import type { Figure } from '../../units/figure.ts';
import type { Range } from '../../units/range.ts';
import type { Priced } from '../cost/price.ts';
import { modelBlocksOf, type Rates } from '../cost/resampling.ts';
import type { TimeBudget } from '../cost/time-budget.ts';
import type { Combination } from './request.ts';

const percent = (share: number): string => `${(100 * share).toFixed(share < 0.1 ? 1 : 0)} %`;
const times = (factor: number): string => `${Number(factor.toPrecision(3))} times`;
const megahertz = (hertz: number): string => `${Math.round(hertz / 1e6)} MHz`;

const causeNames: Readonly<Record<keyof StepCost['causes'], string>> = {
  arithmetic: 'the floating-point units',
  loadStore: 'loads and stores',
  latency: 'waiting for results',
  frontEnd: 'issue, integer and branch instructions',
  mispredict: 'mispredicted branches',
  calls: 'library functions',
};

/** The largest first. */
const sorted = (sums: Readonly<Record<string, number>>): [string, number][] =>
  Object.entries(sums).sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));

/** What takes the cycles: the largest kind of work, the largest cause, and memory where it matters. */
const whereCyclesGo = (cost: BlockCost): string[] => {
  const total = cost.total.expected;
  if (total <= 0) return [];
  const { kinds, causes, memory } = cost.summary;
  const [kind] = sorted(kinds);
  const names = Object.keys(causeNames) as (keyof typeof causeNames)[];
  const cause = names.reduce((most, name) => (causes[name] > causes[most] ? name : most));
  return [
    ...(kind === undefined || causes[cause] <= 0
      ? []
      : [
          `The largest share of the cycles, ${percent(kind[1] / total)}, goes to ${kind[0]}; the first limit is ${causeNames[cause]} (${percent(causes[cause] / total)}).`,
        ]),
    ...Object.entries(memory)
      .filter(([, cycles]) => cycles > 0.02 * total)
      .map(([level, cycles]) => `Waiting for ${level} takes ${percent(cycles / total)}.`),
  ];
};

const interval = (figure: Figure): boolean =>
  (figure.high ?? figure.value) / (figure.low ?? figure.value) > 1.01;

export interface ReasonInput
  extends Pick<Combination, 'device' | 'width' | 'blockFrames' | 'copies'> {
  readonly priced: Priced;
  readonly budget: TimeBudget;
  readonly load: Range;
  readonly rates: Rates;
  readonly resampled: boolean;
  readonly splitAfterLayers: number | undefined;
  readonly margin: number;
  /** The audio that libm's arguments were measured on. */
  readonly measuredOn: string | null;
}

/** Which arguments libm's functions are costed for, where the row calls them. */
const libraryArguments = (cost: BlockCost, measuredOn: string | null): string[] => {
  if (cost.summary.causes.calls <= 0) return [];
  return measuredOn === null
    ? ["The library's tanh and exp are costed for the arguments of a playing A1 network."]
    : [`The library's tanh and exp are costed for the arguments measured on ${measuredOn}.`];
};

/** What a session of another rate than the model's means; nothing where they are the same. */
const ratesDiffer = ({ rates, resampled, blockFrames, priced }: ReasonInput): string[] => {
  const { sessionHz, modelHz } = rates;
  if (sessionHz === modelHz) return [];
  if (!resampled) {
    return [
      `The model is of ${modelHz} Hz and runs at the session's ${sessionHz} Hz, because nothing resamples: a second takes ${times(sessionHz / modelHz)} the samples, and what it does at 1000 Hz is heard at ${Math.round((1000 * sessionHz) / modelHz)} Hz.`,
    ];
  }
  const { total, summary } = priced.cost;
  const frames = modelBlocksOf(rates, blockFrames).map((block) => block.frames);
  const { resampler: own = 0 } = summary.layers;
  return [
    `The session runs at ${sessionHz} Hz and the model at its own ${modelHz} Hz, in blocks of ${frames.join(' or ')} frames; the resampler around it takes ${Math.round(own / blockFrames)} cycles a sample of the session (${percent(own / total.expected)}).`,
  ];
};

export const reasonsFor = (input: ReasonInput): string[] => {
  const { device, priced, budget, load, copies } = input;
  const chip = device.chip;
  if (chip === null) return [];
  const { cost, room, choice } = priced;
  const clock = audioClusterOf(chip).clockHz;
  const kept = 1 - budget.cyclesPerBlock.expected / (budget.periodSeconds * clock.value);
  const reasons = [choice.because, ...room.reasons];
  const samples = cost.blockFrames;
  reasons.push(
    `${Math.round(cost.total.expected / samples)} cycles a sample of ${Math.round(budget.cyclesPerBlock.expected / samples)} that one core at ${megahertz(clock.value)} has for models${kept > 0.001 ? `; the device keeps ${percent(kept)}` : ''}.`,
  );
  reasons.push(
    ...ratesDiffer(input),
    ...whereCyclesGo(cost),
    ...libraryArguments(cost, input.measuredOn),
  );
  if (priced.memory.regions.length === 0) {
    reasons.push(`The working set${copies > 1 ? ' of all copies' : ''} lies in ${cost.placement}.`);
  } else if (room.placement !== null) {
    const { weights, history, code } = room.placement;
    reasons.push(`Weights lie in ${weights}, history in ${history}, code in ${code}.`);
  }
  if (input.splitAfterLayers !== undefined) {
    reasons.push(
      `Two cores work as a pipeline, ${input.splitAfterLayers} layers on the first: the cycles are those of the slower core, and one block of latency is added.`,
    );
  } else if (priced.cores > 1) {
    reasons.push(`${copies} copies run on ${priced.cores} cores and share what these share.`);
  }
  if (interval(clock)) {
    reasons.push(
      `The clock lies between ${megahertz(clock.low ?? clock.value)} and ${megahertz(clock.high ?? clock.value)}${clock.note === undefined ? '' : `: ${clock.note}`}.`,
    );
  }
  if (priced.denormalCycles > 0) {
    reasons.push(
      `Nothing flushes subnormal numbers here: in the worst case, when sound decays into silence, they add ${Math.round(priced.denormalCycles / samples)} cycles a sample (an estimate).`,
    );
  }
  if (load.expected <= 1 && load.worst > 1) {
    reasons.push(
      `In the worst case (cold caches, disturbances, the pessimistic end of every figure) a block takes ${percent(load.worst)} of its time.`,
    );
  } else if (load.expected <= 1 && 1 - load.expected < input.margin) {
    reasons.push(
      `Less than the ${percent(input.margin)} that this device needs to run without dropouts is left.`,
    );
  }
  const allowed = chip.audio.allowedBlockFrames.value;
  if (!allowed.includes(input.blockFrames)) {
    reasons.push(
      `The device itself does not offer blocks of ${input.blockFrames} frames: ${allowed.join(', ')}.`,
    );
  }
  if (input.width.whatIf) {
    reasons.push(
      'Sliced to a width that it was not trained for: its cycles are right, its sound is not meant to be.',
    );
  }
  for (const e of device.evidence) {
    const known = e.model === undefined ? undefined : findKnownModel(e.model);
    if (known === undefined || known.macsPerSample !== input.width.macsPerSample) continue;
    if (known.weights !== input.width.weights) continue;
    if ((e.copies ?? 1) !== copies || (e.engine ?? chip.build.engine.value) !== priced.engine.id)
      continue;
    if ((e.splitAfterLayers ?? 0) !== (input.splitAfterLayers ?? 0)) continue;
    reasons.push(
      `Known: the product ${e.statement === 'runs' ? 'runs' : 'does not run'} this (${e.source}).`,
    );
  }
  return reasons;
};
