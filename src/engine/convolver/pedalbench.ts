/** Our own convolvers: direct in tiles of outputs, or in uniform partitions of a block. */
import { type Convolver, convolver } from './convolver.ts';
import { lowerDirect } from './direct.ts';
import { isPartitionable, lowerPartitioned } from './partitioned.ts';

/** Shorter ones are quicker without a transform. */
const directTaps = 128;

export const pedalbenchConvolver: Convolver = convolver(
  'pedalbench',
  ({ network }, target, { blockFrames }) => {
    const { impulse, implementation = 'auto' } = network;
    const partitioned = implementation === 'fft' || impulse.length > directTaps;
    return implementation !== 'direct' && partitioned && isPartitionable(blockFrames)
      ? lowerPartitioned(impulse, target, blockFrames)
      : lowerDirect(impulse, target, blockFrames);
  },
);
