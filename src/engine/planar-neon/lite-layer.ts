/**
 * One layer of the 3-channel planar model on AArch64: tiles of 32 frames, then of 4, then single
 * frames. A vector is four consecutive frames of one channel; all three channels of a tile stay in
 * registers from the bias to the residual.
 */

import type { Counter, KernelBuilder, TemplateCache, Term } from '../../kernel/builder.ts';
import type { Register } from '../../kernel/instruction.ts';
import type { Template } from '../../kernel/template.ts';
import { signMispredicts } from '../common/branch-shares.ts';
import { tunePlace } from '../common/title.ts';
import { Frame, noSpill, type Spill } from './compiled.ts';
import type { Instance, Schedule } from './schedule.ts';

/** Floats of a layer's weights: taps padded to 12, then bias, mixin, 1x1 (12), 1x1 bias. */
export const litePack = {
  tapFloats: 12,
  floats: (kernelSize: number): number => 12 * kernelSize + 24,
} as const;

export interface LiteLayer {
  readonly kernelSize: number;
  readonly instance: Instance;
  readonly frames: number;
  readonly slope: number;
}

const channels = [0, 1, 2] as const;

interface Slots {
  readonly weights: number;
  readonly cond: number;
  readonly head: number;
  /** [tap][channel]. */
  readonly taps: readonly (readonly number[])[];
  readonly next: readonly number[];
}

/** Slots in order: stack, weights, cond, head, taps (tap by tap, channel by channel), next planes. */
export function liteLayer(cache: TemplateCache, layer: LiteLayer, schedule: Schedule): Template {
  const { kernelSize, instance, frames } = layer;
  const name = `planar-neon/lite/${tunePlace}/k${kernelSize}/${instance}/${frames}/${layer.slope}`;
  return cache.get(name, (b) => {
    const frame = new Frame(b, 4);
    const slots: Slots = {
      weights: b.slot('weights'),
      cond: b.slot('condition'),
      head: b.slot('head sum'),
      taps: Array.from({ length: kernelSize }, (_, k) =>
        channels.map((c) => b.slot(`tap ${k} plane ${c}`)),
      ),
      next: instance === 'last6' ? [] : channels.map((c) => b.slot(`next plane ${c}`)),
    };
    new LiteWriter(b, frame, slots, layer, schedule).write();
  });
}

class LiteWriter {
  private readonly b: KernelBuilder;
  private readonly frame: Frame;
  private readonly slots: Slots;
  private readonly layer: LiteLayer;
  private readonly schedule: Schedule['lite'];

  constructor(b: KernelBuilder, frame: Frame, slots: Slots, layer: LiteLayer, schedule: Schedule) {
    this.b = b;
    this.frame = frame;
    this.slots = slots;
    this.layer = layer;
    this.schedule = schedule.lite;
  }

  write(): void {
    const { b, frame, schedule } = this;
    const { frames, kernelSize, instance } = this.layer;
    const tiles = Math.floor(frames / 32);
    const fours = Math.floor((frames % 32) / 4);
    const singles = frames % 4;
    frame.glue({ ...schedule.call, branch: 7, save: 4, restore: 4 });
    // Per tap: its base index, kept in an array on the stack.
    frame.glue({ int: 2 * (kernelSize - 6), storeInt: Math.ceil((kernelSize - 6) / 2) });
    if (fours > 0) frame.glue({ int: 38, loadInt: 14, storeInt: 8 });
    if (singles > 0) frame.glue({ int: 28, loadInt: 11, fpMove: 1 });
    const slope = b.const(this.layer.slope, 4);
    const zero = b.const(0, 4);
    b.loop(tiles, (f) => {
      this.tile(8, f.times(32), 0, slope, zero, {
        entry: schedule.entry,
        tap: schedule.tap[instance],
        post: schedule.post[instance],
      });
    });
    b.loop(fours, (f) => {
      this.tile(1, f.times(4), 32 * tiles, slope, zero, {
        entry: noSpill,
        tap: noSpill,
        post: schedule.four.spill,
      });
    });
    b.loop(singles, (f) => this.single(f, frames - singles));
  }

  private tile(
    vectors: number,
    at: Term,
    offset: number,
    slope: Register,
    zero: Register,
    spill: { readonly entry: Spill; readonly tap: Spill; readonly post: Spill },
  ): void {
    const { b, frame, slots } = this;
    const { kernelSize } = this.layer;
    const four = vectors === 1;
    const bias = b.load(b.at(slots.weights, 12 * kernelSize), 4);
    const acc = channels.map((c) =>
      Array.from({ length: vectors }, () => b.shuffle(bias, bias, 4, [c, c, c, c])),
    );
    const all = acc.flat();
    // The last accumulators live on the stack between taps.
    const homes = all
      .slice(0, Math.min(spill.tap.stores, spill.tap.loads))
      .map(() => frame.place());
    frame.spill(spill.entry, all);
    if (!four) frame.glue({ int: 5, loadInt: 1, storeInt: 1 });
    for (let k = 0; k < kernelSize; k++) {
      this.tap(k, vectors, at, offset, acc, homes);
      frame.spill(
        {
          stores: spill.tap.stores - (k < kernelSize - 1 ? homes.length : 0),
          loads: spill.tap.loads - (k > 0 ? homes.length : 0),
          moves: spill.tap.moves,
        },
        all,
      );
      if (!four) frame.glue({ int: this.schedule.tapInt, loadInt: 1, branch: 1 });
      else if (kernelSize > 6) frame.glue({ int: 4, loadInt: 1, branch: 1 });
    }
    this.post(vectors, at, offset, acc, slope, zero);
    frame.spill(spill.post, all);
    const { four: small } = this.schedule;
    frame.glue(
      four
        ? { int: small.int, loadInt: small.loadInt, fpMove: small.fpMove, branch: 1 }
        : { int: 14, loadInt: 3, branch: 1 },
    );
  }

  private tap(
    k: number,
    vectors: number,
    at: Term,
    offset: number,
    acc: readonly (readonly Register[])[],
    homes: readonly number[],
  ): void {
    const { b, slots, frame } = this;
    const all = acc.flat();
    const weights = this.matrix(12 * k);
    if (k > 0) {
      homes.forEach((home, i) => {
        frame.load(home, all[i]!);
      });
    }
    // Four vectors at a time: twelve independent accumulators between two uses of one.
    for (let v0 = 0; v0 < vectors; v0 += 4) {
      const group = Array.from({ length: Math.min(4, vectors - v0) }, (_, i) => v0 + i);
      const x = channels.map((j) => this.inputs(slots.taps[k]![j]!, group, at, offset));
      for (const j of channels) {
        for (const o of channels) {
          const { register, element } = weights(3 * j + o);
          group.forEach((v, i) => {
            const into = acc[o]![v]!;
            b.fma(x[j]![i]!, register, into, 4, { element, into });
          });
        }
      }
    }
    if (k < this.layer.kernelSize - 1) {
      homes.forEach((home, i) => {
        frame.store(all[i]!, home);
      });
    }
  }

  /** The vectors of one channel, two at a time where the schedule has pair loads. */
  private inputs(slot: number, group: readonly number[], at: Term, offset: number): Register[] {
    const { b, schedule } = this;
    const registers = b.registerList(group.length);
    const step = schedule.pairs ? 2 : 1;
    for (let i = 0; i < group.length; i += step) {
      const some = registers.slice(i, i + step);
      const form = some.length > 1 ? 'pair' : 'plain';
      b.loadMany(some, b.at(slot, offset + 4 * group[i]!, at), 4, { form });
    }
    return registers;
  }

  /** Nine weights in three vectors, [in][out]: a pair load and a single one. */
  private matrix(offset: number): (index: number) => { register: Register; element: number } {
    const { b, slots } = this;
    const low = b.registerList(2);
    b.loadMany(low, b.at(slots.weights, offset), 4, { form: 'pair' });
    const rows = [...low, b.load(b.at(slots.weights, offset + 8), 4)];
    return (index) => ({ register: rows[index >> 2]!, element: index & 3 });
  }

  private post(
    vectors: number,
    at: Term,
    offset: number,
    acc: readonly (readonly Register[])[],
    slope: Register,
    zero: Register,
  ): void {
    const { b, slots } = this;
    const { kernelSize, instance, frames } = this.layer;
    const pack = 12 * kernelSize;
    const mixin = b.load(b.at(slots.weights, pack + 4), 4);
    const range = Array.from({ length: vectors }, (_, v) => v);
    for (const v of range) {
      const cond = b.load(b.at(slots.cond, offset + 4 * v, at), 4);
      for (const c of channels)
        b.fma(cond, mixin, acc[c]![v]!, 4, { element: c, into: acc[c]![v]! });
      for (const c of channels) {
        const a = acc[c]![v]!;
        const scaled = b.binary('mul', a, slope, 4);
        b.select(b.binary('cmplt', a, zero, 4), scaled, a, 4, a);
      }
    }
    for (const v of range) {
      for (const c of channels) {
        const place = b.at(slots.head, c * frames + offset + 4 * v, at);
        const a = acc[c]![v]!;
        b.store(instance === 'first6' ? a : b.binary('add', b.load(place, 4), a, 4), place, 4);
      }
    }
    if (instance === 'last6') return;
    const weights = this.matrix(pack + 8);
    const bias = b.load(b.at(slots.weights, pack + 20), 4);
    for (const v of range) {
      const out = channels.map((c) => b.shuffle(bias, bias, 4, [c, c, c, c]));
      for (const j of channels) {
        for (const o of channels) {
          const { register, element } = weights(3 * j + o);
          b.fma(acc[j]![v]!, register, out[o]!, 4, { element, into: out[o]! });
        }
      }
      for (const c of channels) {
        const newest = slots.taps[kernelSize - 1]![c]!;
        const residual = b.load(b.at(newest, offset + 4 * v, at), 4);
        b.store(b.binary('add', residual, out[c]!, 4), b.at(slots.next[c]!, offset + 4 * v, at), 4);
      }
    }
  }

  /** One frame, scalar, its LeakyReLU a branch per channel. */
  private single(counter: Counter, offset: number): void {
    const { b, slots, frame } = this;
    const { kernelSize, instance, frames } = this.layer;
    const at = counter.times(1);
    const pack = 12 * kernelSize;
    const weight = (index: number): Register => b.load(b.at(slots.weights, index), 1);
    const acc = channels.map((c) => weight(pack + c));
    for (let k = 0; k < kernelSize; k++) {
      const x = channels.map((j) => b.load(b.at(slots.taps[k]![j]!, offset, at), 1));
      for (const j of channels) {
        const row = b.registerList(2);
        b.loadMany(row, b.at(slots.weights, 12 * k + 3 * j), 1, { form: 'pair' });
        row.push(weight(12 * k + 3 * j + 2));
        for (const o of channels) b.fma(x[j]!, row[o]!, acc[o]!, 1, { into: acc[o]! });
      }
      if (kernelSize > 6) frame.glue({ int: 4, loadInt: 1, branch: 1 });
    }
    const cond = b.load(b.at(slots.cond, offset, at), 1);
    const slope = b.const(this.layer.slope, 1);
    for (const c of channels) {
      const a = b.fma(cond, weight(pack + 4 + c), acc[c]!, 1, { into: acc[c]! });
      // a < 0 ? a * slope : a, which is the larger of the two.
      b.cost('compareFp', 1);
      b.cost('branch', 1, { mispredict: signMispredicts, on: a });
      b.binary('max', a, b.binary('mul', a, slope, 1), 1, { into: a });
      const place = b.at(slots.head, c * frames + offset, at);
      b.store(instance === 'first6' ? a : b.binary('add', b.load(place, 1), a, 1), place, 1);
    }
    if (instance !== 'last6') {
      const out = channels.map((c) => weight(pack + 20 + c));
      for (const j of channels) {
        for (const o of channels) {
          b.fma(acc[j]!, weight(pack + 8 + 3 * j + o), out[o]!, 1, { into: out[o]! });
        }
      }
      for (const c of channels) {
        const residual = b.load(b.at(slots.taps[kernelSize - 1]![c]!, offset, at), 1);
        b.store(b.binary('add', residual, out[c]!, 1), b.at(slots.next[c]!, offset, at), 1);
      }
    }
    frame.glue({ int: 2, branch: 1 });
  }
}
