/** What the submodels of a container are called. */
import { fullNetwork, type Submodel } from './model.ts';
import type { Network, WaveNetNetwork } from './network.ts';

/** The layers of the official A2 shape: kernel size and dilation. */
const a2KernelSizes = [6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 15, 15, 6, 6, 6, 6, 6, 6, 6];
const a2Dilations = [
  1, 3, 7, 17, 41, 101, 239, 1, 3, 7, 17, 41, 101, 239, 1, 13, 1, 3, 7, 17, 41, 101, 239,
];

/** 'lite' or 'full' for the two official A2 shapes. */
const a2Name = (network: WaveNetNetwork): string | null => {
  const [array, ...others] = network.arrays;
  if (array === undefined || others.length > 0 || array.headRechannel.kernelSize !== 16)
    return null;
  const shape = String(array.layers.map(({ conv }) => [conv.kernelSize, conv.dilation]));
  if (shape !== String(a2Dilations.map((dilation, i) => [a2KernelSizes[i], dilation]))) return null;
  return array.channels === 3 ? 'lite' : array.channels === 8 ? 'full' : null;
};

const shapeName = (network: Network): string => {
  switch (network.kind) {
    case 'wavenet':
      return a2Name(network) ?? `ch${network.arrays.map((array) => array.channels).join('/')}`;
    case 'lstm':
      return `lstm${network.layers.length}x${network.layers[0]?.hiddenSize ?? 0}`;
    case 'convnet':
      return `conv${network.blocks[0]?.conv.outChannels ?? 0}`;
    case 'linear':
      return `ir${network.impulse.length}`;
    default:
      return network satisfies never;
  }
};

/** A name that is short enough to be typed, and is not one of the other forms of a width. */
const isLabel = (name: string | null): name is string =>
  name !== null && /^[A-Za-z][\w.-]{0,15}$/.test(name) && name !== 'all';

/**
 * The names in the metadata where all submodels have short and different ones, else the official
 * names, else names made from the shapes; numbered where two are the same.
 */
export const submodelLabels = (submodels: readonly Submodel[]): readonly string[] => {
  const given = submodels.map(({ model }) => model.metadata.name);
  if (given.every(isLabel) && new Set(given).size === given.length) return given;
  const made = submodels.map(({ model }) => shapeName(fullNetwork(model)));
  return made.map((name, i) =>
    made.indexOf(name) === made.lastIndexOf(name) ? name : `${name}.${i}`,
  );
};
