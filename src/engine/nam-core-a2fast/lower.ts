/** A2FastModel::process: rechannel, 23 layers on mirrored rings, the head. */
import type { Lowered, Reference, RingId, Target } from '../../kernel/lowered.ts';
import type { Convolution, WaveNetNetwork } from '../../nam/network.ts';
import { counts, plus } from '../code.ts';
import { writeOverhead } from '../eigen/gebp.ts';
import { appendLazyProduct } from '../eigen/lazy.ts';
import { type AppendProduct, coefficientThreshold, packedProductOf } from '../eigen/product.ts';
import { writeMemcpy } from '../libc/memcpy.ts';
import { appendZero } from '../libc/memset.ts';
import { Lowering, type Place } from '../lowering.ts';
import { offsetBy } from '../nam-core/signals.ts';
import { tapMatrices } from '../nam-core/weights.ts';
import { mirroredRing } from '../rings.ts';
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
  array.layers.forEach((layer, index) => {
    const place = { layer: `array 0 layer ${index}`, kind: 'conv' };
    const ring = appendRing(lowering, place, layer.conv, blocks.signal);
    if (!layer.layer1x1) throw new RangeError('Expected a layer1x1 in every layer.');
    const parts = { conv: layer.conv, mixin: layer.inputMixin, matrix: layer.layer1x1 };
    if (channels === 3) appendLiteLayer(lowering, place, parts, ring, blocks);
    else appendFullLayer(lowering, place, parts, ring, blocks);
    lowering.advance(place.layer, ring);
  });
  appendHead(lowering, array.headRechannel, network.headScale, blocks, output);
  return lowering.finish(engine, input, output, channels === 3 ? 6 * 1024 : 20 * 1024);
};

/** Writes the block and refreshes the mirror of the first columns behind the last. */
const appendRing = (
  lowering: Lowering,
  place: Place,
  conv: Convolution,
  source: Reference,
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
  const template = lowering.template(`memcpy/${channels * blockFrames}`, (b) =>
    writeMemcpy(b, lowering.target, channels * blockFrames),
  );
  const position: Reference = { buffer: storage, offset: 0, ring: { id: ring, delay: 0 } };
  const at = { ...place, kind: 'ring', perBlock: 1, ring };
  lowering.ringStep({
    ...at,
    action: 'write',
    src: source,
    templates: [{ template, times: 1, slots: [lowering.stack, source, position] }],
  });
  lowering.ringStep({
    ...at,
    action: 'mirror',
    templates: [
      {
        template,
        times: 1,
        slots: [
          lowering.stack,
          { buffer: storage, offset: 0 },
          { buffer: storage, offset: period * channels },
        ],
      },
    ],
  });
  return ring;
};

interface LayerParts {
  readonly conv: Convolution;
  readonly mixin: Convolution;
  readonly matrix: Convolution;
}

const appendLiteLayer = (
  lowering: Lowering,
  place: Place,
  { conv, mixin, matrix }: LayerParts,
  ring: RingId,
  blocks: Blocks,
): void => {
  const { target, blockFrames } = lowering;
  const storage = lowering.rings[ring]?.buffer ?? 0;
  const weights = lowering.weights(`${place.layer} weights`, tapMatrices(conv));
  const bias = lowering.weights(`${place.layer} bias`, conv.bias ?? new Float32Array(3));
  const last = conv.kernelSize - 1;
  const history = (tap: number): Reference => ({
    buffer: storage,
    offset: 0,
    ring: { id: ring, delay: (last - tap) * conv.dilation },
  });
  for (let tap = 0; tap < last; tap++) {
    const template = lowering.template(`a2fast/tap/${blockFrames}/${tap === 0}`, (b) =>
      writeTap(b, target, blockFrames, tap === 0),
    );
    lowering.kernel(place, template, [offsetBy(weights, tap * 9), bias, history(tap), blocks.z]);
  }
  lowering.kernel(
    { ...place, kind: 'conv, activation, 1x1' },
    lowering.template(`a2fast/tail/${blockFrames}`, (b) => writeTail(b, target, blockFrames)),
    [
      offsetBy(weights, last * 9),
      lowering.weights(`${place.layer} mixin`, mixin.weights),
      lowering.weights(`${place.layer} 1x1`, tapMatrices(matrix)),
      lowering.weights(`${place.layer} 1x1 bias`, matrix.bias ?? new Float32Array(3)),
      history(last),
      blocks.z,
      blocks.condition,
      blocks.headSum,
      blocks.signal,
    ],
  );
};

const appendFullLayer = (
  lowering: Lowering,
  place: Place,
  { conv, mixin, matrix }: LayerParts,
  ring: RingId,
  blocks: Blocks,
): void => {
  const { target, blockFrames } = lowering;
  const channels = conv.inChannels;
  const code = a2Code(target).full;
  const storage = lowering.rings[ring]?.buffer ?? 0;
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
      ? (at, operands) => appendLazyProduct(lowering, at, shape, operands, { fixed: true })
      : packedProductOf(lowering, shape, { dispatch });
  const pass = (
    kind: string,
    write: (b: Parameters<typeof writeSelect>[0], t: Target, frames: number) => void,
    slots: readonly Reference[],
  ): void =>
    lowering.kernel(
      { ...place, kind },
      lowering.template(`a2fast/${kind}/${blockFrames}`, (b) => write(b, target, blockFrames)),
      slots,
    );
  lowering.kernel(
    { ...place, kind: 'call' },
    lowering.template(`a2fast/full-call/${conv.kernelSize}/${short}`, (b) =>
      writeOverhead(b, plus(code.layer, short ? code.shortTap : code.tap, conv.kernelSize)),
    ),
    [],
    { costOnly: true },
  );
  appendZero(lowering, place, blocks.z, channels * blockFrames);
  const weights = lowering.weights(`${place.layer} weights`, tapMatrices(conv));
  const addTap = productFor(false);
  for (let tap = 0; tap < conv.kernelSize; tap++) {
    const delay = (conv.kernelSize - 1 - tap) * conv.dilation;
    addTap(place, {
      weights: offsetBy(weights, tap * channels * channels),
      block: { buffer: storage, offset: 0, ring: { id: ring, delay } },
      result: blocks.z,
    });
  }
  const bias = lowering.weights(`${place.layer} bias`, conv.bias ?? new Float32Array(channels));
  pass('bias', writeBiasPass, [blocks.z, bias]);
  pass('mixin', writeMixin, [
    blocks.z,
    lowering.weights(`${place.layer} mixin`, mixin.weights),
    blocks.condition,
  ]);
  pass('activation', writeSelect, [blocks.z]);
  pass('head sum', writeHeadSum, [blocks.z, blocks.headSum]);
  const product = { ...place, kind: 'layer1x1' };
  const matrixWeights = lowering.weights(`${place.layer} 1x1`, tapMatrices(matrix));
  productFor(true)(product, { weights: matrixWeights, block: blocks.z, result: blocks.signal });
  const matrixBias = matrix.bias ?? new Float32Array(channels);
  pass('bias', writeBiasPass, [
    blocks.signal,
    lowering.weights(`${place.layer} 1x1 bias`, matrixBias),
  ]);
};

const appendHead = (
  lowering: Lowering,
  head: Convolution,
  scale: number,
  blocks: Blocks,
  output: number,
): void => {
  const { target, blockFrames } = lowering;
  const place = { layer: 'head', kind: 'head' };
  const ring = appendRing(lowering, place, head, blocks.headSum);
  const storage = lowering.rings[ring]?.buffer ?? 0;
  const result = { buffer: lowering.buffer('head output', blockFrames, 'scratch'), offset: 0 };
  lowering.kernel(
    { ...place, kind: 'call' },
    lowering.template('a2fast/process', (b) =>
      writeOverhead(b, counts('int 90 branch 25 load_int 40 store_int 20')),
    ),
    [],
    { costOnly: true },
  );
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
