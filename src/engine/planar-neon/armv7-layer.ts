/**
 * One layer of the planar models on ARMv7: tiles of 8 frames, then of 4, then single frames. There is
 * no product by lane here that GCC would use: each weight is broadcast from memory where it is
 * needed. GCC 12.2 takes the comparison of LeakyReLU apart into lanes unless -ffast-math allows it
 * to flush denormals; 16 vector registers hold the sums of 3 channels, but not those of 8.
 */
import type { KernelBuilder } from '../../kernel/builder.ts';
import type { Register } from '../../kernel/instruction.ts';
import { costs } from '../common/code.ts';
import type { Spill } from '../common/stack-frame.ts';
import { type Rows, type StackLayerShape, StackLayerWriter, upTo } from '../common/stack-layer.ts';
import { fullPack } from './full-layer.ts';
import { litePack } from './lite-layer.ts';
import { type Armv7Schedule, armv7Schedules } from './schedule.ts';

export class Armv7Writer extends StackLayerWriter {
  private readonly schedule: Armv7Schedule;
  private readonly fastMath: boolean;
  /** Eight channels round as Eigen's products do: each tap is summed on its own. */
  private readonly eigen: boolean;

  constructor(b: KernelBuilder, layer: StackLayerShape, fastMath: boolean) {
    const lite = layer.channels === 3;
    super(b, layer, (lite ? litePack : fullPack)(layer.kernelSize));
    this.schedule = armv7Schedules[lite ? 3 : 8];
    this.fastMath = fastMath;
    this.eigen = !lite;
  }

  write(): void {
    const { frames, kernelSize } = this.layer;
    this.frame.overhead(this.schedule.call);
    this.frame.overhead({ int: 3 * (kernelSize - 6), store_int: kernelSize - 6 });
    this.tiles(8, Math.floor(frames / 8), () => this.tile());
    this.tiles(4, Math.floor((frames % 8) / 4), () => this.tile());
    this.tiles(1, frames % 4, () => this.single());
  }

  /** Half a tile holds half the sums: it spills half as much. */
  private halves(spill: Spill): void {
    const share = this.vectors.length / 2;
    this.frame.halves(spill.map((count) => Math.round(count * share)));
  }

  private tile(): void {
    const { b, frame, pack, schedule, eigen, vectors } = this;
    frame.overhead(schedule.entry);
    const zero = eigen ? b.const(0, 4) : null;
    const start = (c: number): Register =>
      zero === null ? this.broadcast(pack.bias + c) : b.unary('mov', zero, 4);
    const z = this.channels.map((c) => vectors.map(() => start(c)));
    const sums = z.flat();
    if (eigen) for (const sum of sums) frame.store(sum, 512);
    for (const k of upTo(this.layer.kernelSize)) {
      this.tap(k, z);
      this.halves(schedule.tapHalves);
      frame.spills(schedule.tapSpill, sums);
      frame.overhead(schedule.tap);
    }
    this.activate(z);
    this.addRowsToHead(z);
    if (!this.layer.last && eigen) this.oneByOutput(z);
    else if (!this.layer.last) for (const v of vectors) this.oneByVector(z, v);
    this.halves(schedule.postHalves);
    frame.overhead(schedule.post);
  }

  private tap(k: number, z: Rows): void {
    const { b, pack, eigen } = this;
    const t = eigen ? z.map((row) => b.registerList(row.length)) : z;
    (this.taps[k] ?? []).forEach((plane, j) => {
      const x = this.inputs(plane);
      t.forEach((sums, o) => {
        const register = this.broadcast(pack.tap * k + pack.row * j + o);
        this.multiply(sums, x, { register }, eigen && j === 0);
      });
    });
    if (eigen) this.addTap(z, t);
  }

  private addTap(z: Rows, t: Rows): void {
    const partial = t.flat();
    z.flat().forEach((sum, i) => {
      this.b.binary('add', sum, partial[i] as Register, 4, { into: sum }); // as many as sums
    });
  }

  private activate(z: Rows): void {
    const { b, pack, eigen } = this;
    const [slope, zero] = [b.const(this.layer.slope, 4), b.const(0, 4)];
    const cond = this.inputs(this.cond);
    z.forEach((row, c) => {
      const bias = eigen ? this.broadcast(pack.bias + c) : null;
      const register = this.broadcast(pack.mixin + c);
      row.forEach((a, v) => {
        if (bias !== null) b.binary('add', a, bias, 4, { into: a });
        this.multiply([a], cond.slice(v), { register });
        this.rectify(a, slope, zero, () => this.compareLanes());
      });
    });
  }

  /** Per lane: compare, read the flags, pick a mask, hand it back through memory or a move. */
  private compareLanes(): void {
    const { b } = this;
    if (this.fastMath) return;
    costs(b, ['compareFp', 8], ['it', 4], ['int', 8], ['storeInt', 4], ['moveFpInt', 5]);
  }

  /** The stores may alias the weights: they are read again for each vector. */
  private oneByVector(z: Rows, v: number): void {
    const { pack } = this;
    const sums = this.channels.map((o) => this.broadcast(pack.oneBias + o));
    z.forEach((row, j) => {
      sums.forEach((sum, o) => {
        this.multiply([sum], row.slice(v), { register: this.broadcast(pack.one(j, o)) });
      });
    });
    for (const [o, sum] of sums.entries()) this.addResidual(sum, o, 4, v);
  }

  private oneByOutput(z: Rows): void {
    const { b, pack, schedule, vectors } = this;
    for (const o of this.channels) {
      const sums = b.registerList(vectors.length);
      z.forEach((row, j) => {
        this.multiply(sums, row, { register: this.broadcast(pack.one(j, o)) }, j === 0);
      });
      const bias = this.broadcast(pack.oneBias + o);
      sums.forEach((sum, v) => {
        this.addResidual(b.binary('add', sum, bias, 4), o, 4, v);
      });
      this.halves(schedule.outputHalves);
      this.frame.overhead(schedule.output);
    }
  }

  /** One frame on the scalar unit. */
  private single(): void {
    const { b, frame, pack, eigen, channels } = this;
    const z = channels.map((c) => (eigen ? b.const(0, 1) : this.weight(pack.bias + c)));
    this.taps.forEach((planes, k) => {
      const t = eigen ? z.map(() => b.const(0, 1)) : z;
      this.tapOfFrame(k, planes, t);
      if (eigen) {
        z.forEach((sum, o) => {
          b.binary('add', sum, t[o] as Register, 1, { into: sum });
        });
      }
      frame.overhead({ int: 5, load_int: 1, branch: 1 });
    });
    this.activateFrame(z, () => costs(b, ['compareFp', 2], ['it', 1]), eigen);
    for (const o of this.layer.last ? [] : channels) {
      this.addResidual(this.outputOfFrame(this.weight(pack.oneBias + o), z, o), o, 1);
    }
    frame.overhead({ int: 18, load_int: 9, branch: 1 });
  }
}
