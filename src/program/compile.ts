/** Network to program: the operations of one block in the order in which NAM Core does them. */
import { outputChannels } from '../nam/measure.ts';
import type {
  ConvNetNetwork,
  Convolution,
  FilmPlace,
  LayerArray,
  LinearNetwork,
  LstmNetwork,
  Network,
  WaveNetLayer,
  WaveNetNetwork,
} from '../nam/network.ts';
import type { AddRole, Buffer, BufferId, ConvRole, Operation, Program } from './program.ts';

class ProgramBuilder {
  readonly buffers: Buffer[] = [];
  readonly operations: Operation[] = [];

  buffer(name: string, channels: number): BufferId {
    this.buffers.push({ name, channels });
    return this.buffers.length - 1;
  }

  conv(layer: string, role: ConvRole, src: BufferId, dst: BufferId, conv: Convolution): void {
    this.operations.push({ op: 'conv', layer, role, src, dst, conv });
  }

  add(layer: string, role: AddRole, a: BufferId, b: BufferId, dst: BufferId, rows: number): void {
    this.operations.push({ op: 'add', layer, role, a, b, dst, rows });
  }
}

/** What the layers of one array share. */
interface ArrayBuffers {
  /** The residual signal: input of the next layer. */
  readonly x: BufferId;
  readonly condition: BufferId;
  /** Sum of the layers' contributions to the head. */
  readonly head: BufferId;
}

const compileLayer = (
  builder: ProgramBuilder,
  network: WaveNetLayer,
  layer: string,
  shared: ArrayBuffers,
): void => {
  const { conv, inputMixin, bottleneck, gating } = network;
  const { x, condition } = shared;
  const film = (place: FilmPlace, src: BufferId, dst: BufferId, rows: number): void => {
    const at = network.films[place];
    if (at === undefined) return;
    const { conv, shift } = at;
    builder.operations.push({ op: 'film', layer, src, condition, dst, rows, conv, shift });
  };

  let convInput = x;
  if (network.films.convPre !== undefined) {
    convInput = builder.buffer(`${layer} conv input`, conv.inChannels);
    film('convPre', x, convInput, conv.inChannels);
  }
  const z = builder.buffer(`${layer} z`, conv.outChannels);
  builder.conv(layer, 'conv', convInput, z, conv);
  film('convPost', z, z, conv.outChannels);

  let mixinInput = condition;
  if (network.films.inputMixinPre !== undefined) {
    mixinInput = builder.buffer(`${layer} mixin input`, inputMixin.inChannels);
    film('inputMixinPre', condition, mixinInput, inputMixin.inChannels);
  }
  const mixin = builder.buffer(`${layer} mixin`, inputMixin.outChannels);
  builder.conv(layer, 'mixin', mixinInput, mixin, inputMixin);
  film('inputMixinPost', mixin, mixin, inputMixin.outChannels);

  builder.add(layer, 'mixin', z, mixin, z, conv.outChannels);
  film('activationPre', z, z, conv.outChannels);
  if (gating === 'none') {
    builder.operations.push({ op: 'activation', layer, buf: z, activation: network.activation });
  } else {
    builder.operations.push({
      op: 'gate',
      layer,
      mode: gating,
      buf: z,
      rows: bottleneck,
      primary: network.activation,
      secondary: network.secondaryActivation ?? { type: 'Identity' },
    });
  }
  film('activationPost', z, z, bottleneck);

  let residual: BufferId | null = null;
  if (network.layer1x1 !== null) {
    residual = builder.buffer(`${layer} layer1x1`, network.layer1x1.outChannels);
    builder.conv(layer, 'layer1x1', z, residual, network.layer1x1);
    // NAM Core has the weights of this FiLM in every mode, but applies it in blended layers only.
    if (gating === 'blended') {
      film('layer1x1Post', residual, residual, network.layer1x1.outChannels);
    }
  }

  let toHead = z;
  let headRows = bottleneck;
  if (network.head1x1 !== null) {
    headRows = network.head1x1.outChannels;
    toHead = builder.buffer(`${layer} head1x1`, headRows);
    builder.conv(layer, 'head1x1', z, toHead, network.head1x1);
    film('head1x1Post', toHead, toHead, headRows);
  }
  builder.add(layer, 'head', shared.head, toHead, shared.head, headRows);
  // Without a layer1x1 the signal passes on as it is.
  if (residual !== null) builder.add(layer, 'residual', x, residual, x, conv.inChannels);
};

interface ArrayOutputs {
  readonly layers: BufferId;
  readonly head: BufferId;
}

const compileArray = (
  builder: ProgramBuilder,
  array: LayerArray,
  name: string,
  input: BufferId,
  condition: BufferId,
  previousHead: BufferId | null,
): ArrayOutputs => {
  const x = builder.buffer(`${name} x`, array.channels);
  const head = builder.buffer(`${name} head`, array.headRechannel.inChannels);
  if (previousHead === null) {
    builder.operations.push({ op: 'zero', layer: name, dst: head });
  } else {
    const rows = array.headRechannel.inChannels;
    builder.operations.push({ op: 'copy', layer: name, src: previousHead, dst: head, rows });
  }
  builder.conv(name, 'rechannel', input, x, array.rechannel);
  array.layers.forEach((layer, i) => {
    compileLayer(builder, layer, `${name} layer ${i}`, { x, condition, head });
  });
  const output = builder.buffer(`${name} head output`, array.headSize);
  builder.conv(name, 'headRechannel', head, output, array.headRechannel);
  return { layers: x, head: output };
};

const compileWaveNet = (
  builder: ProgramBuilder,
  network: WaveNetNetwork,
  input: BufferId,
  prefix: string,
): BufferId => {
  const condition =
    network.conditionDsp === null
      ? input
      : compileNetwork(builder, network.conditionDsp, input, `${prefix}condition `);
  let signal = input;
  let head: BufferId | null = null;
  network.arrays.forEach((array, i) => {
    const outputs = compileArray(builder, array, `${prefix}array ${i}`, signal, condition, head);
    signal = outputs.layers;
    head = outputs.head;
  });
  if (head === null) throw new Error('a WaveNet has at least one layer array');
  const layer = `${prefix}head`;
  const channels = builder.buffers[head]?.channels ?? 1;
  const scaled = builder.buffer(`${layer} scaled`, channels);
  const { headScale } = network;
  builder.operations.push({ op: 'scale', layer, src: head, dst: scaled, scale: headScale });
  let output = scaled;
  for (const [i, conv] of (network.head?.convs ?? []).entries()) {
    const stage = `${layer} stage ${i}`;
    const activation = network.head?.activation ?? { type: 'Identity' };
    builder.operations.push({ op: 'activation', layer: stage, buf: output, activation });
    const next = builder.buffer(stage, conv.outChannels);
    builder.conv(stage, 'head', output, next, conv);
    output = next;
  }
  return output;
};

/** One weight matrix is a convolution of one tap. */
const oneTap = { kernelSize: 1, dilation: 1, groups: 1 } as const;

/** The first channels pass, further ones stay silent. */
const compilePassThrough = (
  builder: ProgramBuilder,
  src: BufferId,
  channels: number,
  layer: string,
): BufferId => {
  const rows = Math.min(builder.buffers[src]?.channels ?? 0, channels);
  const dst = builder.buffer(`${layer} output`, channels);
  if (rows < channels) builder.operations.push({ op: 'zero', layer, dst });
  builder.operations.push({ op: 'copy', layer, src, dst, rows });
  return dst;
};

const compileLstm = (
  builder: ProgramBuilder,
  network: LstmNetwork,
  input: BufferId,
  prefix: string,
): BufferId => {
  const layer = `${prefix}head`;
  // NAM Core passes the input on where there are no layers; the head's weights are then unused.
  if (network.layers.length === 0) {
    return compilePassThrough(builder, input, network.headBias.length, layer);
  }
  let signal = input;
  let hiddenSize = 0;
  network.layers.forEach((cell, i) => {
    const name = `${prefix}layer ${i}`;
    const hidden = builder.buffer(`${name} hidden`, cell.hiddenSize);
    builder.operations.push({ op: 'lstm', layer: name, src: signal, dst: hidden, cell });
    signal = hidden;
    hiddenSize = cell.hiddenSize;
  });
  const { headWeights: weights, headBias: bias } = network;
  const output = builder.buffer(layer, bias.length);
  const conv = { inChannels: hiddenSize, outChannels: bias.length, ...oneTap, weights, bias };
  builder.conv(layer, 'head', signal, output, conv);
  return output;
};

const compileConvNet = (
  builder: ProgramBuilder,
  network: ConvNetNetwork,
  input: BufferId,
  prefix: string,
): BufferId => {
  let signal = input;
  network.blocks.forEach((block, i) => {
    const layer = `${prefix}block ${i}`;
    const buf = builder.buffer(layer, block.conv.outChannels);
    builder.conv(layer, 'conv', signal, buf, block.conv);
    if (block.batchNorm !== null) {
      const { scale, offset } = block.batchNorm;
      builder.operations.push({ op: 'affine', layer, buf, scale, offset });
    }
    builder.operations.push({ op: 'activation', layer, buf, activation: block.activation });
    signal = buf;
  });
  const output = builder.buffer(`${prefix}head`, network.head.outChannels);
  builder.conv(`${prefix}head`, 'head', signal, output, network.head);
  return output;
};

/** The impulse response as a depthwise convolution over the channels that NAM Core filters. */
const compileLinear = (
  builder: ProgramBuilder,
  network: LinearNetwork,
  input: BufferId,
  prefix: string,
): BufferId => {
  const channels = Math.min(network.inChannels, network.outChannels);
  const taps = network.impulse.length;
  const layer = `${prefix}linear`;
  const conv: Convolution = {
    inChannels: channels,
    outChannels: channels,
    kernelSize: taps,
    dilation: 1,
    groups: channels,
    weights: Float32Array.from(
      { length: taps * channels },
      (_, i) => network.impulse[taps - 1 - Math.floor(i / channels)] ?? 0,
    ),
    bias: network.hasBias ? new Float32Array(channels).fill(network.bias) : null,
  };
  const output = builder.buffer(layer, channels);
  builder.conv(layer, 'linear', input, output, conv);
  if (network.outChannels === channels) return output;
  return compilePassThrough(builder, output, network.outChannels, layer);
};

const compileNetwork = (
  builder: ProgramBuilder,
  network: Network,
  input: BufferId,
  prefix: string,
): BufferId => {
  switch (network.kind) {
    case 'wavenet':
      return compileWaveNet(builder, network, input, prefix);
    case 'lstm':
      return compileLstm(builder, network, input, prefix);
    case 'convnet':
      return compileConvNet(builder, network, input, prefix);
    case 'linear':
      return compileLinear(builder, network, input, prefix);
    default:
      return network satisfies never;
  }
};

/** NAM Core prewarms in whole blocks; 64 frames are what its own tools and most hosts use. */
const prewarmBlockFrames = 64;

/**
 * All kinds of network. A condition model's operations come first, their layers named
 * 'condition ...'. A convolution may read a buffer of more channels than it has inputs: it takes
 * the first ones.
 */
export const compile = (network: Network): Program => {
  const builder = new ProgramBuilder();
  const input = builder.buffer('input', network.inChannels);
  const output = compileNetwork(builder, network, input, '');
  const channels = builder.buffers[output]?.channels;
  if (channels !== outputChannels(network)) {
    throw new Error(`compiled to ${channels} output channels, not ${outputChannels(network)}`);
  }
  return {
    network,
    buffers: builder.buffers,
    input,
    output,
    operations: builder.operations,
    prewarmSamples: Math.ceil(network.prewarmSamples / prewarmBlockFrames) * prewarmBlockFrames,
  };
};
