/** History rings as the libraries keep them, and how often they start again. */
import type { Ring, RingId } from '../../kernel/lowered.ts';
import type { Lowering } from './lowering.ts';

/** A ring in a buffer of its own, the channels of a frame side by side. */
export const interleavedRing = (
  low: Lowering,
  ring: Pick<Ring, 'name' | 'channels' | 'columns' | 'lookback' | 'policy'>,
): RingId => low.ownRing({ ...ring, layout: 'interleaved' });

/**
 * NAM Core's RingBuffer: columns that are written forward; when a block does not fit, the last
 * `lookback` of them move to the front.
 */
export const linearRing = (
  low: Lowering,
  name: string,
  channels: number,
  lookback: number,
  columns: number = 2 * lookback + low.blockFrames,
): RingId => {
  const policy = { kind: 'linear', start: lookback } as const;
  return interleavedRing(low, { name, channels, columns, lookback, policy });
};

/** Rewinds per block of a linear ring. */
export const rewindsPerBlock = ({ rings, blockFrames }: Lowering, ring: RingId): number => {
  const { columns = 0, lookback = 0 } = rings[ring] ?? {};
  return 1 / Math.max(1, Math.floor((columns - lookback) / blockFrames));
};
