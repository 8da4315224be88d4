/**
 * One layer of the 3-channel planar model on AArch64: tiles of 32 frames, then of 4, then single
 * frames. A vector is four consecutive frames of one channel; all three channels of a tile stay in
 * registers from the bias to the residual.
 */
import type { KernelBuilder } from '../../kernel/builder.ts';
import type { Register } from '../../kernel/instruction.ts';
import type { LayerPack } from '../common/layer-stack.ts';
import type { Spill } from '../common/stack-frame.ts';
import { type Rows, type StackLayerShape, StackLayerWriter, upTo } from '../common/stack-layer.ts';
import type { Weight } from '../common/target-builder.ts';
import { instanceOf, type Schedule } from './schedule.ts';

/** Taps padded to 12 floats, then bias, mixin, 1x1 (12), 1x1 bias, each padded to 4. */
export const litePack = (kernelSize: number): LayerPack => {
  const bias = 12 * kernelSize;
  const one = (input: number, output: number): number => bias + 8 + 3 * input + output;
  return { tap: 12, row: 3, bias, mixin: bias + 4, one, oneBias: bias + 20, floats: bias + 24 };
};

/** Weights by input and output. */
type Matrix = readonly (readonly Weight[])[];

/** Spills of a tile: on entry, per tap, after the taps. */
type TileSpills = Readonly<Record<'entry' | 'tap' | 'post', Spill>>;

export class LiteWriter extends StackLayerWriter {
  private readonly schedule: Schedule['lite'];

  constructor(b: KernelBuilder, layer: StackLayerShape, schedule: Schedule) {
    super(b, layer, litePack(layer.kernelSize), 1);
    this.schedule = schedule.lite;
  }

  write(): void {
    const { b, frame, schedule } = this;
    const { frames, kernelSize } = this.layer;
    const instance = instanceOf(this.layer);
    const fours = Math.floor((frames % 32) / 4);
    frame.overhead({ ...schedule.call, branch: 7, store_fp64: 4, load_fp64: 4 });
    // Per tap: its base index, kept in an array on the stack.
    frame.overhead({ int: 2 * (kernelSize - 6), store_int: Math.ceil((kernelSize - 6) / 2) });
    if (fours > 0) frame.overhead({ int: 38, load_int: 14, store_int: 8 });
    if (frames % 4 > 0) frame.overhead({ int: 28, load_int: 11, fp_move: 1 });
    const [slope, zero] = [b.const(this.layer.slope, 4), b.const(0, 4)];
    const { entry, tap, post, postOfFour } = schedule;
    const wide = { entry, tap: tap[instance], post: post[instance] };
    const narrow = { entry: [], tap: [], post: postOfFour };
    this.tiles(32, Math.floor(frames / 32), () => this.tile(wide, slope, zero));
    this.tiles(4, fours, () => this.tile(narrow, slope, zero));
    this.tiles(1, frames % 4, () => this.single());
  }

  private tile(spills: TileSpills, slope: Register, zero: Register): void {
    const { b, frame, pack, schedule } = this;
    const four = this.vectors.length === 1;
    const bias = b.load(b.at(this.weights, pack.bias), 4);
    const acc = this.channels.map((c) => this.vectors.map(() => this.copied(bias, c)));
    const all = acc.flat();
    const [stores = 0, loads = 0, moves = 0] = spills.tap;
    // The last accumulators live on the stack between taps.
    const homes = all.slice(0, Math.min(stores, loads)).map(() => frame.home());
    frame.spills(spills.entry, all);
    if (!four) frame.overhead({ int: 5, load_int: 1, store_int: 1 });
    const last = this.layer.kernelSize - 1;
    for (const k of upTo(this.layer.kernelSize)) {
      const [back, out] = [k > 0 ? homes : [], k < last ? homes : []];
      const weights = this.matrix(pack.tap * k);
      for (const [i, home] of back.entries()) frame.load(home, all[i]);
      this.tap(this.taps[k] ?? [], acc, weights);
      for (const [i, home] of out.entries()) frame.store(all[i] as Register, home);
      frame.spills([stores - out.length, loads - back.length, moves], all);
      if (!four) frame.overhead({ int: schedule.tapInt, load_int: 1, branch: 1 });
      else if (last > 5) frame.overhead({ int: 4, load_int: 1, branch: 1 });
    }
    this.post(acc, slope, zero);
    frame.spills(spills.post, all);
    frame.overhead(four ? schedule.four : { int: 14, load_int: 3, branch: 1 });
  }

  private tap(planes: readonly number[], acc: Rows, weights: Matrix): void {
    // Four vectors at a time: twelve independent accumulators between two uses of one.
    for (let v = 0; v < this.vectors.length; v += 4) {
      const group = this.vectors.slice(v, v + 4);
      const x = planes.map((plane) => this.groupOf(plane, group));
      const sums = acc.map((row) => row.slice(v, v + 4));
      this.products(sums, x, weights);
    }
  }

  /** Three sums by three inputs. */
  private products(sums: Rows, x: Rows, weights: Matrix): void {
    weights.forEach((row, j) => {
      for (const [o, weight] of row.entries()) this.multiply(sums[o] ?? [], x[j] ?? [], weight);
    });
  }

  /** The vectors of one channel, two at a time where the schedule has pair loads. */
  private groupOf(slot: number, group: readonly number[]): Register[] {
    const registers = this.b.registerList(group.length);
    const step = this.schedule.pairs ? 2 : 1;
    for (let i = 0; i < group.length; i += step) {
      const some = registers.slice(i, i + step);
      const form = some.length > 1 ? 'pair' : 'plain';
      this.b.loadMany(some, this.at(slot, group[i]), 4, { form });
    }
    return registers;
  }

  /** Nine weights in three vectors, [in][out]: a pair load and a single one. */
  private matrix(offset: number): Matrix {
    const { b, channels } = this;
    const rows = [...this.weightPair(offset), b.load(b.at(this.weights, offset + 8), 4)];
    const weight = (i: number): Weight => ({ register: rows[i >> 2] as Register, element: i & 3 });
    return channels.map((j) => channels.map((o) => weight(3 * j + o)));
  }

  private post(acc: Rows, slope: Register, zero: Register): void {
    const { b, pack, vectors } = this;
    const mixin = b.load(b.at(this.weights, pack.mixin), 4);
    for (const v of vectors) {
      const column = acc.map((row) => row[v] as Register);
      const cond = b.load(this.at(this.cond, v), 4);
      for (const [c, a] of column.entries()) b.accumulate(a, cond, mixin, 4, c);
      for (const a of column) this.rectify(a, slope, zero);
    }
    for (const v of vectors) {
      for (const [c, row] of acc.entries()) this.addToHead(row[v] as Register, c, 4, v);
    }
    if (this.layer.last) return;
    const weights = this.matrix(pack.one(0, 0));
    const bias = b.load(b.at(this.weights, pack.oneBias), 4);
    for (const v of vectors) {
      const out = this.channels.map((c) => [this.copied(bias, c)]);
      const x = acc.map((row) => row.slice(v, v + 1));
      this.products(out, x, weights);
      for (const [c, sum] of out.flat().entries()) this.addResidual(sum, c, 4, v);
    }
  }

  /** One frame, scalar, its LeakyReLU a branch per channel. */
  private single(): void {
    const { b, pack, frame, channels } = this;
    const sums = channels.map((c) => this.weight(pack.bias + c));
    this.taps.forEach((planes, k) => {
      const x = planes.map((plane) => b.load(this.at(plane), 1));
      x.forEach((value, j) => {
        const at = pack.tap * k + pack.row * j;
        const row = [...this.weightPair(at, 1), this.weight(at + 2)];
        for (const [o, sum] of sums.entries()) b.accumulate(sum, value, row[o] as Register, 1);
      });
      if (this.layer.kernelSize > 6) frame.overhead({ int: 4, load_int: 1, branch: 1 });
    });
    this.activateFrame(sums, this.branchOnSign);
    if (!this.layer.last) {
      const out = channels.map((c) => this.weight(pack.oneBias + c));
      sums.forEach((x, j) => {
        for (const [o, sum] of out.entries()) b.accumulate(sum, x, this.weight(pack.one(j, o)), 1);
      });
      for (const [o, sum] of out.entries()) this.addResidual(sum, o, 1);
    }
    frame.overhead({ int: 2, branch: 1 });
  }
}
