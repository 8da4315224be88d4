/** Network to program: the operations of one block in the order in which NAM Core does them. */
import { outputChannels } from '../nam/measure.ts';
import type * as nam from '../nam/network.ts';
import type { AddRole, Buffer, BufferId, ConvRole, Operation, Program } from './program.ts';

class ProgramBuilder {
  readonly buffers: Buffer[] = [];
  readonly operations: Operation[] = [];

  buffer(name: string, channels: number): BufferId {
    this.buffers.push({ name, channels });
    return this.buffers.length - 1;
  }

  conv(layer: string, role: ConvRole, src: BufferId, dst: BufferId, conv: nam.Convolution): void {
    this.operations.push({ op: 'conv', layer, role, src, dst, conv });
  }

  /** Into a buffer of its own, which takes its name from the layer where it has none. */
  newConv(layer: string, role: ConvRole, src: BufferId, conv: nam.Convolution, name = layer) {
    const dst = this.buffer(name, conv.outChannels);
    this.conv(layer, role, src, dst, conv);
    return dst;
  }

  activation(layer: string, buf: BufferId, activation: nam.Activation): void {
    this.operations.push({ op: 'activation', layer, buf, activation });
  }

  add(layer: string, role: AddRole, a: BufferId, b: BufferId, dst: BufferId, rows: number): void {
    this.operations.push({ op: 'add', layer, role, a, b, dst, rows });
  }
}

/** Gives the buffer of the result. `prefix` begins the names of its layers. */
type Compile<Kind> = (
  builder: ProgramBuilder,
  network: Kind,
  input: BufferId,
  prefix: string,
) => BufferId;

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
  network: nam.WaveNetLayer,
  layer: string,
  shared: ArrayBuffers,
): void => {
  const { conv, inputMixin, layer1x1, head1x1, bottleneck, gating } = network;
  const { x, condition } = shared;
  const film = (place: nam.FilmPlace, src: BufferId, dst: BufferId, rows: number): void => {
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
  const z = builder.newConv(layer, 'conv', convInput, conv, `${layer} z`);
  film('convPost', z, z, conv.outChannels);

  let mixinInput = condition;
  if (network.films.inputMixinPre !== undefined) {
    mixinInput = builder.buffer(`${layer} mixin input`, inputMixin.inChannels);
    film('inputMixinPre', condition, mixinInput, inputMixin.inChannels);
  }
  const mixin = builder.newConv(layer, 'mixin', mixinInput, inputMixin, `${layer} mixin`);
  film('inputMixinPost', mixin, mixin, inputMixin.outChannels);

  builder.add(layer, 'mixin', z, mixin, z, conv.outChannels);
  film('activationPre', z, z, conv.outChannels);
  const { activation: primary, secondaryActivation } = network;
  if (gating === 'none') builder.activation(layer, z, primary);
  else {
    const secondary = secondaryActivation ?? { type: 'Identity' };
    const gate = { op: 'gate', layer, mode: gating, buf: z, rows: bottleneck } as const;
    builder.operations.push({ ...gate, primary, secondary });
  }
  film('activationPost', z, z, bottleneck);

  let residual: BufferId | null = null;
  if (layer1x1 !== null) {
    residual = builder.newConv(layer, 'layer1x1', z, layer1x1, `${layer} layer1x1`);
    // NAM Core has the weights of this FiLM in every mode, but applies it in blended layers only.
    if (gating === 'blended') film('layer1x1Post', residual, residual, layer1x1.outChannels);
  }

  let toHead = z;
  const headRows = head1x1?.outChannels ?? bottleneck;
  if (head1x1 !== null) {
    toHead = builder.newConv(layer, 'head1x1', z, head1x1, `${layer} head1x1`);
    film('head1x1Post', toHead, toHead, headRows);
  }
  builder.add(layer, 'head', shared.head, toHead, shared.head, headRows);
  // Without a layer1x1 the signal passes on as it is.
  if (residual !== null) builder.add(layer, 'residual', x, residual, x, conv.inChannels);
};

type ArrayOutputs = Readonly<Record<'layers' | 'head', BufferId>>;

/** `before`: the outputs of the array before; null for the first, which reads the network's input. */
const compileArray = (
  builder: ProgramBuilder,
  array: nam.LayerArray,
  name: string,
  condition: BufferId,
  input: BufferId,
  before: ArrayOutputs | null,
): ArrayOutputs => {
  const rows = array.headRechannel.inChannels;
  const x = builder.buffer(`${name} x`, array.channels);
  const head = builder.buffer(`${name} head`, rows);
  if (before === null) builder.operations.push({ op: 'zero', layer: name, dst: head });
  else builder.operations.push({ op: 'copy', layer: name, src: before.head, dst: head, rows });
  builder.conv(name, 'rechannel', before?.layers ?? input, x, array.rechannel);
  array.layers.forEach((layer, i) => {
    compileLayer(builder, layer, `${name} layer ${i}`, { x, condition, head });
  });
  const { headRechannel } = array;
  const output = builder.newConv(name, 'headRechannel', head, headRechannel, `${name} head output`);
  return { layers: x, head: output };
};

const compileWaveNet: Compile<nam.WaveNetNetwork> = (builder, network, input, prefix) => {
  const { conditionDsp, arrays, headScale: scale, head } = network;
  const condition = conditionDsp
    ? compileNetwork(builder, conditionDsp, input, `${prefix}condition `)
    : input;
  const stack = arrays.reduce<ArrayOutputs | null>(
    (before, array, i) =>
      compileArray(builder, array, `${prefix}array ${i}`, condition, input, before),
    null,
  );
  if (stack === null) throw new Error('a WaveNet has at least one layer array');
  const layer = `${prefix}head`;
  const src = stack.head;
  let output = builder.buffer(`${layer} scaled`, builder.buffers[src]?.channels ?? 1);
  builder.operations.push({ op: 'scale', layer, src, dst: output, scale });
  for (const [i, conv] of head?.convs.entries() ?? []) {
    const stage = `${layer} stage ${i}`;
    builder.activation(stage, output, head?.activation ?? { type: 'Identity' });
    output = builder.newConv(stage, 'head', output, conv);
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

const compileLstm: Compile<nam.LstmNetwork> = (builder, network, input, prefix) => {
  const layer = `${prefix}head`;
  const { layers, headWeights: weights, headBias: bias } = network;
  // NAM Core passes the input on where there are no layers; the head's weights are then unused.
  if (layers.length === 0) return compilePassThrough(builder, input, bias.length, layer);
  let signal = input;
  for (const [i, cell] of layers.entries()) {
    const name = `${prefix}layer ${i}`;
    const hidden = builder.buffer(`${name} hidden`, cell.hiddenSize);
    builder.operations.push({ op: 'lstm', layer: name, src: signal, dst: hidden, cell });
    signal = hidden;
  }
  const inChannels = layers.at(-1)?.hiddenSize ?? 0;
  const conv = { inChannels, outChannels: bias.length, ...oneTap, weights, bias };
  return builder.newConv(layer, 'head', signal, conv);
};

const compileConvNet: Compile<nam.ConvNetNetwork> = (builder, network, input, prefix) => {
  let signal = input;
  for (const [i, { conv, batchNorm, activation }] of network.blocks.entries()) {
    const layer = `${prefix}block ${i}`;
    signal = builder.newConv(layer, 'conv', signal, conv);
    if (batchNorm !== null) {
      builder.operations.push({ op: 'affine', layer, buf: signal, ...batchNorm });
    }
    builder.activation(layer, signal, activation);
  }
  return builder.newConv(`${prefix}head`, 'head', signal, network.head);
};

/** The impulse response as a depthwise convolution over the channels that NAM Core filters. */
const compileLinear: Compile<nam.LinearNetwork> = (builder, network, input, prefix) => {
  const channels = Math.min(network.inChannels, network.outChannels);
  const taps = network.impulse.length;
  const layer = `${prefix}linear`;
  const conv: nam.Convolution = {
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
  const output = builder.newConv(layer, 'linear', input, conv);
  if (network.outChannels === channels) return output;
  return compilePassThrough(builder, output, network.outChannels, layer);
};

const compileNetwork: Compile<nam.Network> = (builder, network, input, prefix) => {
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
export const compile = (network: nam.Network): Program => {
  const builder = new ProgramBuilder();
  const input = builder.buffer('input', network.inChannels);
  const output = compileNetwork(builder, network, input, '');
  const { buffers, operations } = builder;
  const channels = buffers[output]?.channels;
  if (channels !== outputChannels(network)) {
    throw new Error(`compiled to ${channels} output channels, not ${outputChannels(network)}`);
  }
  const blocks = Math.ceil(network.prewarmSamples / prewarmBlockFrames);
  const prewarmSamples = blocks * prewarmBlockFrames;
  return { network, buffers, input, output, operations, prewarmSamples };
};
