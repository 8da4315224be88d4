/** History rings as the libraries keep them, and what writing to them costs. */
import type { RingId } from '../../kernel/lowered.ts';
import type { Lowering } from './lowering.ts';

/**
 * NAM Core's RingBuffer: 2 x lookback + one block of columns, written forward; when a block does not
 * fit, the last `lookback` columns move to the front.
 */
export const linearRing = (
  lowering: Lowering,
  name: string,
  channels: number,
  lookback: number,
): RingId => {
  const columns = 2 * lookback + lowering.blockFrames;
  const buffer = lowering.buffer(name, channels * columns, 'history');
  return lowering.ring({
    name,
    buffer,
    channels,
    layout: 'interleaved',
    columns,
    lookback,
    policy: { kind: 'linear', start: lookback },
  });
};

/** Rewinds per block of a linear ring of 2 x lookback + block columns. */
export const rewindsPerBlock = (lookback: number, blockFrames: number): number =>
  1 / (Math.floor(lookback / blockFrames) + 1);

/**
 * A power of two of columns plus a mirror of `mirror` columns, so that every read of a block is
 * contiguous.
 */
export const mirroredRing = (
  lowering: Lowering,
  name: string,
  channels: number,
  period: number,
  mirror: number,
  lookback: number,
): RingId => {
  const columns = period + mirror;
  const buffer = lowering.buffer(name, channels * columns, 'history');
  return lowering.ring({
    name,
    buffer,
    channels,
    layout: 'interleaved',
    columns,
    lookback,
    policy: { kind: 'mirrored', start: lookback, period },
  });
};
