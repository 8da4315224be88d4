/** The architectures in the neighbourhood of a network: every combination of a few small changes. */
import type { ArchitectureChange } from '../../nam/edit-wavenet.ts';
import type { Activation, WaveNetNetwork } from '../../nam/network.ts';

/** One way along one axis; `steps` is how far it goes from what is there. */
interface Option {
  readonly change: ArchitectureChange;
  readonly steps: number;
}

export interface Candidate {
  readonly change: ArchitectureChange;
  /** How many steps away from the original, over all axes. */
  readonly steps: number;
}

const unchanged: Option = { change: {}, steps: 0 };

const product = <T>(lists: readonly (readonly T[])[]): readonly (readonly T[])[] =>
  lists.reduce<readonly (readonly T[])[]>(
    (tuples, list) => tuples.flatMap((tuple) => list.map((item) => [...tuple, item])),
    [[]],
  );

const upTo = (count: number): number[] =>
  Array.from({ length: Math.max(0, count) + 1 }, (_, i) => i);

/** Up to this many channels fewer in each array. */
const channelSteps = 6;
const droppedSteps = 4;

const channelOptions = (network: WaveNetNetwork): readonly Option[] =>
  product(network.arrays.map((array) => upTo(Math.min(channelSteps, array.channels - 1)))).map(
    (less) => ({
      change: less.every((n) => n === 0)
        ? {}
        : { channels: network.arrays.map((array, i) => array.channels - (less[i] ?? 0)) },
      steps: less.reduce((sum, n) => sum + n, 0),
    }),
  );

const dropOptions = (network: WaveNetNetwork): readonly Option[] =>
  product(network.arrays.map((array) => upTo(Math.min(droppedSteps, array.layers.length - 1)))).map(
    (dropped) => ({
      change: dropped.every((n) => n === 0) ? {} : { dropped },
      steps: dropped.reduce((sum, n) => sum + n, 0),
    }),
  );

const kernelOptions = (network: WaveNetNetwork): readonly Option[] => {
  const sizes = [
    ...new Set(network.arrays.flatMap((a) => a.layers.map((layer) => layer.conv.kernelSize))),
  ].sort((a, b) => a - b);
  const smallest = sizes[0] ?? 1;
  const largest = sizes.at(-1) ?? 1;
  const second = sizes.at(-2) ?? largest;
  const shorter = upTo(Math.min(3, smallest - 2))
    .slice(1)
    .map((less): Option => ({ change: { kernelLess: less }, steps: less }));
  // Only where some kernels stand out: cut those towards the others.
  const caps = upTo(largest - second)
    .slice(1)
    .filter((less) => less % 3 === 0 || less === largest - second)
    .map((less): Option => ({ change: { kernelCap: largest - less }, steps: less / 3 }));
  return [unchanged, ...shorter, ...caps];
};

/** Half the way between taps: half the history, and nearly half the receptive field. */
const dilationOptions = (network: WaveNetNetwork): readonly Option[] =>
  network.arrays.some((array) => array.layers.some((layer) => layer.conv.dilation > 1))
    ? [unchanged, { change: { dilationShare: 0.5 }, steps: 1 }]
    : [unchanged];

const headOptions = (network: WaveNetNetwork): readonly Option[] => {
  const taps = network.arrays.at(-1)?.headRechannel.kernelSize ?? 1;
  const halves = [0.75, 0.5, 0.25]
    .map((share) => Math.floor(taps * share))
    .filter((kernel) => kernel >= 1 && kernel < taps);
  return [
    unchanged,
    ...halves.map((headKernel, i): Option => ({ change: { headKernel }, steps: i + 1 })),
  ];
};

/** Cheaper activations than those that need a transcendental function. */
const cheaper: Readonly<Partial<Record<Activation['type'], readonly Activation[]>>> = {
  Tanh: [{ type: 'Hardtanh' }, { type: 'LeakyReLU', negativeSlopes: [Math.fround(0.01)] }],
  Sigmoid: [{ type: 'Hardtanh' }],
  SiLU: [{ type: 'Hardswish' }, { type: 'LeakyReLU', negativeSlopes: [Math.fround(0.01)] }],
};

const activationOptions = (network: WaveNetNetwork): readonly Option[] => {
  const type = network.arrays[0]?.layers[0]?.activation.type ?? 'Identity';
  return [
    unchanged,
    ...(cheaper[type] ?? []).map((activation): Option => ({ change: { activation }, steps: 2 })),
  ];
};

const bottleneckOptions = (network: WaveNetNetwork): readonly Option[] => {
  const first = network.arrays[0];
  const plain = first?.layers[0]?.layer1x1 != null && (first?.channels ?? 1) >= 4;
  const shares = network.arrays.length === 1 && plain ? [0.75, 0.5] : [];
  return [
    unchanged,
    ...shares.map((bottleneckShare, i): Option => ({ change: { bottleneckShare }, steps: i + 2 })),
  ];
};

const together = (lists: readonly (readonly Option[])[]): readonly Candidate[] =>
  product(lists).map((options) => ({
    change: Object.assign({}, ...options.map((option) => option.change)) as ArchitectureChange,
    steps: options.reduce((sum, option) => sum + option.steps, 0),
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
const farChannelOptions = (network: WaveNetNetwork): readonly Option[] => {
  const counts = network.arrays.map((array) => array.channels);
  const most = Math.max(...counts);
  const lists = upTo(most - 1).flatMap((less) =>
    [Math.floor, Math.ceil].map((round) =>
      counts.map((count) => Math.max(1, round((count * (most - less)) / most))),
    ),
  );
  const distinct = new Map(lists.map((channels) => [channels.join('/'), channels]));
  return [...distinct.values()].map((channels) => ({
    change: channels.every((count, i) => count === counts[i]) ? {} : { channels },
    steps: channels.reduce((sum, count, i) => sum + (counts[i] ?? count) - count, 0),
  }));
};

const farDropOptions = (network: WaveNetNetwork): readonly Option[] => {
  const choices = network.arrays.map(({ layers }, i) =>
    i < droppedArrays
      ? [...new Set(droppedShares.map((share) => Math.floor(layers.length * share)))]
      : [0],
  );
  return product(choices).map((dropped) => ({
    change: dropped.every((n) => n === 0) ? {} : { dropped },
    steps: dropped.reduce((sum, n) => sum + n, 0),
  }));
};

/** Taps twice as far apart win back what fewer layers lose of the receptive field. */
const farDilationOptions = (network: WaveNetNetwork): readonly Option[] => [
  ...dilationOptions(network),
  { change: { dilationShare: 2 }, steps: 1 },
];

const farActivationOptions = (network: WaveNetNetwork): readonly Option[] => {
  const near = activationOptions(network);
  const type = network.arrays[0]?.layers[0]?.activation.type ?? 'Identity';
  return type === 'ReLU' || type === 'Identity'
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

/** The change as a person would say it. */
export const changeText = (change: ArchitectureChange, network: WaveNetNetwork): string => {
  const before = network.arrays.map((array) => array.channels).join('/');
  const parts = [
    change.channels && `channels ${before} -> ${change.channels.join('/')}`,
    change.kernelLess &&
      `every kernel ${change.kernelLess} tap${change.kernelLess > 1 ? 's' : ''} shorter`,
    change.kernelCap && `kernels of at most ${change.kernelCap} taps`,
    change.dilationShare &&
      (change.dilationShare === 0.5
        ? 'dilations halved'
        : change.dilationShare === 2
          ? 'dilations doubled'
          : `dilations of ${change.dilationShare * 100} %`),
    ...(change.dropped ?? []).map(
      (count, i) =>
        count > 0 &&
        `${count} layer${count > 1 ? 's' : ''} fewer${network.arrays.length > 1 ? ` in array ${i}` : ''}`,
    ),
    change.headKernel && `head of ${change.headKernel} taps`,
    change.activation && `${change.activation.type} as activation`,
    change.bottleneckShare && `bottleneck of ${change.bottleneckShare * 100} %`,
  ];
  return parts.filter((part): part is string => typeof part === 'string').join(', ') || 'no change';
};
