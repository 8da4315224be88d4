/** The architectures in the neighbourhood of a network: every combination of a few small changes. */
import type { ArchitectureChange } from '../../nam/edit-wavenet.ts';
import type { Activation, WaveNetNetwork } from '../../nam/network.ts';

export interface Candidate {
  readonly change: ArchitectureChange;
  /** How many steps away from the original, over all axes. */
  readonly steps: number;
}

/** The ways along one axis, each with how far it goes from what is there: nothing, then what is listed. */
type Options = readonly Candidate[];

/** @param first steps of the first change; each further one is a step more */
const optional = (changes: readonly ArchitectureChange[], first = 1): Options => [
  { change: {}, steps: 0 },
  ...changes.map((change, i) => ({ change, steps: first + i })),
];

const product = <T>(lists: readonly (readonly T[])[]): readonly (readonly T[])[] =>
  lists.reduce<readonly (readonly T[])[]>(
    (tuples, list) => tuples.flatMap((tuple) => list.map((item) => [...tuple, item])),
    [[]],
  );

const sum = (counts: readonly number[]): number => counts.reduce((all, n) => all + n, 0);

const upTo = (count: number) => Array.from({ length: Math.max(0, count) + 1 }, (_, i) => i);

/** Every combination of so many fewer in each array. */
const fewerInEach = (
  choices: readonly (readonly number[])[],
  changeOf: (less: readonly number[]) => ArchitectureChange,
): Options =>
  product(choices).map((less) => {
    const steps = sum(less);
    return { change: steps === 0 ? {} : changeOf(less), steps };
  });

/** Up to this many channels fewer in each array. */
const channelSteps = 6;
const droppedSteps = 4;

const channelOptions = ({ arrays }: WaveNetNetwork): Options =>
  fewerInEach(
    arrays.map(({ channels }) => upTo(Math.min(channelSteps, channels - 1))),
    (less) => ({ channels: arrays.map(({ channels }, i) => channels - (less[i] ?? 0)) }),
  );

const dropOptions = ({ arrays }: WaveNetNetwork): Options =>
  fewerInEach(
    arrays.map(({ layers }) => upTo(Math.min(droppedSteps, layers.length - 1))),
    (dropped) => ({ dropped }),
  );

const kernelOptions = ({ arrays }: WaveNetNetwork): Options => {
  const all = arrays.flatMap(({ layers }) => layers.map(({ conv }) => conv.kernelSize));
  const sizes = [...new Set(all)].sort((a, b) => b - a);
  const [largest = 1, second = largest] = sizes;
  const less = upTo(Math.min(3, (sizes.at(-1) ?? 1) - 2)).slice(1);
  // Only where some kernels stand out: cut those towards the others.
  const caps = upTo(largest - second)
    .filter((cut) => cut > 0 && (cut % 3 === 0 || cut === largest - second))
    .map((cut): Candidate => ({ change: { kernelCap: largest - cut }, steps: cut / 3 }));
  return [...optional(less.map((kernelLess) => ({ kernelLess }))), ...caps];
};

/** Half the way between taps: half the history, and nearly half the receptive field. */
const dilationOptions = ({ arrays }: WaveNetNetwork): Options => {
  const isDilated = arrays.some(({ layers }) => layers.some(({ conv }) => conv.dilation > 1));
  return optional(isDilated ? [{ dilationShare: 0.5 }] : []);
};

const headOptions = ({ arrays }: WaveNetNetwork): Options => {
  const taps = arrays.at(-1)?.headRechannel.kernelSize ?? 1;
  const shorter = [0.75, 0.5, 0.25]
    .map((share) => ({ headKernel: Math.floor(taps * share) }))
    .filter(({ headKernel }) => headKernel >= 1 && headKernel < taps);
  return optional(shorter);
};

/** Cheaper activations than those that need a transcendental function. */
const cheaper: Readonly<Partial<Record<Activation['type'], readonly Activation[]>>> = {
  Tanh: [{ type: 'Hardtanh' }, { type: 'LeakyReLU', negativeSlopes: [Math.fround(0.01)] }],
  Sigmoid: [{ type: 'Hardtanh' }],
  SiLU: [{ type: 'Hardswish' }, { type: 'LeakyReLU', negativeSlopes: [Math.fround(0.01)] }],
};

const activationOf = ({ arrays }: WaveNetNetwork): Activation['type'] =>
  arrays[0]?.layers[0]?.activation.type ?? 'Identity';

const activationOptions = (network: WaveNetNetwork): Options => [
  ...optional([]),
  // None of them is further away than the others.
  ...(cheaper[activationOf(network)] ?? []).map((activation) => ({
    change: { activation },
    steps: 2,
  })),
];

const bottleneckOptions = ({ arrays }: WaveNetNetwork): Options => {
  const [first] = arrays;
  const plain = first?.layers[0]?.layer1x1 != null && first.channels >= 4;
  const shares = arrays.length === 1 && plain ? [0.75, 0.5] : [];
  const narrower = shares.map((bottleneckShare) => ({ bottleneckShare }));
  return optional(narrower, 2);
};

const together = (lists: readonly Options[]): readonly Candidate[] =>
  product(lists).map((options) => ({
    change: Object.assign({}, ...options.map(({ change }) => change)) as ArchitectureChange,
    steps: sum(options.map(({ steps }) => steps)),
  }));

/** In a fixed order, the original first. */
export const candidatesOf = (network: WaveNetNetwork): readonly Candidate[] =>
  together([
    channelOptions(network),
    dropOptions(network),
    kernelOptions(network),
    dilationOptions(network),
    headOptions(network),
    activationOptions(network),
    bottleneckOptions(network),
  ]);

/** Arrays beyond the second keep their layers: the combinations would be too many. */
const droppedArrays = 2;
const droppedShares = [0, 0.2, 0.4, 0.6, 0.8];

/** Every number of channels of the widest array, the others in proportion. */
const farChannelOptions = ({ arrays }: WaveNetNetwork): Options => {
  const counts = arrays.map(({ channels }) => channels);
  const most = Math.max(...counts);
  const lists = upTo(most - 1).flatMap((less) =>
    [Math.floor, Math.ceil].map((round) =>
      counts.map((count) => Math.max(1, round((count * (most - less)) / most))),
    ),
  );
  const distinct = new Map(lists.map((channels) => [channels.join('/'), channels]));
  const total = sum(counts);
  return [...distinct.values()].map((channels) => {
    const steps = total - sum(channels);
    return { change: steps === 0 ? {} : { channels }, steps };
  });
};

const farDropOptions = ({ arrays }: WaveNetNetwork): Options => {
  const choices = arrays.map(({ layers }, i) => {
    const shares = i < droppedArrays ? droppedShares : [0];
    return [...new Set(shares.map((share) => Math.floor(layers.length * share)))];
  });
  return fewerInEach(choices, (dropped) => ({ dropped }));
};

/** Taps twice as far apart win back what fewer layers lose of the receptive field. */
const farDilationOptions = (network: WaveNetNetwork): Options => [
  ...dilationOptions(network),
  { change: { dilationShare: 2 }, steps: 1 },
];

const farActivationOptions = (network: WaveNetNetwork): Options => {
  const near = activationOptions(network);
  return ['ReLU', 'Identity'].includes(activationOf(network))
    ? near
    : [...near, { change: { activation: { type: 'ReLU' } }, steps: 3 }];
};

/** The same axes as far as they go, in larger steps. */
export const farCandidatesOf = (network: WaveNetNetwork): readonly Candidate[] =>
  together([
    farChannelOptions(network),
    farDropOptions(network),
    kernelOptions(network),
    farDilationOptions(network),
    headOptions(network),
    farActivationOptions(network),
    bottleneckOptions(network),
  ]).filter(
    // Without fewer layers there is no field to win back.
    ({ change }) => change.dilationShare !== 2 || change.dropped !== undefined,
  );

const dilationTexts: Readonly<Record<number, string>> = { 0.5: 'halved', 2: 'doubled' };

/** The change as a person would say it. */
export const changeText = (change: ArchitectureChange, { arrays }: WaveNetNetwork): string => {
  const { channels, kernelLess, kernelCap, dilationShare, dropped = [] } = change;
  const { headKernel, activation, bottleneckShare } = change;
  const plural = (count: number, noun: string): string => `${noun}${count > 1 ? 's' : ''}`;
  const parts = [
    channels &&
      `channels ${arrays.map((array) => array.channels).join('/')} -> ${channels.join('/')}`,
    kernelLess && `every kernel ${kernelLess} ${plural(kernelLess, 'tap')} shorter`,
    kernelCap && `kernels of at most ${kernelCap} taps`,
    dilationShare && `dilations ${dilationTexts[dilationShare] ?? `of ${dilationShare * 100} %`}`,
    ...dropped.map((count, i) => {
      const where = arrays.length > 1 ? ` in array ${i}` : '';
      return count > 0 && `${count} ${plural(count, 'layer')} fewer${where}`;
    }),
    headKernel && `head of ${headKernel} taps`,
    activation && `${activation.type} as activation`,
    bottleneckShare && `bottleneck of ${bottleneckShare * 100} %`,
  ];
  return parts.filter((part) => typeof part === 'string').join(', ') || 'no change';
};
