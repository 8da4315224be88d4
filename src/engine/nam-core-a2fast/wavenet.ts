/** A2FastModel::process: rechannel, 23 layers on mirrored rings, the head. */
import type { Lowered, Reference, RingId, Target } from '../../kernel/lowered.ts';
import { offsetBy } from '../../kernel/lowered.ts';
import type { Template } from '../../kernel/template.ts';
import type { Convolution, WaveNetNetwork } from '../../nam/network.ts';
import { plus } from '../common/code.ts';
import { interleavedRing, type Label, Lowering } from '../common/lowering.ts';
import type { TargetBuilder } from '../common/target-builder.ts';
import { appendLazyProduct } from '../eigen/lazy.ts';
import { appendPackedProduct, coefficientThreshold, packedPanels } from '../eigen/product.ts';
import type { ProductOperands } from '../eigen/product-code.ts';
import { appendZero, writeMemcpy } from '../libc/memory.ts';
import { shapeOf } from '../nam-core/convolution.ts';
import { tapMatrices } from '../nam-core/weights.ts';
import { a2Code } from './a2-code.ts';
import data from './compiled-code.json' with { type: 'json' };
import { writeBiasPass, writeHeadSum, writeMixin, writeSelect } from './full-layer.ts';
import { writeHead, writeInput, writeOutput } from './io.ts';
import { writeTail, writeTap } from './lite-layer.ts';

export interface Blocks {
  readonly condition: Reference;
  /** The layers' signal: read by a layer, then its residual sum. */
  readonly signal: Reference;
  readonly headSum: Reference;
  readonly z: Reference;
}

/** What a fork of the library makes otherwise. */
export interface A2Fork {
  readonly engine: string;
  /** Columns that a ring's mirror repeats, of which only those that were written are copied. @default a block, copied whole */
  readonly mirrored?: number;
  /** Eight channels. */
  readonly fullLayer: (low: Lowering, blocks: Blocks, channels: number) => AppendLayer;
}

export const lowerA2 = (
  network: WaveNetNetwork,
  target: Target,
  blockFrames: number,
  { engine, mirrored, fullLayer }: A2Fork = own,
): Lowered => {
  const low = new Lowering(target, blockFrames);
  const [array] = network.arrays;
  if (!array) throw new RangeError('Expected one layer array.');
  const { channels } = array;
  const floats = channels * blockFrames;
  const { input, output } = low.io();
  const blocks: Blocks = {
    condition: low.scratch('condition', blockFrames),
    signal: low.scratch('signal', floats),
    headSum: low.scratch('head sum', floats),
    z: low.scratch('z', floats),
  };
  appendInput(low, channels, array.rechannel.weights, input, blocks);
  appendZero(low, { layer: 'head', kind: 'zero' }, blocks.headSum, floats);
  const copy = low.template(`memcpy/${floats}`, (b) => writeMemcpy(b, floats));
  const appendLayer = channels === 3 ? liteLayer(low, blocks) : fullLayer(low, blocks, channels);
  for (const [index, { conv, inputMixin: mixin, layer1x1: matrix }] of array.layers.entries()) {
    const place = { layer: `array 0 layer ${index}`, kind: 'conv' };
    if (!matrix) throw new RangeError('Expected a layer1x1 in every layer.');
    const { ring, taps } = appendRing(low, place, conv, blocks.signal, copy, mirrored);
    appendLayer(place, { conv, mixin, matrix }, taps);
    low.advance(place.layer, ring);
  }
  appendHead(low, array.headRechannel, network.headScale, blocks, copy, output, mirrored);
  return low.finish(engine, input, output, channels === 3 ? 6 * 1024 : 20 * 1024);
};

/** The condition and the first layer's signal of a block from the host. */
export const appendInput = (
  low: Lowering,
  channels: number,
  weights: Float32Array,
  input: number,
  { condition, signal }: Pick<Blocks, 'condition' | 'signal'>,
): void =>
  low.kernel(
    { layer: 'input', kind: 'input' },
    low.template(`a2fast/input/${channels}x${low.blockFrames}`, (b) =>
      writeInput(b, channels, low.blockFrames),
    ),
    [{ buffer: input, offset: 0 }, low.weights('rechannel', weights), condition, signal],
  );

/** Writes the block and refreshes the mirror of the first columns behind the last, each by `copy`. */
export const appendRing = (
  low: Lowering,
  { layer }: Label,
  { kernelSize, dilation, inChannels }: Pick<Convolution, 'kernelSize' | 'dilation' | 'inChannels'>,
  source: Reference,
  copy: Template,
  mirrored?: number,
): { readonly ring: RingId; readonly taps: readonly Reference[] } => {
  const { blockFrames } = low;
  const last = kernelSize - 1;
  const lookback = last * dilation;
  const mirror = mirrored ?? blockFrames;
  // A power of two of columns plus the mirror, so that every read of a block is contiguous.
  const period = 2 ** Math.ceil(Math.log2(lookback + mirror));
  const ring = interleavedRing(low, {
    name: `${layer} history`,
    channels: inChannels,
    columns: period + mirror,
    lookback,
    policy: { kind: 'mirrored', start: lookback, period },
  });
  const place = { layer, kind: 'ring' };
  low.ringCopy(place, 'write', ring, copy, [source, low.history(ring)], { src: source });
  const toMirror = [low.frontOf(ring), low.frontOf(ring, period * inChannels)] as const;
  const perBlock = mirrored === undefined ? 1 : mirrored / period;
  low.ringCopy(place, 'mirror', ring, copy, toMirror, { perBlock });
  const taps = Array.from({ length: kernelSize }, (_, tap) =>
    low.history(ring, (last - tap) * dilation),
  );
  return { ring, taps };
};

export type LayerParts = Readonly<Record<'conv' | 'mixin' | 'matrix', Convolution>>;

/** Appends one layer. Its code is that of all layers, and is written before the first. */
export type AppendLayer = (place: Label, parts: LayerParts, taps: readonly Reference[]) => void;

const biasOf = ({ bias, outChannels }: Convolution) => bias ?? new Float32Array(outChannels);

const liteLayer = (low: Lowering, blocks: Blocks): AppendLayer => {
  const { blockFrames } = low;
  const tapOf = (first: boolean): Template =>
    low.template(`a2fast/tap/${blockFrames}/${first}`, (b) => writeTap(b, blockFrames, first));
  const [firstTap, furtherTap] = [tapOf(true), tapOf(false)];
  const tail = low.template(`a2fast/tail/${blockFrames}`, (b) => writeTail(b, blockFrames));
  return (place, { conv, mixin, matrix }, taps) => {
    const { layer } = place;
    const weights = low.weights(`${layer} weights`, tapMatrices(conv));
    const bias = low.weights(`${layer} bias`, biasOf(conv));
    for (const [tap, history] of taps.entries()) {
      const ofTap = offsetBy(weights, tap * 9);
      if (tap < taps.length - 1) {
        low.kernel(place, tap === 0 ? firstTap : furtherTap, [ofTap, bias, history, blocks.z]);
        continue;
      }
      low.kernel({ layer, kind: 'conv, activation, 1x1' }, tail, [
        ofTap,
        low.weights(`${layer} mixin`, mixin.weights),
        low.weights(`${layer} 1x1`, tapMatrices(matrix)),
        low.weights(`${layer} 1x1 bias`, biasOf(matrix)),
        history,
        blocks.z,
        blocks.condition,
        blocks.headSum,
        blocks.signal,
      ]);
    }
  };
};

const fullLayer = (low: Lowering, blocks: Blocks, channels: number): AppendLayer => {
  const { target, blockFrames } = low;
  const code = a2Code(target).full;
  // Eigen's choice, with rows and depth known to the compiler.
  const short = 2 * channels + blockFrames < coefficientThreshold;
  const square = { inChannels: channels, outChannels: channels };
  const shape = shapeOf(square, blockFrames, { at: blocks.z, stride: channels });
  if (!short) packedPanels(low, shape);
  const product = (place: Label, operands: ProductOperands, dispatch: boolean): void =>
    short
      ? appendLazyProduct(low, place, shape, operands, true)
      : appendPackedProduct(low, place, shape, operands, dispatch);
  return (place, { conv, mixin, matrix }, taps) => {
    const { layer } = place;
    const { z, signal } = blocks;
    type Write = (b: TargetBuilder, frames: number) => void;
    const pass = (kind: string, write: Write, slots: readonly Reference[]): void => {
      const template = low.template(`a2fast/${kind}/${blockFrames}`, (b) => write(b, blockFrames));
      low.kernel({ layer, kind }, template, slots);
    };
    const called = plus(code.layer, short ? code.shortTap : code.tap, conv.kernelSize);
    low.overhead(`a2fast/full-call/${conv.kernelSize}/${short}`, called)({ layer, kind: 'call' });
    appendZero(low, place, z, channels * blockFrames);
    const weights = low.weights(`${layer} weights`, tapMatrices(conv));
    for (const [tap, block] of taps.entries()) {
      const ofTap = offsetBy(weights, tap * channels * channels);
      product(place, { weights: ofTap, block, result: z }, false);
    }
    pass('bias', writeBiasPass, [z, low.weights(`${layer} bias`, biasOf(conv))]);
    const mixed = [z, low.weights(`${layer} mixin`, mixin.weights), blocks.condition];
    pass('mixin', writeMixin, mixed);
    pass('activation', writeSelect, [z]);
    pass('head sum', writeHeadSum, [z, blocks.headSum]);
    const matrixWeights = low.weights(`${layer} 1x1`, tapMatrices(matrix));
    const operands = { weights: matrixWeights, block: z, result: signal };
    product({ layer, kind: 'layer1x1' }, operands, true);
    pass('bias', writeBiasPass, [signal, low.weights(`${layer} 1x1 bias`, biasOf(matrix))]);
  };
};

const own: A2Fork = { engine: 'nam-core-a2fast', fullLayer };

const appendHead = (
  low: Lowering,
  head: Convolution,
  scale: number,
  blocks: Blocks,
  copy: Template,
  output: number,
  mirrored?: number,
): void => {
  const place = { layer: 'head', kind: 'head' };
  const { ring, taps } = appendRing(low, place, head, blocks.headSum, copy, mirrored);
  low.overhead('a2fast/process', data.code.process)({ ...place, kind: 'call' });
  const [oldest] = taps;
  if (!oldest) throw new RangeError('Expected a head of at least one tap.');
  appendOutput(low, head, scale, oldest, output);
  low.advance(place.layer, ring);
};

/** The head's products from its oldest tap on, scaled, and the block for the host. */
export const appendOutput = (
  low: Lowering,
  head: Convolution,
  scale: number,
  oldest: Reference,
  output: number,
): void => {
  const { blockFrames: frames } = low;
  const result = low.scratch('head output', frames);
  const { inChannels: channels, kernelSize } = head;
  const [bias = 0] = head.bias ?? [];
  const shape = { channels, taps: kernelSize, frames, bias, scale };
  const name = `a2fast/head/${channels}x${kernelSize}x${frames}/${bias}/${scale}`;
  const template = low.template(name, (b) => writeHead(b, shape));
  low.kernel({ layer: 'head', kind: 'head' }, template, [
    low.weights('head weights', head.weights),
    oldest,
    result,
  ]);
  low.kernel(
    { layer: 'output', kind: 'output' },
    low.template(`a2fast/output/${frames}`, (b) => writeOutput(b, frames)),
    [result, { buffer: output, offset: 0 }],
  );
};
