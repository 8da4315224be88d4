/** Conv1D and Conv1x1 of NAM Core, without NAM_USE_INLINE_GEMM. */
import type { RingId } from '../../kernel/lowered.ts';
import type { Convolution } from '../../nam/network.ts';
import { plus } from '../common/code.ts';
import type { Lowering, Place } from '../common/lowering.ts';
import { linearRing, rewindsPerBlock } from '../common/rings.ts';

import { appendBias, appendCopy, appendDiagonal, type Operand } from '../eigen/passes.ts';
import { appendProduct, productOf } from '../eigen/product.ts';
import { writeCopy } from '../libc/copy.ts';
import { appendZero } from '../libc/memset.ts';
import { type CallCode, callCode } from './call-code.ts';
import { offsetBy } from './signals.ts';
import { isDepthwise, tapMatrices } from './weights.ts';

/** Appends instructions of one call that belong to no loop: calls that are made often are found once. */
const callOf = (lowering: Lowering, name: keyof CallCode, times = 1): ((place: Place) => void) => {
  const total = plus({}, callCode(lowering.target)[name], times);
  const append = lowering.overhead(`nam-core/call/${name}/${times}`, total);
  return ({ layer }) => append({ layer, kind: 'call' });
};

export const appendCall = (
  lowering: Lowering,
  place: Place,
  name: keyof CallCode,
  times = 1,
): void => callOf(lowering, name, times)(place);

/** Writes the block into the ring of a convolution; now and then the ring is rewound first. */
export const appendRingWrite = (
  lowering: Lowering,
  place: Place,
  ring: RingId,
  source: Operand,
  channels: number,
  lookback: number,
): void => {
  const frames = lowering.blockFrames;
  const { layer } = place;
  const kind = 'ring';
  let from = source;
  if (source.stride !== channels) {
    const compact = { at: lowering.scratch('ring input', channels * frames), stride: channels };
    appendCopy(lowering, { layer, kind }, { rows: channels, columns: frames }, source, compact);
    from = compact;
  }
  const storage = lowering.rings[ring]?.buffer ?? 0;
  const copy = (columns: number, call: 'ringWrite' | 'ringRewind') =>
    copyTemplate(lowering, columns * channels, call);
  const perBlock = rewindsPerBlock(lookback, frames);
  lowering.ringStep({
    layer,
    kind,
    perBlock,
    action: 'rewind',
    ring,
    templates: [
      {
        template: copy(lookback, 'ringRewind'),
        times: 1,
        slots: [
          lowering.stack,
          { buffer: storage, offset: lookback * channels },
          { buffer: storage, offset: 0 },
        ],
      },
    ],
  });
  lowering.ringStep({
    layer,
    kind,
    perBlock: 1,
    action: 'write',
    ring,
    src: from.at,
    templates: [
      {
        template: copy(frames, 'ringWrite'),
        times: 1,
        slots: [
          lowering.stack,
          from.at,
          { buffer: storage, offset: 0, ring: { id: ring, delay: 0 } },
        ],
      },
    ],
  });
};

const copyTemplate = (lowering: Lowering, floats: number, call: 'ringWrite' | 'ringRewind') =>
  lowering.template(`nam-core/${call}/${floats}`, (b) =>
    writeCopy(b, lowering.target, floats, callCode(lowering.target)[call]),
  );

/** Conv1D::Process: ring, zero, one product per tap, bias. */
export const appendConv1d = (
  lowering: Lowering,
  place: Place,
  conv: Convolution,
  source: Operand,
  result: Operand,
): void => {
  const { inChannels, outChannels, kernelSize, dilation } = conv;
  const frames = lowering.blockFrames;
  const lookback = (kernelSize - 1) * dilation;
  const ring = linearRing(lowering, `${place.layer} ${place.kind} history`, inChannels, lookback);
  const storage = lowering.rings[ring]?.buffer ?? 0;
  appendCall(lowering, place, 'conv');
  appendRingWrite(lowering, place, ring, source, inChannels, lookback);
  appendZero(lowering, place, result.at, outChannels * frames);
  const depthwise = isDepthwise(conv);
  const weights = lowering.weights(
    `${place.layer} ${place.kind} weights`,
    depthwise ? conv.weights : tapMatrices(conv),
  );
  const tapFloats = depthwise ? inChannels : inChannels * outChannels;
  const product = depthwise
    ? null
    : productOf(lowering, {
        rows: outChannels,
        depth: inChannels,
        columns: frames,
        weightStride: outChannels,
        blockStride: inChannels,
        resultStride: result.stride,
      });
  const appendTapCall = callOf(lowering, 'tap');
  for (let tap = 0; tap < kernelSize; tap++) {
    appendTapCall(place);
    const delay = (kernelSize - 1 - tap) * dilation;
    const block = { buffer: storage, offset: 0, ring: { id: ring, delay } };
    const tapWeights = offsetBy(weights, tap * tapFloats);
    if (product !== null) {
      product(place, { weights: tapWeights, block, result: result.at });
      continue;
    }
    appendDiagonal(
      lowering,
      place,
      { rows: inChannels, columns: frames },
      tapWeights,
      { at: block, stride: inChannels },
      result,
      true,
    );
  }
  if (conv.bias) {
    const bias = lowering.weights(`${place.layer} ${place.kind} bias`, conv.bias);
    appendBias(lowering, place, { rows: outChannels, columns: frames }, result, bias);
  }
  lowering.advance(place.layer, ring);
};

/** Conv1x1::process_: the product into a zeroed output, then the bias. */
export const appendConv1x1 = (
  lowering: Lowering,
  place: Place,
  conv: Convolution,
  source: Operand,
  result: Operand,
): void => {
  const { inChannels, outChannels } = conv;
  const frames = lowering.blockFrames;
  appendCall(lowering, place, 'conv1x1');
  const shape = { rows: outChannels, columns: frames };
  if (isDepthwise(conv)) {
    const weights = lowering.weights(`${place.layer} ${place.kind} weights`, conv.weights);
    appendDiagonal(lowering, place, shape, weights, source, result, false);
  } else {
    const weights = lowering.weights(`${place.layer} ${place.kind} weights`, tapMatrices(conv));
    appendZero(lowering, place, result.at, outChannels * frames);
    appendProduct(
      lowering,
      place,
      {
        rows: outChannels,
        depth: inChannels,
        columns: frames,
        weightStride: outChannels,
        blockStride: source.stride,
        resultStride: result.stride,
      },
      { weights, block: source.at, result: result.at },
    );
  }
  if (conv.bias) {
    appendCall(lowering, place, 'conv1x1Bias');
    const bias = lowering.weights(`${place.layer} ${place.kind} bias`, conv.bias);
    appendBias(lowering, place, shape, result, bias);
  }
};
