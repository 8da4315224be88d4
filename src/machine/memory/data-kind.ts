/** What kind of data a buffer holds, for a placement in regions. */
import type { Buffer } from '../../kernel/lowered.ts';
import type { DataKind } from './memory-system.ts';

export const kindOf = (buffer: Buffer): Exclude<DataKind, 'code'> =>
  buffer.region === 'weights' || buffer.region === 'history' ? buffer.region : 'scratch';

/** The kinds of data as indices, for lists with an entry a run. */
export const runKinds = ['weights', 'history', 'scratch'] as const;
