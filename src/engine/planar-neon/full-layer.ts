/**
 * One layer of the 8-channel planar model on AArch64: tiles of 8 frames, then of 4, then single
 * frames. To round as Eigen's products do, a tap is summed on its own (t) and then added to the
 * running sum (z): 32 vectors of accumulators in a file of 32 registers, hence the spills.
 */

import type { Counter, KernelBuilder, TemplateCache, Term } from '../../kernel/builder.ts';
import type { Register } from '../../kernel/instruction.ts';
import type { Template } from '../../kernel/template.ts';
import { signMispredicts } from '../common/branch-shares.ts';
import { tunePlace } from '../common/title.ts';
import { Frame, type Spill } from './compiled.ts';
import type { Instance, Schedule } from './schedule.ts';

const C = 8;
const channels = [0, 1, 2, 3, 4, 5, 6, 7] as const;

/** Floats of a layer's weights: taps [in][out], bias, mixin, 1x1 [out][in], 1x1 bias. */
export const fullPack = {
  tapFloats: (C * C) as number,
  bias: (kernelSize: number): number => C * C * kernelSize,
  mixin: (kernelSize: number): number => C * C * kernelSize + C,
  layer1x1: (kernelSize: number): number => C * C * kernelSize + 2 * C,
  layer1x1Bias: (kernelSize: number): number => C * C * kernelSize + 2 * C + C * C,
  floats: (kernelSize: number): number => C * C * kernelSize + 3 * C + C * C,
} as const;

export interface FullLayer {
  readonly kernelSize: number;
  readonly instance: Instance;
  readonly frames: number;
  readonly slope: number;
}

interface Slots {
  readonly weights: number;
  readonly cond: number;
  readonly head: readonly number[];
  readonly taps: readonly (readonly number[])[];
  readonly next: readonly number[];
}

/** Slots in order: stack, weights, cond, head planes, taps (tap by tap, plane by plane), next planes. */
export function fullLayer(cache: TemplateCache, layer: FullLayer, schedule: Schedule): Template {
  const { kernelSize, instance, frames } = layer;
  const name = `planar-neon/full/${tunePlace}/k${kernelSize}/${instance}/${frames}/${layer.slope}`;
  return cache.get(name, (b) => {
    const frame = new Frame(b, 4);
    const slots: Slots = {
      weights: b.slot('weights'),
      cond: b.slot('condition'),
      head: channels.map((c) => b.slot(`head plane ${c}`)),
      taps: Array.from({ length: kernelSize }, (_, k) =>
        channels.map((c) => b.slot(`tap ${k} plane ${c}`)),
      ),
      next: instance === 'last6' ? [] : channels.map((c) => b.slot(`next plane ${c}`)),
    };
    new FullWriter(b, frame, slots, layer, schedule).write();
  });
}

class FullWriter {
  private readonly b: KernelBuilder;
  private readonly frame: Frame;
  private readonly slots: Slots;
  private readonly layer: FullLayer;
  private readonly schedule: Schedule['full'];

  constructor(b: KernelBuilder, frame: Frame, slots: Slots, layer: FullLayer, schedule: Schedule) {
    this.b = b;
    this.frame = frame;
    this.slots = slots;
    this.layer = layer;
    this.schedule = schedule.full;
  }

  write(): void {
    const { b, frame, schedule } = this;
    const { frames, kernelSize } = this.layer;
    const tiles = Math.floor(frames / 8);
    const fours = Math.floor((frames % 8) / 4);
    const singles = frames % 4;
    // Ring pointers of this layer and the next, plane pointers, tap indices.
    frame.glue({ int: 57, loadInt: 14, storeInt: 34, branch: 7 });
    frame.glue({ int: 2 * (kernelSize - 6), storeInt: Math.ceil((kernelSize - 6) / 2) });
    const long = kernelSize > 6;
    b.loop(tiles, (f) => {
      frame.glue({ int: 6, loadInt: 1, branch: 2 });
      frame.glue({ int: long ? 11 : 7, loadInt: 6, storeInt: 1, save: 4 });
      this.tile(2, f.times(8), 0, {
        entry: schedule.entry,
        tap: schedule.tap[long ? 15 : 6],
        post: schedule.post,
      });
      frame.glue({ int: 1, loadInt: 1, restore: 4, branch: 1 });
    });
    b.loop(fours, (f) => {
      frame.glue({ int: 7, loadInt: 1, branch: 2 });
      frame.glue({ int: 2, loadInt: 5, save: 4 });
      this.tile(1, f.times(4), 8 * tiles, {
        entry: { stores: 0, loads: 0, moves: 0 },
        tap: schedule.tapOfFour,
        post: schedule.postOfFour,
      });
      frame.glue({ restore: 4, branch: 1 });
    });
    if (singles > 0) frame.glue({ int: 9, loadInt: 14 });
    b.loop(singles, (f) => this.single(f, frames - singles));
  }

  private tile(
    vectors: number,
    at: Term,
    offset: number,
    spill: { readonly entry: Spill; readonly tap: Spill; readonly post: Spill },
  ): void {
    const { b, frame } = this;
    const { kernelSize } = this.layer;
    const range = Array.from({ length: vectors }, (_, v) => v);
    const zero = b.const(0, 4);
    const z = channels.map(() => b.registerList(vectors));
    const sums = z.flat();
    // Running sums whose home is the stack; the others keep a register from tap to tap.
    const homes = sums.slice(0, Math.min(sums.length, spill.tap.loads, spill.tap.stores));
    const places = homes.map((register) => {
      const place = frame.place();
      frame.store(zero, place);
      return { register, place };
    });
    const kept = sums.slice(homes.length);
    for (const register of kept) b.unary('mov', zero, 4, register);
    frame.spill({ ...spill.entry, stores: spill.entry.stores - homes.length }, [zero]);
    // Partial sums that go to the stack and back within a tap.
    const detours = Math.min(spill.tap.loads, spill.tap.stores) - homes.length;
    const detourPlaces = Array.from({ length: detours }, () => frame.place());
    for (let k = 0; k < kernelSize; k++) {
      const t = this.tap(k, range, at, offset, detourPlaces);
      for (const { register, place } of places) frame.load(place, register);
      sums.forEach((sum, i) => {
        b.binary('add', sum, t[i]!, 4, { into: sum });
      });
      for (const { register, place } of places) frame.store(register, place);
      frame.spill(
        {
          stores: spill.tap.stores - homes.length - detours,
          loads: spill.tap.loads - homes.length - detours,
          moves: spill.tap.moves,
        },
        sums,
      );
      frame.glue({ int: vectors === 2 ? this.schedule.tapInt : 4, loadInt: 1, branch: 1 });
    }
    for (const { register, place } of places) frame.load(place, register);
    this.post(range, at, offset, z, zero);
    frame.spill({ ...spill.post, loads: Math.max(0, spill.post.loads - homes.length) }, sums);
    frame.glue(vectors === 2 ? { int: 36, loadInt: 44, branch: 8 } : { int: 8, loadInt: 28 });
  }

  /** One tap's partial sums, output by output, both vectors of each. */
  private tap(
    k: number,
    range: readonly number[],
    at: Term,
    offset: number,
    detours: readonly number[],
  ): readonly Register[] {
    const { b, slots, frame } = this;
    const t = channels.map(() => range.map(() => b.register()));
    let done = 0;
    for (const j of channels) {
      const w = b.registerList(2);
      b.loadMany(w, b.at(slots.weights, fullPack.tapFloats * k + C * j), 4, { form: 'pair' });
      const x = b.registerList(range.length);
      const form = range.length === 2 ? 'pair' : 'plain';
      b.loadMany(x, b.at(slots.taps[k]![j]!, offset, at), 4, { form });
      for (const o of channels) {
        for (const v of range) {
          const into = t[o]![v]!;
          const element = o & 3;
          if (j === 0) {
            b.binary('mul', x[v]!, w[o >> 2]!, 4, { element, into });
            continue;
          }
          // Spread evenly: every so many products one partial sum comes back from the stack.
          const index = (j - 1) * C * range.length + o * range.length + v;
          const due = Math.floor(((index + 1) * detours.length) / (7 * C * range.length));
          if (due > done && j < 7) {
            frame.store(into, detours[done]!);
            frame.load(detours[done]!, into);
            done += 1;
          }
          b.fma(x[v]!, w[o >> 2]!, into, 4, { element, into });
        }
      }
    }
    const sums = t.flat();
    for (; done < detours.length; done++) {
      const register = sums[done % sums.length]!;
      frame.store(register, detours[done]!);
      frame.load(detours[done]!, register);
    }
    return sums;
  }

  private post(
    range: readonly number[],
    at: Term,
    offset: number,
    z: readonly (readonly Register[])[],
    zero: Register,
  ): void {
    const { b, slots } = this;
    const { kernelSize, instance } = this.layer;
    const slope = b.const(this.layer.slope, 4);
    const cond = range.map((v) => b.load(b.at(slots.cond, offset + 4 * v, at), 4));
    for (const c of channels) {
      if (c % 2 === 1) continue;
      const biases = b.registerList(2);
      b.loadMany(biases, b.at(slots.weights, fullPack.bias(kernelSize) + c), 1, { form: 'pair' });
      for (const side of [0, 1]) {
        const bias = b.shuffle(biases[side]!, biases[side]!, 4, [0, 0, 0, 0]);
        const mixin = b.load(b.at(slots.weights, fullPack.mixin(kernelSize) + c + side), 1);
        for (const v of range) {
          const a = z[c + side]![v]!;
          b.binary('add', a, bias, 4, { into: a });
          if (this.schedule.contracts) b.fma(cond[v]!, mixin, a, 4, { element: 0, into: a });
          else
            b.binary('add', a, b.binary('mul', cond[v]!, mixin, 4, { element: 0 }), 4, { into: a });
          const scaled = b.binary('mul', a, slope, 4);
          b.select(b.binary('cmplt', a, zero, 4), scaled, a, 4, a);
        }
      }
    }
    for (const c of channels) {
      for (const v of range) {
        const place = b.at(slots.head[c]!, offset + 4 * v, at);
        const a = z[c]![v]!;
        b.store(b.binary('add', instance === 'first6' ? zero : b.load(place, 4), a, 4), place, 4);
      }
    }
    if (instance !== 'last6') this.layer1x1(range, at, offset, z);
  }

  /** Output by output: 8 products by lane, the residual, the bias. */
  private layer1x1(
    range: readonly number[],
    at: Term,
    offset: number,
    z: readonly (readonly Register[])[],
  ): void {
    const { b, slots } = this;
    const { kernelSize } = this.layer;
    for (const o of channels) {
      const w = b.registerList(2);
      b.loadMany(w, b.at(slots.weights, fullPack.layer1x1(kernelSize) + C * o), 4, {
        form: 'pair',
      });
      const one = b.load(b.at(slots.weights, fullPack.layer1x1Bias(kernelSize) + o), 1);
      const bias = b.shuffle(one, one, 4, [0, 0, 0, 0]);
      const u = range.map((v) => b.binary('mul', z[0]![v]!, w[0]!, 4, { element: 0 }));
      for (const j of channels.slice(1)) {
        for (const v of range) {
          b.fma(z[j]![v]!, w[j >> 2]!, u[v]!, 4, { element: j & 3, into: u[v]! });
        }
      }
      for (const v of range) {
        const newest = slots.taps[kernelSize - 1]![o]!;
        const residual = b.load(b.at(newest, offset + 4 * v, at), 4);
        const sum = b.binary('add', b.binary('add', residual, u[v]!, 4), bias, 4);
        b.store(sum, b.at(slots.next[o]!, offset + 4 * v, at), 4);
      }
    }
  }

  /** One frame, scalar, its LeakyReLU a branch per channel. */
  private single(counter: Counter, offset: number): void {
    const { b, slots, frame } = this;
    const { kernelSize, instance } = this.layer;
    const at = counter.times(1);
    const weight = (index: number): Register => b.load(b.at(slots.weights, index), 1);
    frame.glue({ int: 3, storeInt: 2, fpMove: 7 });
    const z = channels.map(() => b.const(0, 1));
    for (let k = 0; k < kernelSize; k++) {
      const t = channels.map(() => b.const(0, 1));
      frame.glue({ int: 4, loadInt: 1 });
      for (const j of channels) {
        const x = b.load(b.at(slots.taps[k]![j]!, offset, at), 1);
        for (const o of channels) {
          if (o % 2 === 1) continue;
          const pair = b.registerList(2);
          const place = b.at(slots.weights, fullPack.tapFloats * k + C * j + o);
          b.loadMany(pair, place, 1, { form: 'pair' });
          b.fma(x, pair[0]!, t[o]!, 1, { into: t[o]! });
          b.fma(x, pair[1]!, t[o + 1]!, 1, { into: t[o + 1]! });
        }
        frame.glue({ loadInt: 1, int: 2, branch: 1 });
      }
      for (const c of channels) b.binary('add', z[c]!, t[c]!, 1, { into: z[c]! });
      frame.glue({ int: 3, branch: 1 });
    }
    const cond = b.load(b.at(slots.cond, offset, at), 1);
    const slope = b.const(this.layer.slope, 1);
    for (const c of channels) {
      const a = z[c]!;
      b.binary('add', a, weight(fullPack.bias(kernelSize) + c), 1, { into: a });
      b.fma(cond, weight(fullPack.mixin(kernelSize) + c), a, 1, { into: a });
      // a < 0 ? a * slope : a, which is the larger of the two.
      b.cost('compareFp', 1);
      b.cost('branch', 1, { mispredict: signMispredicts, on: a });
      b.binary('max', a, b.binary('mul', a, slope, 1), 1, { into: a });
      const place = b.at(slots.head[c]!, offset, at);
      b.store(instance === 'first6' ? a : b.binary('add', b.load(place, 1), a, 1), place, 1);
    }
    if (instance !== 'last6') {
      for (const o of channels) {
        const u = b.const(0, 1);
        for (const j of channels) {
          b.fma(z[j]!, weight(fullPack.layer1x1(kernelSize) + C * o + j), u, 1, { into: u });
        }
        const residual = b.load(b.at(slots.taps[kernelSize - 1]![o]!, offset, at), 1);
        const sum = b.binary('add', residual, u, 1);
        b.binary('add', sum, weight(fullPack.layer1x1Bias(kernelSize) + o), 1, { into: sum });
        b.store(sum, b.at(slots.next[o]!, offset, at), 1);
      }
    }
    frame.glue({ int: 3, loadInt: 10, branch: 1 });
  }
}
