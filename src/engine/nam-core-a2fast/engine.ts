/** NAM Core's A2 fast path: the exact A2 shapes of 3 and 8 channels. */
import type { WaveNetLayer, WaveNetNetwork } from '../../nam/network.ts';
import type { Program } from '../../program/program.ts';
import { a2Layers } from '../common/layer-stack.ts';
import { eigenTarget } from '../eigen/registers.ts';
import { type Engine, engineOf, type Refusal, refusal } from '../engine.ts';
import { factsOf } from '../facts.ts';
import { lowerA2 } from './wavenet.ts';

const headKernel = 16;
const slope = 0.01;

const layerFault = (layer: WaveNetLayer, index: number, channels: number): string | null => {
  const { conv, activation, inputMixin, layer1x1 } = layer;
  const [kernelSize, dilation] = a2Layers[index] ?? [];
  const { type, negativeSlopes: [negativeSlope = slope] = [] } = activation;
  if (conv.kernelSize !== kernelSize || conv.dilation !== dilation) {
    return `has kernel ${conv.kernelSize} and dilation ${conv.dilation}, the A2 has ${kernelSize} and ${dilation}`;
  }
  if (type !== 'LeakyReLU' || Math.abs(negativeSlope - slope) > 1e-7) {
    return `has the activation ${type}, the A2 LeakyReLU of ${slope}`;
  }
  if (layer.gating !== 'none') return `is ${layer.gating}`;
  if (layer.head1x1) return 'has a head1x1';
  if (!layer1x1?.bias || layer1x1.groups !== 1) return 'has no plain layer1x1';
  if (!conv.bias || conv.groups !== 1 || inputMixin.bias || inputMixin.inChannels !== 1) {
    return 'has a convolution or a mixin of another form';
  }
  if (layer.bottleneck !== channels) return 'has a bottleneck';
  return Object.keys(layer.films).length > 0 ? 'has FiLM' : null;
};

const fault = (network: WaveNetNetwork): string | null => {
  if (network.file?.slimmable) {
    return 'it is slimmable, and NAM Core runs a slimmable file on its generic path at every width';
  }
  const [array, ...more] = network.arrays;
  if (!array || more.length > 0) return `it has ${network.arrays.length} layer arrays, the A2 one`;
  if (network.head) return 'it has a post-stack head';
  if (network.conditionDsp) return 'it has a condition model';
  const { channels, layers, headRechannel: head } = array;
  if (channels !== 3 && channels !== 8) return `it has ${channels} channels, the fast path 3 or 8`;
  if (array.inputSize !== 1 || array.conditionSize !== 1 || network.inChannels !== 1) {
    return 'its input is not mono';
  }
  if (layers.length !== a2Layers.length) {
    return `it has ${layers.length} layers, the A2 ${a2Layers.length}`;
  }
  const { kernelSize, outChannels, bias, dilation } = head;
  if (kernelSize !== headKernel || outChannels !== 1 || !bias || dilation !== 1) {
    return `its head is not ${headKernel} taps to one channel with a bias`;
  }
  for (const [index, layer] of layers.entries()) {
    const wrong = layerFault(layer, index, channels);
    if (wrong) return `layer ${index} ${wrong}`;
  }
  return null;
};

/** The network where it is an A2; else why it is none. */
export const readA2 = ({ network }: Program): WaveNetNetwork | Refusal => {
  const other = network.kind !== 'wavenet';
  const why = other ? `it is of the kind ${network.kind}` : fault(network);
  return other || why !== null ? refusal(`the model is no A2: ${why}.`, 'nam-core') : network;
};

export const namCoreA2Fast: Engine = engineOf(
  factsOf('nam-core-a2fast'),
  readA2,
  (network, target, { blockFrames }) => lowerA2(network, eigenTarget(target), blockFrames),
);
