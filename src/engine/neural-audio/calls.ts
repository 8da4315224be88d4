/** What a call of each of NeuralAudio's functions executes beside its loops. */
import type { Lanes } from '../../kernel/instruction.ts';
import { type Counts, nameOfCounts } from '../common/code.ts';
import type { Lowering, Place } from '../common/lowering.ts';
import data from './compiled-code.json' with { type: 'json' };

export interface Calls {
  /** One tap of a convolution: spans, the virtual GetData, the dispatch of the product. */
  readonly tap: Counts;
  readonly layer: Counts;
  readonly mixin: Counts;
  readonly layer1x1: Counts;
  readonly activation: Counts;
  readonly sum: Counts;
  readonly bias: Counts;
  /** The temporary of a 1x1 with bias: allocated and freed. */
  readonly heap: Counts;
  readonly chunk: Counts;
}

const { packed, small, hand }: Readonly<Record<'packed' | 'small' | 'hand', Calls>> =
  data.code.calls;

/** The kernels for three channels are vector code; without vectors they are loops like those of other small sizes. */
export const callsOf = (channels: number, lanes: Lanes): Calls =>
  channels === 3 && lanes > 1 ? hand : channels < 8 ? small : packed;

/** A cost without arithmetic: calls, the heap, what happens once a chunk. */
export const overheadOf = (low: Lowering, total: Counts): ((place: Place) => void) =>
  low.overhead(`neural-audio/overhead/${nameOfCounts(total)}`, total);
