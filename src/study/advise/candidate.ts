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

const unchanged: Candidate = { change: {}, steps: 0 };

/** @param steps of the change at a place in the list */
const optional = (
  changes: readonly ArchitectureChange[],
  steps: (index: number) => number,
): Options => [unchanged, ...changes.map((change, i) => ({ change, steps: steps(i) }))];

const product = <T>(lists: readonly (readonly T[])[]): readonly (readonly T[])[] =>
  lists.reduce<readonly (readonly T[])[]>(
    (tuples, list) => tuples.flatMap((tuple) => list.map((item) => [...tuple, item])),
    [[]],
  );

const upTo = (count: number): number[] =>
  Array.from({ length: Math.max(0, count) + 1 }, (_, i) => i);

/** Every combination of so many fewer in each array. */
const fewerInEach = (
  choices: readonly (readonly number[])[],
  changeOf: (less: readonly number[]) => ArchitectureChange,
): Options =>
  product(choices).map((less) => {
    const steps = less.reduce((sum, n) => sum + n, 0);
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
  const shorter = upTo(Math.min(3, (sizes.at(-1) ?? 1) - 2)).map(
    (kernelLess): Candidate => ({ change: { kernelLess }, steps: kernelLess }),
  );
  // Only where some kernels stand out: cut those towards the others.
  const caps = upTo(largest - second)
    .filter((cut) => cut > 0 && (cut % 3 === 0 || cut === largest - second))
    .map((cut): Candidate => ({ change: { kernelCap: largest - cut }, steps: cut / 3 }));
  return [unchanged, ...shorter.slice(1), ...caps];
};

/** Half the way between taps: half the history, and nearly half the receptive field. */
const dilationOptions = ({ arrays }: WaveNetNetwork): Options => {
  const isDilated = arrays.some(({ layers }) => layers.some(({ conv }) => conv.dilation > 1));
  return optional(isDilated ? [{ dilationShare: 0.5 }] : [], () => 1);
};

const headOptions = ({ arrays }: WaveNetNetwork): Options => {
  const taps = arrays.at(-1)?.headRechannel.kernelSize ?? 1;
  const shorter = [0.75, 0.5, 0.25]
    .map((share) => ({ headKernel: Math.floor(taps * share) }))
    .filter(({ headKernel }) => headKernel >= 1 && headKernel < taps);
  return optional(shorter, (i) => i + 1);
};

/** Cheaper activations than those that need a transcendental function. */
const cheaper: Readonly<Partial<Record<Activation['type'], readonly Activation[]>>> = {
  Tanh: [{ type: 'Hardtanh' }, { type: 'LeakyReLU', negativeSlopes: [Math.fround(0.01)] }],
  Sigmoid: [{ type: 'Hardtanh' }],
  SiLU: [{ type: 'Hardswish' }, { type: 'LeakyReLU', negativeSlopes: [Math.fround(0.01)] }],
};

const activationOf = ({ arrays }: WaveNetNetwork): Activation['type'] =>
  arrays[0]?.layers[0]?.activation.type ?? 'Identity';

const activationOptions = (network: WaveNetNetwork): Options =>
  optional(
    (cheaper[activationOf(network)] ?? []).map((activation) => ({ activation })),
    () => 2,
  );

const bottleneckOptions = ({ arrays }: WaveNetNetwork): Options => {
  const [first] = arrays;
  const plain = first?.layers[0]?.layer1x1 != null && first.channels >= 4;
  const shares = arrays.length === 1 && plain ? [0.75, 0.5] : [];
  return optional(
    shares.map((bottleneckShare) => ({ bottleneckShare })),
    (i) => i + 2,
  );
};

const together = (lists: readonly Options[]): readonly Candidate[] =>
  product(lists).map((options) => ({
    change: Object.assign({}, ...options.map(({ change }) => change)) as ArchitectureChange,
    steps: options.reduce((sum, { steps }) => sum + steps, 0),
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
  return [...distinct.values()].map((channels) => {
    const steps = channels.reduce((sum, count, i) => sum + (counts[i] ?? count) - count, 0);
    return { change: steps === 0 ? {} : { channels }, steps };
  });
};

const farDropOptions = ({ arrays }: WaveNetNetwork): Options => {
  const choicesOf = (layers: number): readonly number[] => [
    ...new Set(droppedShares.map((share) => Math.floor(layers * share))),
  ];
  return fewerInEach(
    arrays.map(({ layers }, i) => (i < droppedArrays ? choicesOf(layers.length) : [0])),
    (dropped) => ({ dropped }),
  );
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
