/** A convolution over a chunk: tap by tap, then the bias, unless it is where a hand kernel's sums start. */
import type { Reference } from '../../kernel/lowered.ts';
import type { Convolution } from '../../nam/network.ts';
import type { Lowering, Place } from '../common/lowering.ts';
import { offsetBy } from '../eigen/product.ts';
import { type Chunk, type History, windowOf } from './prepared.ts';
import type { Taps } from './products.ts';

export const appendConvolution = (
  low: Lowering,
  place: Place,
  taps: Taps,
  { inChannels, outChannels, kernelSize, dilation }: Convolution,
  history: History,
  chunk: Chunk,
  { weights, bias, result }: { weights: Reference; bias: Reference; result: Reference },
): void => {
  for (let k = 0; k < kernelSize; k++) {
    const append = k === 0 ? taps.first : taps.further;
    append(place, {
      weights: offsetBy(weights, k * inChannels * outChannels),
      block: windowOf(low, history, chunk, (kernelSize - 1 - k) * dilation),
      result,
      bias,
    });
  }
  taps.bias?.({ layer: place.layer, kind: 'bias' }, { a: result, b: bias, result });
};
