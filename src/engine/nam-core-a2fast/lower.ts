/** A2FastModel::process: rechannel, 23 layers on mirrored rings, the head. */
import type { KernelBuilder } from '../../kernel/builder.ts';
import type { Lowered, Reference, RingId, Target } from '../../kernel/lowered.ts';
import type { Template } from '../../kernel/template.ts';
import type { Convolution, WaveNetNetwork } from '../../nam/network.ts';
import { counts, plus } from '../common/code.ts';
import { Lowering, type Place } from '../common/lowering.ts';
import { mirroredRing } from '../common/rings.ts';

import { appendLazyProduct } from '../eigen/lazy.ts';
import {
  type AppendProduct,
  coefficientThreshold,
  offsetBy,
  packedProductOf,
} from '../eigen/product.ts';
import { writeMemcpy } from '../libc/memcpy.ts';
import { appendZero, zeroOf } from '../libc/memset.ts';
import { tapMatrices } from '../nam-core/weights.ts';
import { a2Code } from './body-code.ts';
import { writeHead, writeInput, writeOutput } from './ends.ts';
import { writeBiasPass, writeHeadSum, writeMixin, writeSelect } from './full-layer.ts';
import { writeTap } from './lite-layer.ts';
import { writeTail } from './lite-tail.ts';

interface Blocks {
  readonly condition: Reference;
  /** The layers' signal: read by a layer, then its residual sum. */
  readonly signal: Reference;
  readonly headSum: Reference;
  readonly z: Reference;
}

const powerOfTwoFrom = (columns: number): number => 2 ** Math.ceil(Math.log2(columns));

export const lowerA2 = (
  engine: string,
  network: WaveNetNetwork,
  target: Target,
  blockFrames: number,
): Lowered => {
  const lowering = new Lowering(target, blockFrames);
  const array = network.arrays[0];
  if (!array) throw new RangeError('Expected one layer array.');
  const { channels } = array;
  const scratch = (name: string, floats: number): Reference => ({
    buffer: lowering.buffer(name, floats, 'scratch'),
    offset: 0,
  });
  const input = lowering.buffer('audio in', blockFrames, 'io');
  const output = lowering.buffer('audio out', blockFrames, 'io');
  const blocks: Blocks = {
    condition: scratch('condition', blockFrames),
    signal: scratch('signal', channels * blockFrames),
    headSum: scratch('head sum', channels * blockFrames),
    z: scratch('z', channels * blockFrames),
  };
  const ends = { layer: 'input', kind: 'input' };
  lowering.kernel(
    ends,
    lowering.template(`a2fast/input/${channels}x${blockFrames}`, (b) =>
      writeInput(b, target, channels, blockFrames),
    ),
    [
      { buffer: input, offset: 0 },
      lowering.weights('rechannel', array.rechannel.weights),
      blocks.condition,
      blocks.signal,
    ],
  );
  appendZero(lowering, { layer: 'head', kind: 'zero' }, blocks.headSum, channels * blockFrames);
  const copy = lowering.template(`memcpy/${channels * blockFrames}`, (b) =>
    writeMemcpy(b, target, channels * blockFrames),
  );
  const appendLayer =
    channels === 3 ? liteLayer(lowering, blocks) : fullLayer(lowering, blocks, channels);
  array.layers.forEach((layer, index) => {
    const place = { layer: `array 0 layer ${index}`, kind: 'conv' };
    const ring = appendRing(lowering, place, layer.conv, blocks.signal, copy);
    if (!layer.layer1x1) throw new RangeError('Expected a layer1x1 in every layer.');
    const parts = { conv: layer.conv, mixin: layer.inputMixin, matrix: layer.layer1x1 };
    appendLayer(place, parts, ring);
    lowering.advance(place.layer, ring);
  });
  appendHead(lowering, array.headRechannel, network.headScale, blocks, copy, output);
  return lowering.finish(engine, input, output, channels === 3 ? 6 * 1024 : 20 * 1024);
};

/** Writes the block and refreshes the mirror of the first columns behind the last, each by `copy`. */
const appendRing = (
  lowering: Lowering,
  place: Place,
  conv: Convolution,
  source: Reference,
  copy: Template,
): RingId => {
  const { blockFrames } = lowering;
  const lookback = (conv.kernelSize - 1) * conv.dilation;
  const channels = conv.inChannels;
  const period = powerOfTwoFrom(lookback + blockFrames);
  const ring = mirroredRing(
    lowering,
    `${place.layer} history`,
    channels,
    period,
    blockFrames,
    lookback,
  );
  const storage = lowering.rings[ring]?.buffer ?? 0;
  const front: Reference = { buffer: storage, offset: 0 };
  const position: Reference = { buffer: storage, offset: 0, ring: { id: ring, delay: 0 } };
  const mirror: Reference = { buffer: storage, offset: period * channels };
  const { stack } = lowering;
  const at = { layer: place.layer, kind: 'ring', perBlock: 1, ring };
  lowering.ringStep({
    ...at,
    action: 'write',
    src: source,
    templates: [{ template: copy, times: 1, slots: [stack, source, position] }],
  });
  lowering.ringStep({
    ...at,
    action: 'mirror',
    templates: [{ template: copy, times: 1, slots: [stack, front, mirror] }],
  });
  return ring;
};

interface LayerParts {
  readonly conv: Convolution;
  readonly mixin: Convolution;
  readonly matrix: Convolution;
}

/** Appends one layer. Its code is that of all layers, and is written before the first. */
type AppendLayer = (place: Place, parts: LayerParts, ring: RingId) => void;

const liteLayer = (lowering: Lowering, blocks: Blocks): AppendLayer => {
  const { target, blockFrames } = lowering;
  const [firstTap, furtherTap] = [true, false].map((first) =>
    lowering.template(`a2fast/tap/${blockFrames}/${first}`, (b) =>
      writeTap(b, target, blockFrames, first),
    ),
  ) as [Template, Template];
  const tail = lowering.template(`a2fast/tail/${blockFrames}`, (b) =>
    writeTail(b, target, blockFrames),
  );
  return (place, { conv, mixin, matrix }, ring) => {
    const { layer } = place;
    const storage = lowering.rings[ring]?.buffer ?? 0;
    const weights = lowering.weights(`${layer} weights`, tapMatrices(conv));
    const bias = lowering.weights(`${layer} bias`, conv.bias ?? new Float32Array(3));
    const last = conv.kernelSize - 1;
    const history = (tap: number): Reference => ({
      buffer: storage,
      offset: 0,
      ring: { id: ring, delay: (last - tap) * conv.dilation },
    });
    for (let tap = 0; tap < last; tap++) {
      const slots = [offsetBy(weights, tap * 9), bias, history(tap), blocks.z];
      lowering.kernel(place, tap === 0 ? firstTap : furtherTap, slots);
    }
    lowering.kernel({ layer, kind: 'conv, activation, 1x1' }, tail, [
      offsetBy(weights, last * 9),
      lowering.weights(`${layer} mixin`, mixin.weights),
      lowering.weights(`${layer} 1x1`, tapMatrices(matrix)),
      lowering.weights(`${layer} 1x1 bias`, matrix.bias ?? new Float32Array(3)),
      history(last),
      blocks.z,
      blocks.condition,
      blocks.headSum,
      blocks.signal,
    ]);
  };
};

const fullLayer = (lowering: Lowering, blocks: Blocks, channels: number): AppendLayer => {
  const { target, blockFrames } = lowering;
  const code = a2Code(target).full;
  const shape = {
    rows: channels,
    depth: channels,
    columns: blockFrames,
    weightStride: channels,
    blockStride: channels,
    resultStride: channels,
  };
  // Eigen's choice, with rows and depth known to the compiler.
  const short = 2 * channels + blockFrames < coefficientThreshold;
  const productFor = (dispatch: boolean): AppendProduct =>
    short
      ? (at, operands) => appendLazyProduct(lowering, at, shape, operands, true)
      : packedProductOf(lowering, shape, { dispatch });
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
  return (place, { conv, mixin, matrix }, ring) => {
    const { layer } = place;
    const storage = lowering.rings[ring]?.buffer ?? 0;
    lowering.overhead(
      `a2fast/full-call/${conv.kernelSize}/${short}`,
      plus(code.layer, short ? code.shortTap : code.tap, conv.kernelSize),
    )({ layer, kind: 'call' });
    zero(place, blocks.z);
    const weights = lowering.weights(`${layer} weights`, tapMatrices(conv));
    for (let tap = 0; tap < conv.kernelSize; tap++) {
      const delay = (conv.kernelSize - 1 - tap) * conv.dilation;
      tapProduct(place, {
        weights: offsetBy(weights, tap * channels * channels),
        block: { buffer: storage, offset: 0, ring: { id: ring, delay } },
        result: blocks.z,
      });
    }
    const biases = (convolution: Convolution): Float32Array =>
      convolution.bias ?? new Float32Array(channels);
    bias(layer, [blocks.z, lowering.weights(`${layer} bias`, biases(conv))]);
    const mixinWeights = lowering.weights(`${layer} mixin`, mixin.weights);
    addMixin(layer, [blocks.z, mixinWeights, blocks.condition]);
    activation(layer, [blocks.z]);
    headSum(layer, [blocks.z, blocks.headSum]);
    matrixProduct(
      { layer, kind: 'layer1x1' },
      {
        weights: lowering.weights(`${layer} 1x1`, tapMatrices(matrix)),
        block: blocks.z,
        result: blocks.signal,
      },
    );
    bias(layer, [blocks.signal, lowering.weights(`${layer} 1x1 bias`, biases(matrix))]);
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
  const { target, blockFrames } = lowering;
  const place = { layer: 'head', kind: 'head' };
  const ring = appendRing(lowering, place, head, blocks.headSum, copy);
  const storage = lowering.rings[ring]?.buffer ?? 0;
  const result = { buffer: lowering.buffer('head output', blockFrames, 'scratch'), offset: 0 };
  lowering.overhead(
    'a2fast/process',
    counts('int 90 branch 25 load_int 40 store_int 20'),
  )({ ...place, kind: 'call' });
  const bias = head.bias?.[0] ?? 0;
  const { inChannels, kernelSize } = head;
  lowering.kernel(
    place,
    lowering.template(
      `a2fast/head/${inChannels}x${kernelSize}x${blockFrames}/${bias}/${scale}`,
      (b) => writeHead(b, target, inChannels, kernelSize, blockFrames, bias, scale),
    ),
    [
      lowering.weights('head weights', head.weights),
      { buffer: storage, offset: 0, ring: { id: ring, delay: kernelSize - 1 } },
      result,
    ],
  );
  lowering.kernel(
    { layer: 'output', kind: 'output' },
    lowering.template(`a2fast/output/${blockFrames}`, (b) => writeOutput(b, target, blockFrames)),
    [result, { buffer: output, offset: 0 }],
  );
  lowering.advance(place.layer, ring);
};
