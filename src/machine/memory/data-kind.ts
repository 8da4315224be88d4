/** What kind of data a buffer holds, for a placement in regions. */
import type { Buffer, Lowered } from '../../kernel/lowered.ts';
import { memoize } from '../../units/memoize.ts';
import type { DataKind } from './memory-system.ts';

export const kindOf = (buffer: Buffer): Exclude<DataKind, 'code'> =>
  buffer.region === 'weights' || buffer.region === 'history' ? buffer.region : 'scratch';

/** The kinds of data as indices, for lists with an entry a run. */
export const runKinds = ['weights', 'history', 'scratch'] as const;

const held = new WeakMap<Lowered, Readonly<Record<DataKind, number>>>();

/** What one copy of a program needs of each kind. */
export const bytesOfOne = (lowered: Lowered): Readonly<Record<DataKind, number>> =>
  memoize(held, lowered, ({ buffers, codeBytes }) => {
    const bytes = { weights: 0, history: 0, scratch: 0, code: codeBytes };
    for (const buffer of buffers) bytes[kindOf(buffer)] += 4 * buffer.floats;
    return bytes;
  });
