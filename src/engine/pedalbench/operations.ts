/** Any program, operation by operation: every kernel is vectorised over frames of planar signals. */
import type { Address, Register } from '../../kernel/instruction.ts';
import type { Reference } from '../../kernel/lowered.ts';
import type { Activation, Convolution } from '../../nam/network.ts';
import type { Operation, Program } from '../../program/program.ts';
import type { Label } from '../common/lowering.ts';
import { activate } from './activation.ts';
import * as convolution from './convolution.ts';
import { type Planes, padded, type Signal } from './lowering.ts';
import { lowerLstm } from './lstm.ts';
import type { VectorMath } from './tile-writer.ts';

export interface ConvolveOptions {
  readonly kind: string;
  /** Multiplies the result. @default 1 */
  readonly scale?: number;
}

/** to = scale * conv(from); `from` starts at the oldest frame that the taps read. */
export function convolve(
  low: Planes,
  layer: string,
  conv: Convolution,
  from: Signal,
  to: Signal,
  { kind, scale = 1 }: ConvolveOptions,
): void {
  const shape = convolution.shapeOf(conv);
  const tile = low.tile(conv.outChannels / conv.groups);
  const blocks = convolution.outputBlocks(shape, tile.outputs);
  const packed = padded(convolution.convolutionFloats(conv));
  convolution.packConvolution(conv, tile.outputs, packed, 0);
  const weights = low.tileWeights(`${layer} ${kind} weights`, packed);
  const slots = { input: from.reference, weights, output: to.reference };
  const description = { ...shape, tile, planes: [from.plane, to.plane], scale };
  low.kernel({ layer, kind }, description, slots, (tw, slot) => {
    const operands = { taps: [slot.input], plane: from.plane, weights: slot.weights };
    convolution.forBlocks(tw, shape, blocks, 0, (place) => {
      tw.tiles(low.options.blockFrames, tile.vectors, (at) => {
        const v = tw.math(at.lanes);
        const store = (sum: Register, to: Address): void =>
          tw.builder.store(scale === 1 ? sum : v.mul(sum, v.constant(scale)), to, at.lanes);
        convolution.convolveBlock(tw, at, shape, place, operands).forEach((row, o) => {
          const places = convolution.outputVectors(tw, slot.output, to.plane, place, o, at);
          for (const [i, place] of places.entries()) store(row[i] as Register, place); // as many
        });
      });
    });
  });
}

/** One vector of one channel. */
interface ChannelVector {
  readonly v: VectorMath;
  /** Loads row `row` (and the channel of the loop) of an operand. */
  readonly load: (name: string, row?: number) => Register;
  /** Loads one weight of the loop's channel. */
  readonly weight: (name: string) => Register;
}

/** What a kernel that treats channels alike reads; `to` is what it writes. */
interface ChannelOperands {
  readonly signals: Readonly<Record<string, Signal>> & { readonly to: Signal };
  readonly weights?: Readonly<Record<string, Reference>>;
  /** What the kernel depends on besides. */
  readonly shape?: Readonly<Record<string, unknown>>;
}

/** One kernel for `rows` channels that are treated alike. */
function perChannel(
  low: Planes,
  place: Label,
  rows: number,
  { signals, weights = {}, shape = {} }: ChannelOperands,
  result: (at: ChannelVector) => Register,
): void {
  const references = Object.entries(signals).map(([name, { reference }]) => [name, reference]);
  const slots: Record<string, Reference> = { ...weights, ...Object.fromEntries(references) };
  const planes = Object.values(signals).map(({ plane }) => plane);
  low.kernel(place, { ...shape, rows, planes }, slots, (tw, slot) => {
    const b = tw.builder;
    tw.tiles(low.options.blockFrames, 1, ({ start, lanes, frame }) => {
      tw.loop(rows, planes.length, (channel) => {
        const at = (name: string, row = 0): Address => {
          const { plane = 0 } = signals[name] ?? {};
          return b.at(slot[name] ?? 0, row * plane + start, frame, channel.times(plane));
        };
        const form = lanes === 1 ? 'plain' : 'dup';
        const weight = (name: string): Register =>
          b.load(b.at(slot[name] ?? 0, 0, channel.times(1)), lanes, { form });
        const load = (name: string, row?: number): Register => b.load(at(name, row), lanes);
        b.store(result({ v: tw.math(lanes), load, weight }), at('to'), lanes);
      });
    });
  });
}

export function zero(low: Planes, layer: string, to: Signal): void {
  const place = { layer, kind: 'zero' };
  perChannel(low, place, to.channels, { signals: { to } }, ({ v }) => v.constant(0));
}

function copy(low: Planes, place: Label, rows: number, from: Signal, to: Signal): void {
  perChannel(low, place, rows, { signals: { from, to } }, ({ load }) => load('from'));
}

/** The weights of a PReLU with a slope per channel; other activations have none. */
function slopesOf(low: Planes, name: string, activation: Activation, rows: number) {
  const { negativeSlopes: slopes = [] } = activation;
  if (slopes.length <= 1) return undefined;
  const slopeOf = (_: unknown, row: number): number => slopes[row % slopes.length] ?? 0;
  return low.paddedWeights(name, Array.from({ length: rows }, slopeOf));
}

export function lowerOperations(low: Planes, program: Program): [Signal, Signal] {
  const signals = program.buffers.map(({ name, channels }, id) =>
    low.signal(name, channels, id === program.input || id === program.output ? 'io' : 'scratch'),
  );
  const signal = (id: number): Signal => signals[id] as Signal; // programs name their own buffers
  for (const operation of program.operations) lowerOperation(low, operation, signal);
  return [signal(program.input), signal(program.output)];
}

type SignalOf = (id: number) => Signal;

function lowerOperation(low: Planes, operation: Operation, signal: SignalOf): void {
  const { layer } = operation;
  const place = { layer, kind: operation.op };
  switch (operation.op) {
    case 'zero':
      zero(low, layer, signal(operation.dst));
      return;
    case 'copy':
      copy(low, place, operation.rows, signal(operation.src), signal(operation.dst));
      return;
    case 'conv':
      lowerConv(low, operation, signal);
      return;
    case 'add': {
      const [a, b, to] = [signal(operation.a), signal(operation.b), signal(operation.dst)];
      perChannel(low, place, operation.rows, { signals: { a, b, to } }, ({ v, load }) =>
        v.add(load('a'), load('b')),
      );
      return;
    }
    case 'activation':
      lowerActivation(low, operation, signal(operation.buf));
      return;
    case 'gate':
      lowerGate(low, operation, signal(operation.buf));
      return;
    case 'film':
      lowerFilm(low, operation, signal);
      return;
    case 'scale': {
      const [from, to] = [signal(operation.src), signal(operation.dst)];
      const { scale } = operation;
      const operands = { signals: { from, to }, shape: { scale } };
      perChannel(low, place, from.channels, operands, ({ v, load }) =>
        v.mul(load('from'), v.constant(scale)),
      );
      return;
    }
    case 'affine': {
      const to = signal(operation.buf);
      const scale = low.paddedWeights(`${layer} scale`, operation.scale);
      const offset = low.paddedWeights(`${layer} offset`, operation.offset);
      const operands = { signals: { to }, weights: { scale, offset } };
      perChannel(low, place, to.channels, operands, ({ v, load, weight }) =>
        v.multiplyAdd(load('to'), weight('scale'), weight('offset')),
      );
      return;
    }
    case 'lstm':
      lowerLstm(low, layer, operation.cell, signal(operation.src), signal(operation.dst));
      return;
    default:
      operation satisfies never;
  }
}

function lowerConv(low: Planes, conv: Operation & { op: 'conv' }, signal: SignalOf): void {
  const { layer, role, src, dst } = conv;
  const { kernelSize, dilation, inChannels, outChannels } = conv.conv;
  const from = signal(src);
  // Outputs are written block by block: what is still to be read must not be overwritten.
  const to = src === dst ? low.signal(`${layer} ${role} result`, outChannels) : signal(dst);
  const lookback = (kernelSize - 1) * dilation;
  if (lookback === 0) convolve(low, layer, conv.conv, from, to, { kind: role });
  else {
    const ring = low.linearRing(`${layer} ${role} history`, inChannels, lookback);
    low.rewind(layer, ring);
    low.write(layer, ring, from);
    convolve(low, layer, conv.conv, low.inRing(ring, lookback), to, { kind: role });
    low.advance(layer, ring);
  }
  if (src === dst) copy(low, { layer, kind: 'copy' }, outChannels, to, from);
}

function lowerActivation(low: Planes, of: Operation & { op: 'activation' }, to: Signal): void {
  const { layer, activation } = of;
  const { tanh } = low.options;
  const slope = slopesOf(low, `${layer} slope`, activation, to.channels);
  const operands = { signals: { to }, weights: slope ? { slope } : {}, shape: { activation } };
  perChannel(low, { layer, kind: 'activation' }, to.channels, operands, ({ v, load, weight }) => {
    const own = slope && weight('slope');
    return activate(v, activation, load('to'), { tanh, slope: own });
  });
}

function lowerGate(low: Planes, gate: Operation & { op: 'gate' }, to: Signal): void {
  const { layer, rows, primary, secondary, mode } = gate;
  const { tanh } = low.options;
  const first = slopesOf(low, `${layer} primary`, primary, rows);
  const second = slopesOf(low, `${layer} secondary`, secondary, rows);
  const weights = { ...(first && { primary: first }), ...(second && { secondary: second }) };
  const operands = { signals: { to }, weights, shape: { primary, secondary, mode } };
  perChannel(low, { layer, kind: 'gate' }, rows, operands, ({ v, load, weight }) => {
    const top = load('to');
    const bottom = load('to', rows);
    const share = activate(v, secondary, bottom, { tanh, slope: second && weight('secondary') });
    const value = activate(v, primary, top, { tanh, slope: first && weight('primary') });
    if (mode === 'gated') return v.mul(value, share);
    return v.multiplyAdd(share, value, v.mul(v.sub(v.constant(1), share), top));
  });
}

function lowerFilm(low: Planes, film: Operation & { op: 'film' }, signal: SignalOf): void {
  const { layer, rows, shift, conv } = film;
  const modulation = low.signal(`${layer} film`, conv.outChannels);
  convolve(low, layer, conv, signal(film.condition), modulation, { kind: 'film' });
  const signals = { from: signal(film.src), to: signal(film.dst), modulation };
  perChannel(low, { layer, kind: 'film' }, rows, { signals, shape: { shift } }, ({ v, load }) => {
    const scale = load('modulation');
    const value = load('from');
    return shift ? v.multiplyAdd(value, scale, load('modulation', rows)) : v.mul(value, scale);
  });
}
