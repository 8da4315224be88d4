/**
 * By which of its paths NeuralAudio multiplies: kernels of their own for a few sizes, loops for small
 * ones, else Eigen. Each returns the product of a shape, which is written once and appended many times.
 */
import type { Lanes } from '../../kernel/instruction.ts';
import type { Convolution } from '../../nam/network.ts';
import { memoize } from '../../units/memoize.ts';
import { type Counts, nameOfCounts } from '../common/code.ts';
import type { Label, Lowering } from '../common/lowering.ts';
import { productOf } from '../eigen/product.ts';
import { zeroOf } from '../libc/memory.ts';
import data from './compiled-code.json' with { type: 'json' };
import {
  type Append,
  biasColumnsOf,
  dynamicSumOf,
  handProductOf,
  mixinOf,
  type Product,
  type ProductOperands,
  type SumOperands,
  smallProductOf,
  sumOf,
  zeroColumnsOf,
} from './passes.ts';
import { maxChunkFrames } from './prepared.ts';

/**
 * tap: one of a convolution, with spans, the virtual GetData, the dispatch of the product; heap: the temporary
 * of a 1x1 with bias, allocated and freed.
 */
export type Calls = Readonly<Record<keyof typeof data.code.calls.packed, Counts>>;

const { packed, small, hand }: Readonly<Record<'packed' | 'small' | 'hand', Calls>> =
  data.code.calls;

/** The kernels for three channels are vector code; without vectors they are loops like those of other small sizes. */
const callsOf = (channels: number, lanes: Lanes): Calls =>
  channels === 3 && lanes > 1 ? hand : channels < 8 ? small : packed;

/** A cost without arithmetic: calls, the heap, what happens once a chunk. */
export const overheadOf = (low: Lowering, total: Counts): ((place: Label) => void) =>
  low.overhead(`neural-audio/overhead/${nameOfCounts(total)}`, total);

/** Code for unknown sizes is that for many channels. */
const dynamicChannels = 16;

type Sizes = Pick<Product, 'rows' | 'depth' | 'columns'>;

/** One tap of a convolution after the other, then the bias. */
export interface Taps {
  readonly first: Append<ProductOperands>;
  readonly further: Append<ProductOperands>;
  /** null where there is none, or where a kernel's sums start with it. */
  readonly bias: Append<SumOperands> | null;
}

export class Products {
  private readonly low: Lowering;
  private readonly fixed: boolean;
  private readonly written = new Map<string, Taps>();

  /** `fixed`: sizes are template parameters; else all products take Eigen's way for unknown sizes. */
  constructor(low: Lowering, fixed: boolean) {
    this.low = low;
    this.fixed = fixed;
  }

  calls(channels: number): Calls {
    return callsOf(this.fixed ? channels : dynamicChannels, this.low.target.lanes);
  }

  private hasHand(inChannels: number, outChannels: number): boolean {
    return this.fixed && data.shapes.products.includes(`${inChannels}x${outChannels}`);
  }

  /** result = (or +=) weights * block without a hand kernel; Eigen clears a temporary at once. */
  private plain(shape: Product, temporary = false): Append<ProductOperands> {
    const { low } = this;
    const { depth, rows, columns, call, start } = shape;
    if (this.fixed && (Math.max(depth, rows) < 8 || Math.min(depth, rows) === 1)) {
      return smallProductOf(low, shape);
    }
    const overhead = overheadOf(low, call);
    const strides = { weightStride: rows, blockStride: depth, resultStride: rows };
    const product = productOf(low, { rows, depth, columns, ...strides });
    const clear = (): ReturnType<typeof zeroOf> =>
      this.fixed || temporary ? zeroOf(low, rows * columns) : zeroColumnsOf(low, rows, columns);
    const zero = start === 'accumulate' ? null : clear();
    return (place, at) => {
      zero?.(place, at.result);
      overhead({ layer: place.layer, kind: 'overhead' });
      product(place, at);
    };
  }

  /** result = (or +=) weights (rows x 1) * condition. */
  outer(rows: number, columns: number, assign: boolean): Append<ProductOperands> {
    const call = this.calls(rows).mixin;
    if (this.fixed) return mixinOf(this.low, { rows, columns, call }, assign);
    return this.plain({ depth: 1, rows, columns, start: assign ? 'zero' : 'accumulate', call });
  }

  /** The product of a convolution of one tap, without its bias. */
  pointwise(conv: Convolution, columns: number): Append<ProductOperands> {
    const { inChannels: depth, outChannels: rows } = conv;
    if (depth === 1) return this.outer(rows, columns, true);
    const call = this.calls(Math.max(depth, rows)).tap;
    return this.plain({ depth, rows, columns, start: 'zero', call });
  }

  /** The same for all convolutions of these sizes, whatever their dilations. */
  taps(conv: Convolution, columns: number): Taps {
    const { inChannels: depth, outChannels: rows, bias, kernelSize } = conv;
    const key = `${rows}x${depth}x${columns}/${bias !== null}/${kernelSize > 1}`;
    return memoize(this.written, key, () =>
      this.writeTaps({ depth, rows, columns }, bias !== null, kernelSize > 1),
    );
  }

  private writeTaps(sizes: Sizes, biased: boolean, several: boolean): Taps {
    const { rows, columns, depth } = sizes;
    const { tap: call, bias } = this.calls(depth);
    const hand = biased && this.hasHand(depth, rows);
    const write = (start: Product['start']): Append<ProductOperands> => {
      const shape = { ...sizes, start, call };
      return hand ? handProductOf(this.low, shape) : this.plain(shape);
    };
    const first = write(hand ? 'bias' : 'zero');
    return {
      first,
      further: several ? write('accumulate') : first,
      bias: biased && !hand ? this.bias(rows, columns, bias) : null,
    };
  }

  /** result = a + b, b being the bias. */
  private bias(rows: number, columns: number, call: Counts): Append<SumOperands> {
    const { low, fixed } = this;
    const of = { rows, columns, call };
    return fixed ? biasColumnsOf(low, of) : dynamicSumOf(low, of, true);
  }

  /** result = a + b, for the head and the residual. */
  sum(rows: number, columns: number): Append<SumOperands> {
    const { low, fixed } = this;
    const of = { rows, columns, call: this.calls(rows).sum };
    return fixed ? sumOf(low, of) : dynamicSumOf(low, of, false);
  }

  /** result = weights * block + bias for C channels; without a hand kernel through a temporary from the heap. */
  square(C: number, columns: number): Append<Required<ProductOperands>> {
    const { low } = this;
    const calls = this.calls(C);
    const call = calls.layer1x1;
    if (this.hasHand(C, C)) {
      return handProductOf(low, { rows: C, depth: C, columns, start: 'bias', call });
    }
    const [heap, overhead] = [overheadOf(low, calls.heap), overheadOf(low, call)];
    const between = low.scratch('temporary', C * maxChunkFrames);
    const shape = { rows: C, depth: C, columns };
    const product = this.plain({ ...shape, start: 'zero', call: calls.bias }, true);
    const addBias = this.bias(C, columns, call);
    return (place, { weights, block, bias, result }) => {
      const { layer } = place;
      heap({ layer, kind: 'heap' });
      overhead({ layer, kind: 'overhead' });
      product(place, { weights, block, result: between });
      addBias({ layer, kind: 'bias' }, { a: between, b: bias, result });
    };
  }
}
