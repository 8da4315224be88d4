/**
 * One layer of the 8-channel planar model on AArch64: tiles of 8 frames, then of 4, then single
 * frames. To round as Eigen's products do, a tap is summed on its own (t) and then added to the
 * running sum (z): 32 vectors of accumulators in a file of 32 registers, hence the spills.
 */
import type { KernelBuilder } from '../../kernel/builder.ts';
import type { Register } from '../../kernel/instruction.ts';
import type { Counts } from '../common/code.ts';
import type { LayerPack } from '../common/layer-stack.ts';
import type { Spill } from '../common/stack-frame.ts';
import { type Rows, type StackLayerShape, StackLayerWriter, upTo } from '../common/stack-layer.ts';
import type { Schedule } from './schedule.ts';

const C = 8;

/** Taps [in][out], bias, mixin, 1x1 [out][in], 1x1 bias. */
export const fullPack = (kernelSize: number): LayerPack => {
  const bias = C * C * kernelSize;
  const one = (input: number, output: number): number => bias + 2 * C + C * output + input;
  const oneBias = bias + 2 * C + C * C;
  return { tap: C * C, row: C, bias, mixin: bias + C, one, oneBias, floats: oneBias + C };
};

/** What a compiler adds to a tile. */
interface TileCode {
  readonly entry: Spill;
  readonly tap: Spill;
  readonly post: Spill;
  readonly perTap: Counts;
  readonly after: Counts;
}

export class FullWriter extends StackLayerWriter {
  private readonly schedule: Schedule['full'];

  constructor(b: KernelBuilder, layer: StackLayerShape, schedule: Schedule) {
    super(b, layer, fullPack(layer.kernelSize));
    this.schedule = schedule.full;
  }

  write(): void {
    const { frame, schedule } = this;
    const { frames, kernelSize } = this.layer;
    // Ring pointers of this layer and the next, plane pointers, tap indices.
    frame.overhead({ int: 57, load_int: 14, store_int: 34, branch: 7 });
    frame.overhead({ int: 2 * (kernelSize - 6), store_int: Math.ceil((kernelSize - 6) / 2) });
    const long = kernelSize > 6;
    const { entry, post, tapInt, tapOfFour, postOfFour } = schedule;
    const perTap = { int: tapInt, load_int: 1, branch: 1 };
    const after = { int: 36, load_int: 44, branch: 8 };
    const eight = { entry, tap: schedule.tap[long ? 15 : 6], post, perTap, after };
    this.tiles(8, Math.floor(frames / 8), () => {
      frame.overhead({ int: 6, load_int: 1, branch: 2 });
      frame.overhead({ int: long ? 11 : 7, load_int: 6, store_int: 1, store_fp64: 4 });
      this.tile(eight);
      frame.overhead({ int: 1, load_int: 1, load_fp64: 4, branch: 1 });
    });
    const ofFour = { perTap: { int: 4, load_int: 1, branch: 1 }, after: { int: 8, load_int: 28 } };
    const four = { entry: [], tap: tapOfFour, post: postOfFour, ...ofFour };
    this.tiles(4, Math.floor((frames % 8) / 4), () => {
      frame.overhead({ int: 7, load_int: 1, branch: 2 });
      frame.overhead({ int: 2, load_int: 5, store_fp64: 4 });
      this.tile(four);
      frame.overhead({ load_fp64: 4, branch: 1 });
    });
    if (frames % 4 > 0) frame.overhead({ int: 9, load_int: 14 });
    this.tiles(1, frames % 4, () => this.single());
  }

  private tile(code: TileCode): void {
    const { b, frame } = this;
    const zero = b.const(0, 4);
    const z = this.channels.map(() => b.registerList(this.vectors.length));
    const sums = z.flat();
    const [stores = 0, loads = 0, moves = 0] = code.tap;
    // Running sums whose home is the stack; the others keep a register from tap to tap.
    const homes = sums.slice(0, Math.min(loads, stores)).map((register) => {
      const place = frame.home();
      frame.store(zero, place);
      return { register, place };
    });
    for (const register of sums.slice(homes.length)) b.unary('mov', zero, 4, register);
    const [entryStores = 0] = code.entry;
    frame.spills([entryStores - homes.length, ...code.entry.slice(1)], [zero]);
    // Partial sums that go to the stack and back within a tap.
    const count = Math.min(loads, stores);
    const detours = upTo(count - homes.length).map(() => frame.home());
    this.taps.forEach((planes, k) => {
      const t = this.tap(k, planes, detours);
      for (const { register, place } of homes) frame.load(place, register);
      sums.forEach((sum, i) => {
        b.binary('add', sum, t[i] as Register, 4, { into: sum }); // as many as sums
      });
      for (const { register, place } of homes) frame.store(register, place);
      frame.spills([stores - count, loads - count, moves], sums);
      frame.overhead(code.perTap);
    });
    for (const { register, place } of homes) frame.load(place, register);
    this.post(z, zero);
    const [postStores = 0, postLoads = 0, postMoves = 0] = code.post;
    frame.spills([postStores, Math.max(0, postLoads - homes.length), postMoves], sums);
    frame.overhead(code.after);
  }

  /** One tap's partial sums, output by output, all vectors of each. */
  private tap(k: number, planes: readonly number[], detours: readonly number[]): Register[] {
    const { b, frame, pack, vectors } = this;
    const sums = b.registerList(C * vectors.length);
    const detour = (register: Register, place: number): void => {
      frame.store(register, place);
      frame.load(place, register);
    };
    let done = 0;
    planes.forEach((plane, j) => {
      const w = this.weightPair(pack.tap * k + pack.row * j);
      const x = b.registerList(vectors.length);
      b.loadMany(x, this.at(plane), 4, { form: vectors.length === 2 ? 'pair' : 'plain' });
      sums.forEach((into, i) => {
        const o = Math.floor(i / x.length);
        // Spread evenly: every so many products one partial sum comes back from the stack.
        const products = (j - 1) * sums.length + i + 1;
        const due = Math.floor((products * detours.length) / (7 * sums.length));
        if (due > done && j < 7) detour(into, detours[done++] as number);
        const weight = { register: w[o >> 2] as Register, element: o & 3 };
        this.multiply([into], [x[i % x.length] as Register], weight, j === 0);
      });
    });
    for (; done < detours.length; done++) {
      detour(sums[done % sums.length] as Register, detours[done] as number);
    }
    return sums;
  }

  private post(z: Rows, zero: Register): void {
    const { b, pack } = this;
    const slope = b.const(this.layer.slope, 4);
    const cond = this.inputs(this.cond);
    let biases: Register[] = [];
    z.forEach((row, c) => {
      if (c % 2 === 0) biases = this.weightPair(pack.bias + c, 1);
      const bias = this.copied(biases[c % 2] as Register);
      const mixin = this.weight(pack.mixin + c);
      row.forEach((a, v) => {
        b.binary('add', a, bias, 4, { into: a });
        this.mix(a, cond[v] as Register, mixin);
        this.rectify(a, slope, zero);
      });
    });
    z.forEach((row, c) => {
      row.forEach((a, v) => {
        const place = this.headAt(c, v);
        const sum = this.layer.first ? zero : b.load(place, 4);
        b.store(b.binary('add', sum, a, 4), place, 4);
      });
    });
    if (!this.layer.last) this.layer1x1(z);
  }

  private mix(a: Register, cond: Register, mixin: Register): void {
    const { b } = this;
    if (this.schedule.contracts) b.accumulate(a, cond, mixin, 4, 0);
    else b.binary('add', a, b.binary('mul', cond, mixin, 4, { element: 0 }), 4, { into: a });
  }

  /** Output by output: 8 products by lane, the residual, the bias. */
  private layer1x1(z: Rows): void {
    const { b, pack, vectors } = this;
    for (const o of this.channels) {
      const w = this.weightPair(pack.one(0, o));
      const bias = this.copied(this.weight(pack.oneBias + o));
      const u = b.registerList(vectors.length);
      z.forEach((x, j) => {
        this.multiply(u, x, { register: w[j >> 2] as Register, element: j & 3 }, j === 0);
      });
      u.forEach((sum, v) => {
        const onTop = b.binary('add', this.residual(o, 4, v), sum, 4);
        this.storeNext(b.binary('add', onTop, bias, 4), o, 4, v);
      });
    }
  }

  /** One frame, scalar, its LeakyReLU a branch per channel. */
  private single(): void {
    const { b, frame, pack, channels } = this;
    frame.overhead({ int: 3, store_int: 2, fp_move: 7 });
    const z = channels.map(() => b.const(0, 1));
    this.taps.forEach((planes, k) => {
      const t = channels.map(() => b.const(0, 1));
      frame.overhead({ int: 4, load_int: 1 });
      planes.forEach((plane, j) => {
        const x = b.load(this.at(plane), 1);
        let pair: Register[] = [];
        t.forEach((sum, o) => {
          if (o % 2 === 0) pair = this.weightPair(pack.tap * k + pack.row * j + o, 1);
          b.accumulate(sum, x, pair[o % 2] as Register, 1);
        });
        frame.overhead({ load_int: 1, int: 2, branch: 1 });
      });
      for (const [c, sum] of z.entries()) b.binary('add', sum, t[c] as Register, 1, { into: sum });
      frame.overhead({ int: 3, branch: 1 });
    });
    this.activateFrame(z, this.branchOnSign, true);
    for (const o of this.layer.last ? [] : channels) {
      const u = this.outputOfFrame(b.const(0, 1), z, o);
      const sum = b.binary('add', this.residual(o, 1), u, 1);
      b.binary('add', sum, this.weight(pack.oneBias + o), 1, { into: sum });
      this.storeNext(sum, o, 1);
    }
    frame.overhead({ int: 3, load_int: 10, branch: 1 });
  }
}
