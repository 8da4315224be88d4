/**
 * Weights and receptive field of a WaveNet that `editWaveNet` would make, without making it: both are
 * sums over layers. For those who weigh thousands of changes.
 */
import {
  type ArchitectureChange,
  bottleneckAfter,
  dilationAfter,
  kernelSizeAfter,
  layersAfter,
} from './edit-wavenet.ts';
import type { Convolution, WaveNetLayer, WaveNetNetwork } from './network.ts';
import { slicedSizes } from './slice.ts';

export interface EditedSizes {
  readonly weights: number;
  readonly receptiveField: number;
}

const weightsOf = (
  conv: Convolution,
  inChannels: number,
  outChannels: number,
  kernelSize: number,
): number => (kernelSize * inChannels + (conv.bias === null ? 0 : 1)) * outChannels;

/** For networks without an obstacle to editing. */
export const editedSizes = (network: WaveNetNetwork, change: ArchitectureChange): EditedSizes => {
  const { arrays } = network;
  const channels = change.channels ?? arrays.map((array) => array.channels);
  // The head scale is a weight too, and the newest sample is part of the field.
  let [weights, field] = [1, 1];
  for (const [index, array] of arrays.entries()) {
    const sizes = slicedSizes(arrays, index, channels);
    const { rechannel, headRechannel } = array;
    weights += weightsOf(rechannel, sizes.inputSize, sizes.channels, rechannel.kernelSize);
    field += (rechannel.kernelSize - 1) * rechannel.dilation;
    const first = array.layers[0] as WaveNetLayer;
    const bottleneck = bottleneckAfter(first, sizes, change, index);
    const kept = layersAfter(array, change, index);
    for (let at = 0; at < kept; at++) {
      const { conv, inputMixin, layer1x1 } = array.layers[at] as WaveNetLayer;
      const kernelSize = kernelSizeAfter(conv, change);
      weights += weightsOf(conv, sizes.channels, bottleneck, kernelSize);
      weights += weightsOf(inputMixin, inputMixin.inChannels, bottleneck, 1);
      if (layer1x1 !== null) weights += weightsOf(layer1x1, bottleneck, sizes.channels, 1);
      field += (kernelSize - 1) * dilationAfter(conv, change);
    }
    const last = index === arrays.length - 1;
    const taps = Math.min(
      headRechannel.kernelSize,
      (last ? change.headKernel : undefined) ?? headRechannel.kernelSize,
    );
    weights += weightsOf(headRechannel, bottleneck, sizes.headSize, taps);
    field += (taps - 1) * headRechannel.dilation;
  }
  return { weights, receptiveField: field };
};
