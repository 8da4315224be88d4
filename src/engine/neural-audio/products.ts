/**
 * By which of its paths NeuralAudio multiplies: kernels of their own for a few sizes, loops for small
 * ones, else Eigen.
 */
import type { Lanes } from '../../kernel/instruction.ts';
import type { Convolution } from '../../nam/network.ts';
import { type Counts, nameOfCounts } from '../common/code.ts';
import type { Label, Lowering } from '../common/lowering.ts';
import { appendProduct } from '../eigen/product.ts';
import { appendZero } from '../libc/memory.ts';
import data from './compiled-code.json' with { type: 'json' };
import type { Product, ProductOperands, SumOperands } from './passes.ts';
import * as passes from './passes.ts';
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
export const appendOverhead = (low: Lowering, layer: string, total: Counts, kind = 'overhead') =>
  low.overhead(`neural-audio/overhead/${nameOfCounts(total)}`, total)({ layer, kind });

/** Code for unknown sizes is that for many channels. */
const dynamicChannels = 16;

export class Products {
  readonly low: Lowering;
  private readonly fixed: boolean;

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
  private plain(place: Label, shape: Product, at: ProductOperands, temporary = false): void {
    const { low, fixed } = this;
    const { depth, rows, columns, call, start } = shape;
    if (fixed && (Math.max(depth, rows) < 8 || Math.min(depth, rows) === 1)) {
      passes.appendSmallProduct(low, place, shape, at);
      return;
    }
    if (start !== 'accumulate') {
      if (fixed || temporary) appendZero(low, place, at.result, rows * columns);
      else passes.appendZeroColumns(low, place, { rows, columns }, at.result);
    }
    appendOverhead(low, place.layer, call);
    const strides = { weightStride: rows, blockStride: depth, resultStride: rows };
    appendProduct(low, place, { rows, depth, columns, ...strides }, at);
  }

  /** result = (or +=) weights (rows x 1) * condition. */
  outer(place: Label, rows: number, columns: number, at: ProductOperands, assign = false): void {
    const of = { rows, columns, call: this.calls(rows).mixin };
    if (this.fixed) passes.appendMixin(this.low, place, of, at, assign);
    else this.plain(place, { ...of, depth: 1, start: assign ? 'zero' : 'accumulate' }, at);
  }

  /** The product of a convolution of one tap, without its bias. */
  pointwise(place: Label, conv: Convolution, columns: number, at: ProductOperands): void {
    const { inChannels: depth, outChannels: rows } = conv;
    const call = this.calls(Math.max(depth, rows)).tap;
    if (depth === 1) this.outer(place, rows, columns, at, true);
    else this.plain(place, { depth, rows, columns, start: 'zero', call }, at);
  }

  /** A tap of a convolution; its bias comes after the last, but where a kernel's sums start with it. */
  tap(
    place: Label,
    conv: Convolution,
    columns: number,
    tap: number,
    at: Required<ProductOperands>,
  ): void {
    const { inChannels: depth, outChannels: rows, kernelSize } = conv;
    const calls = this.calls(depth);
    const hand = conv.bias !== null && this.hasHand(depth, rows);
    const start = tap > 0 ? 'accumulate' : hand ? 'bias' : 'zero';
    const shape = { depth, rows, columns, start, call: calls.tap } as const;
    if (hand) passes.appendHandProduct(this.low, place, shape, at);
    else this.plain(place, shape, at);
    if (hand || conv.bias === null || tap < kernelSize - 1) return;
    const { result, bias } = at;
    this.bias(place, { rows, columns, call: calls.bias }, { a: result, b: bias, result });
  }

  /** result = a + b, b being the bias. */
  private bias({ layer }: Label, of: passes.Columns, operands: SumOperands): void {
    const place = { layer, kind: 'bias' };
    if (this.fixed) passes.appendBiasColumns(this.low, place, of, operands);
    else passes.appendDynamicSum(this.low, place, of, operands, true);
  }

  /** result = a + b, for the head and the residual. */
  sum(place: Label, rows: number, columns: number, operands: SumOperands): void {
    const of = { rows, columns, call: this.calls(rows).sum };
    if (this.fixed) passes.appendSum(this.low, place, of, operands);
    else passes.appendDynamicSum(this.low, place, of, operands, false);
  }

  /** result = weights * block + bias for C channels; without a hand kernel through a temporary from the heap. */
  square(place: Label, C: number, columns: number, at: Required<ProductOperands>): void {
    const { low } = this;
    const calls = this.calls(C);
    const call = calls.layer1x1;
    const sizes = { rows: C, depth: C, columns };
    if (this.hasHand(C, C)) {
      passes.appendHandProduct(low, place, { ...sizes, start: 'bias', call }, at);
      return;
    }
    const { weights, block, bias, result } = at;
    const between = low.scratch('temporary', C * maxChunkFrames);
    appendOverhead(low, place.layer, calls.heap, 'heap');
    appendOverhead(low, place.layer, call);
    const shape = { ...sizes, start: 'zero', call: calls.bias } as const;
    this.plain(place, shape, { weights, block, result: between }, true);
    this.bias(place, { rows: C, columns, call }, { a: between, b: bias, result });
  }
}
