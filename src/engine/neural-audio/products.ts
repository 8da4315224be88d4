/**
 * By which of its paths NeuralAudio multiplies: kernels of their own for a few sizes, loops for small
 * ones, else Eigen. Each returns the product of a shape, which is written once and appended many times.
 */
import type { Reference } from '../../kernel/lowered.ts';
import type { Convolution } from '../../nam/network.ts';
import type { Counts } from '../common/code.ts';
import type { Lowering } from '../common/lowering.ts';
import { productOf } from '../eigen/product.ts';
import { zeroOf } from '../libc/memset.ts';
import { type Calls, callsOf, sumRound } from './build.ts';
import {
  type Append,
  biasColumnsOf,
  dynamicSumOf,
  handProductOf,
  mixinOf,
  overheadOf,
  type ProductOperands,
  smallProductOf,
  sumOf,
  zeroColumnsOf,
} from './passes.ts';
import { maxChunkFrames } from './prepared.ts';

/** Sizes with a kernel of their own, as in x out. */
const handSizes = ['3x3', '8x1', '3x1', '1x3'];
/** Code for unknown sizes is that for many channels. */
const dynamicChannels = 16;

interface Sizes {
  readonly depth: number;
  readonly rows: number;
  readonly columns: number;
}

interface PlainShape extends Sizes {
  readonly accumulate: boolean;
  /** A temporary, which Eigen clears at once. @default false */
  readonly contiguous?: boolean;
  readonly call: Counts;
}

/** One tap of a convolution after the other, then the bias. */
export interface Taps {
  readonly first: Append<ProductOperands>;
  readonly further: Append<ProductOperands>;
  /** null where there is none, or where a kernel's sums start with it. */
  readonly bias: Append<{ block: Reference; bias: Reference; result: Reference }> | null;
}

export class Products {
  private readonly lowering: Lowering;
  private readonly fixed: boolean;
  private readonly written = new Map<string, Taps>();

  /** `fixed`: sizes are template parameters; else all products take Eigen's way for unknown sizes. */
  constructor(lowering: Lowering, fixed: boolean) {
    this.lowering = lowering;
    this.fixed = fixed;
  }

  calls(channels: number): Calls {
    return callsOf(this.fixed ? channels : dynamicChannels, this.lowering.target.lanes);
  }

  private hasHand(inChannels: number, outChannels: number): boolean {
    return this.fixed && handSizes.includes(`${inChannels}x${outChannels}`);
  }

  /** result = (or +=) weights * block without a hand kernel. */
  plain({
    depth,
    rows,
    columns,
    accumulate,
    contiguous,
    call,
  }: PlainShape): Append<ProductOperands> {
    const { lowering } = this;
    if (this.fixed && (Math.max(depth, rows) < 8 || Math.min(depth, rows) === 1)) {
      return smallProductOf(lowering, { rows, depth, columns, accumulate, bias: false, call });
    }
    const overhead = overheadOf(lowering, call);
    const strides = { weightStride: rows, blockStride: depth, resultStride: rows };
    const product = productOf(lowering, { rows, depth, columns, ...strides });
    const zero = accumulate
      ? null
      : this.fixed || contiguous
        ? zeroOf(lowering, rows * columns)
        : zeroColumnsOf(lowering, rows, columns);
    return (place, at) => {
      zero?.(place, at.result);
      overhead({ layer: place.layer, kind: 'overhead' });
      product(place, at);
    };
  }

  /** result = (or +=) weights (rows x 1) * condition. */
  outer(rows: number, columns: number, assign: boolean): Append<ProductOperands> {
    const call = this.calls(rows).mixin;
    if (this.fixed) return mixinOf(this.lowering, { rows, columns, assign, call });
    return this.plain({ depth: 1, rows, columns, accumulate: !assign, call });
  }

  /** The product of a convolution of one tap, without its bias. */
  pointwise(
    { inChannels: depth, outChannels: rows }: Convolution,
    columns: number,
  ): Append<ProductOperands> {
    if (depth === 1) return this.outer(rows, columns, true);
    const call = this.calls(Math.max(depth, rows)).tap;
    return this.plain({ depth, rows, columns, accumulate: false, call });
  }

  /** The same for all convolutions of these sizes, whatever their dilations. */
  taps(
    { inChannels: depth, outChannels: rows, bias, kernelSize }: Convolution,
    columns: number,
  ): Taps {
    const key = `${rows}x${depth}x${columns}/${bias !== null}/${kernelSize > 1}`;
    const known = this.written.get(key);
    if (known !== undefined) return known;
    const taps = this.writeTaps({ depth, rows, columns }, bias !== null, kernelSize > 1);
    this.written.set(key, taps);
    return taps;
  }

  private writeTaps(sizes: Sizes, biased: boolean, several: boolean): Taps {
    const { lowering } = this;
    const calls = this.calls(sizes.depth);
    const call = calls.tap;
    if (biased && this.hasHand(sizes.depth, sizes.rows)) {
      const first = handProductOf(lowering, { ...sizes, start: 'bias', call });
      const further = several
        ? handProductOf(lowering, { ...sizes, start: 'accumulate', call })
        : first;
      return { first, further, bias: null };
    }
    const first = this.plain({ ...sizes, accumulate: false, call });
    const further = several ? this.plain({ ...sizes, accumulate: true, call }) : first;
    const { rows, columns } = sizes;
    const bias = biased ? this.bias(rows, columns, calls.bias) : null;
    return { first, further, bias };
  }

  /** result = block + bias. */
  private bias(
    rows: number,
    columns: number,
    call: Counts,
  ): Append<{ block: Reference; bias: Reference; result: Reference }> {
    if (this.fixed) return biasColumnsOf(this.lowering, { rows, columns, call });
    const sum = dynamicSumOf(this.lowering, { rows, columns, call, bias: true });
    return (place, { block, bias, result }) => sum(place, { a: block, b: bias, result });
  }

  /** result = a + b, for the head and the residual. */
  sum(rows: number, columns: number): Append<{ a: Reference; b: Reference; result: Reference }> {
    const call = this.calls(rows).sum;
    if (!this.fixed) return dynamicSumOf(this.lowering, { rows, columns, call, bias: false });
    return sumOf(this.lowering, { floats: rows * columns, round: sumRound(rows), call });
  }

  /** result = weights * block + bias for C channels; without a hand kernel through a temporary from the heap. */
  square(C: number, columns: number): Append<Required<ProductOperands>> {
    const { lowering } = this;
    const calls = this.calls(C);
    const call = calls.layer1x1;
    if (this.hasHand(C, C)) {
      return handProductOf(lowering, { rows: C, depth: C, columns, start: 'bias', call });
    }
    const heap = overheadOf(lowering, calls.heap);
    const overhead = overheadOf(lowering, call);
    const between = lowering.scratch('temporary', C * maxChunkFrames);
    const shape = { rows: C, depth: C, columns };
    const product = this.plain({ ...shape, accumulate: false, contiguous: true, call: calls.bias });
    const addBias = this.bias(C, columns, call);
    return (place, { weights, block, bias, result }) => {
      const { layer } = place;
      heap({ layer, kind: 'heap' });
      overhead({ layer, kind: 'overhead' });
      product(place, { weights, block, result: between });
      addBias({ layer, kind: 'bias' }, { block: between, bias, result });
    };
  }
}
