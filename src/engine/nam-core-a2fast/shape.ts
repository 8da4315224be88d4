/** The exact shapes that NAM Core's A2 fast path takes (is_a2_shape), and their parts. */
import type { WaveNetLayer, WaveNetNetwork } from '../../nam/network.ts';
import type { Program } from '../../program/program.ts';
import type { Support } from '../engine.ts';

const sevenDilations = [1, 3, 7, 17, 41, 101, 239];
const dilations = [...sevenDilations, ...sevenDilations, 1, 13, ...sevenDilations];
const kernelSizes = dilations.map((_, layer) => (layer === 14 || layer === 15 ? 15 : 6));
const headKernel = 16;
const slope = 0.01;

export const a2Network = (program: Program): WaveNetNetwork | null => {
  const { network } = program;
  return network.kind === 'wavenet' && fault(network) === null ? network : null;
};

const layerFault = (layer: WaveNetLayer, index: number, channels: number): string | null => {
  const { conv, activation } = layer;
  if (conv.kernelSize !== kernelSizes[index] || conv.dilation !== dilations[index]) {
    return `layer ${index} has kernel ${conv.kernelSize} and dilation ${conv.dilation}, the A2 has ${kernelSizes[index]} and ${dilations[index]}`;
  }
  if (
    activation.type !== 'LeakyReLU' ||
    Math.abs((activation.negativeSlopes?.[0] ?? slope) - slope) > 1e-7
  ) {
    return `layer ${index} has the activation ${activation.type}, the A2 LeakyReLU of ${slope}`;
  }
  if (layer.gating !== 'none') return `layer ${index} is ${layer.gating}`;
  if (layer.head1x1) return `layer ${index} has a head1x1`;
  if (!layer.layer1x1?.bias || layer.layer1x1.groups !== 1) {
    return `layer ${index} has no plain layer1x1`;
  }
  if (
    !conv.bias ||
    conv.groups !== 1 ||
    layer.inputMixin.bias ||
    layer.inputMixin.inChannels !== 1
  ) {
    return `layer ${index} has a convolution or a mixin of another form`;
  }
  if (layer.bottleneck !== channels) return `layer ${index} has a bottleneck`;
  return Object.keys(layer.films).length > 0 ? `layer ${index} has FiLM` : null;
};

const fault = (network: WaveNetNetwork): string | null => {
  if (network.file?.slimmable) {
    return 'it is slimmable, and NAM Core runs a slimmable file on its generic path at every width';
  }
  const [array, ...more] = network.arrays;
  if (!array || more.length > 0) return `it has ${network.arrays.length} layer arrays, the A2 one`;
  if (network.head) return 'it has a post-stack head';
  if (network.conditionDsp) return 'it has a condition model';
  if (array.channels !== 3 && array.channels !== 8) {
    return `it has ${array.channels} channels, the fast path 3 or 8`;
  }
  if (array.inputSize !== 1 || array.conditionSize !== 1 || network.inChannels !== 1) {
    return 'its input is not mono';
  }
  if (array.layers.length !== dilations.length) {
    return `it has ${array.layers.length} layers, the A2 ${dilations.length}`;
  }
  const head = array.headRechannel;
  if (
    head.kernelSize !== headKernel ||
    head.outChannels !== 1 ||
    !head.bias ||
    head.dilation !== 1
  ) {
    return `its head is not ${headKernel} taps to one channel with a bias`;
  }
  for (const [index, layer] of array.layers.entries()) {
    const wrong = layerFault(layer, index, array.channels);
    if (wrong) return wrong;
  }
  return null;
};

export const supportsA2 = (program: Program): Support => {
  const { network } = program;
  const wrong = network.kind === 'wavenet' ? fault(network) : `it is of the kind ${network.kind}`;
  if (wrong === null) return { supported: true };
  return {
    supported: false,
    reason: `the model is no A2: ${wrong}.`,
    fallback: 'nam-core',
  };
};
