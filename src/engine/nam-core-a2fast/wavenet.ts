/** A2FastModel::process: rechannel, 23 layers on mirrored rings, the head. */
import type { KernelBuilder } from '../../kernel/builder.ts';
import type { Lowered, Reference, RingId, Target } from '../../kernel/lowered.ts';
import type { Template } from '../../kernel/template.ts';
import type { Convolution, WaveNetNetwork } from '../../nam/network.ts';
import { plus } from '../common/code.ts';
import { Lowering, type Place } from '../common/lowering.ts';
import { interleavedRing } from '../common/rings.ts';
import { appendLazyProduct } from '../eigen/lazy.ts';
import {
  type AppendProduct,
  coefficientThreshold,
  offsetBy,
  packedProductOf,
} from '../eigen/product.ts';
import { writeMemcpy } from '../libc/memcpy.ts';
import { appendZero, zeroOf } from '../libc/memset.ts';
import { shapeOf } from '../nam-core/convolution.ts';
import { tapMatrices } from '../nam-core/weights.ts';
import { a2Code } from './a2-code.ts';
import data from './compiled-code.json' with { type: 'json' };
import { writeBiasPass, writeHeadSum, writeMixin, writeSelect } from './full-layer.ts';
import { writeHead, writeInput, writeOutput } from './io.ts';
import { writeTail, writeTap } from './lite-layer.ts';

interface Blocks {
  readonly condition: Reference;
  /** The layers' signal: read by a layer, then its residual sum. */
  readonly signal: Reference;
  readonly headSum: Reference;
  readonly z: Reference;
}

export const lowerA2 = (
  engine: string,
  network: WaveNetNetwork,
  target: Target,
  blockFrames: number,
): Lowered => {
  const lowering = new Lowering(target, blockFrames);
  const [array] = network.arrays;
  if (!array) throw new RangeError('Expected one layer array.');
  const { channels } = array;
  const floats = channels * blockFrames;
  const { input, output } = lowering.io();
  const blocks: Blocks = {
    condition: lowering.scratch('condition', blockFrames),
    signal: lowering.scratch('signal', floats),
    headSum: lowering.scratch('head sum', floats),
    z: lowering.scratch('z', floats),
  };
  lowering.kernel(
    { layer: 'input', kind: 'input' },
    lowering.template(`a2fast/input/${channels}x${blockFrames}`, (b) =>
      writeInput(b, channels, blockFrames),
    ),
    [
      { buffer: input, offset: 0 },
      lowering.weights('rechannel', array.rechannel.weights),
      blocks.condition,
      blocks.signal,
    ],
  );
  appendZero(lowering, { layer: 'head', kind: 'zero' }, blocks.headSum, floats);
  const copy = lowering.template(`memcpy/${floats}`, (b) => writeMemcpy(b, target, floats));
  const appendLayer =
    channels === 3 ? liteLayer(lowering, blocks) : fullLayer(lowering, blocks, channels);
  for (const [index, { conv, inputMixin: mixin, layer1x1: matrix }] of array.layers.entries()) {
    const place = { layer: `array 0 layer ${index}`, kind: 'conv' };
    if (!matrix) throw new RangeError('Expected a layer1x1 in every layer.');
    const { ring, taps } = appendRing(lowering, place, conv, blocks.signal, copy);
    appendLayer(place, { conv, mixin, matrix }, taps);
    lowering.advance(place.layer, ring);
  }
  appendHead(lowering, array.headRechannel, network.headScale, blocks, copy, output);
  return lowering.finish(engine, input, output, channels === 3 ? 6 * 1024 : 20 * 1024);
};

/** Writes the block and refreshes the mirror of the first columns behind the last, each by `copy`. */
const appendRing = (
  lowering: Lowering,
  { layer }: Place,
  { kernelSize, dilation, inChannels }: Convolution,
  source: Reference,
  copy: Template,
): { readonly ring: RingId; readonly taps: readonly Reference[] } => {
  const { blockFrames } = lowering;
  const last = kernelSize - 1;
  const lookback = last * dilation;
  // A power of two of columns plus a mirror of a block, so that every read of a block is contiguous.
  const period = 2 ** Math.ceil(Math.log2(lookback + blockFrames));
  const ring = interleavedRing(lowering, {
    name: `${layer} history`,
    channels: inChannels,
    columns: period + blockFrames,
    lookback,
    policy: { kind: 'mirrored', start: lookback, period },
  });
  const place = { layer, kind: 'ring' };
  const toRing = [source, lowering.history(ring)] as const;
  lowering.ringCopy(place, 'write', ring, copy, toRing, { src: source });
  const toMirror = [lowering.frontOf(ring), lowering.frontOf(ring, period * inChannels)] as const;
  lowering.ringCopy(place, 'mirror', ring, copy, toMirror);
  const taps = Array.from({ length: kernelSize }, (_, tap) =>
    lowering.history(ring, (last - tap) * dilation),
  );
  return { ring, taps };
};

interface LayerParts {
  readonly conv: Convolution;
  readonly mixin: Convolution;
  readonly matrix: Convolution;
}

/** Appends one layer. Its code is that of all layers, and is written before the first. */
type AppendLayer = (place: Place, parts: LayerParts, taps: readonly Reference[]) => void;

const biasOf = ({ bias, outChannels }: Convolution): Float32Array =>
  bias ?? new Float32Array(outChannels);

const liteLayer = (lowering: Lowering, blocks: Blocks): AppendLayer => {
  const { target, blockFrames } = lowering;
  const tapOf = (first: boolean): Template =>
    lowering.template(`a2fast/tap/${blockFrames}/${first}`, (b) =>
      writeTap(b, target, blockFrames, first),
    );
  const [firstTap, furtherTap] = [tapOf(true), tapOf(false)];
  const tail = lowering.template(`a2fast/tail/${blockFrames}`, (b) =>
    writeTail(b, target, blockFrames),
  );
  return (place, { conv, mixin, matrix }, taps) => {
    const { layer } = place;
    const weights = lowering.weights(`${layer} weights`, tapMatrices(conv));
    const bias = lowering.weights(`${layer} bias`, biasOf(conv));
    for (const [tap, history] of taps.entries()) {
      const ofTap = offsetBy(weights, tap * 9);
      if (tap < taps.length - 1) {
        lowering.kernel(place, tap === 0 ? firstTap : furtherTap, [ofTap, bias, history, blocks.z]);
        continue;
      }
      lowering.kernel({ layer, kind: 'conv, activation, 1x1' }, tail, [
        ofTap,
        lowering.weights(`${layer} mixin`, mixin.weights),
        lowering.weights(`${layer} 1x1`, tapMatrices(matrix)),
        lowering.weights(`${layer} 1x1 bias`, biasOf(matrix)),
        history,
        blocks.z,
        blocks.condition,
        blocks.headSum,
        blocks.signal,
      ]);
    }
  };
};

const fullLayer = (lowering: Lowering, blocks: Blocks, channels: number): AppendLayer => {
  const { target, blockFrames } = lowering;
  const code = a2Code(target).full;
  // Eigen's choice, with rows and depth known to the compiler.
  const short = 2 * channels + blockFrames < coefficientThreshold;
  const square = { inChannels: channels, outChannels: channels };
  const shape = shapeOf(square, blockFrames, { at: blocks.z, stride: channels });
  const productFor = (dispatch: boolean): AppendProduct =>
    short
      ? (at, operands) => appendLazyProduct(lowering, at, shape, operands, true)
      : packedProductOf(lowering, shape, dispatch);
  const pass = (
    kind: string,
    write: (b: KernelBuilder, t: Target, frames: number) => void,
  ): ((layer: string, slots: readonly Reference[]) => void) => {
    const template = lowering.template(`a2fast/${kind}/${blockFrames}`, (b) =>
      write(b, target, blockFrames),
    );
    return (layer, slots) => lowering.kernel({ layer, kind }, template, slots);
  };
  const zero = zeroOf(lowering, channels * blockFrames);
  const bias = pass('bias', writeBiasPass);
  const addMixin = pass('mixin', writeMixin);
  const activation = pass('activation', writeSelect);
  const headSum = pass('head sum', writeHeadSum);
  const [tapProduct, matrixProduct] = [productFor(false), productFor(true)];
  return (place, { conv, mixin, matrix }, taps) => {
    const { layer } = place;
    const { z, signal } = blocks;
    const called = plus(code.layer, short ? code.shortTap : code.tap, conv.kernelSize);
    const name = `a2fast/full-call/${conv.kernelSize}/${short}`;
    lowering.overhead(name, called)({ layer, kind: 'call' });
    zero(place, z);
    const weights = lowering.weights(`${layer} weights`, tapMatrices(conv));
    for (const [tap, block] of taps.entries()) {
      const ofTap = offsetBy(weights, tap * channels * channels);
      tapProduct(place, { weights: ofTap, block, result: z });
    }
    bias(layer, [z, lowering.weights(`${layer} bias`, biasOf(conv))]);
    addMixin(layer, [z, lowering.weights(`${layer} mixin`, mixin.weights), blocks.condition]);
    activation(layer, [z]);
    headSum(layer, [z, blocks.headSum]);
    const matrixWeights = lowering.weights(`${layer} 1x1`, tapMatrices(matrix));
    const operands = { weights: matrixWeights, block: z, result: signal };
    matrixProduct({ layer, kind: 'layer1x1' }, operands);
    bias(layer, [signal, lowering.weights(`${layer} 1x1 bias`, biasOf(matrix))]);
  };
};

const appendHead = (
  lowering: Lowering,
  head: Convolution,
  scale: number,
  blocks: Blocks,
  copy: Template,
  output: number,
): void => {
  const { target, blockFrames: frames } = lowering;
  const place = { layer: 'head', kind: 'head' };
  const { ring, taps } = appendRing(lowering, place, head, blocks.headSum, copy);
  const result = lowering.scratch('head output', frames);
  lowering.overhead('a2fast/process', data.code.process)({ ...place, kind: 'call' });
  const { inChannels: channels, kernelSize } = head;
  const [bias = 0] = head.bias ?? [];
  const shape = { channels, taps: kernelSize, frames, bias, scale };
  const name = `a2fast/head/${channels}x${kernelSize}x${frames}/${bias}/${scale}`;
  const template = lowering.template(name, (b) => writeHead(b, target, shape));
  const [oldest] = taps;
  if (!oldest) throw new RangeError('Expected a head of at least one tap.');
  lowering.kernel(place, template, [
    lowering.weights('head weights', head.weights),
    oldest,
    result,
  ]);
  lowering.kernel(
    { layer: 'output', kind: 'output' },
    lowering.template(`a2fast/output/${frames}`, (b) => writeOutput(b, frames)),
    [result, { buffer: output, offset: 0 }],
  );
  lowering.advance(place.layer, ring);
};
