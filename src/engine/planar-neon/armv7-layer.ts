/**
 * One layer of the planar models on ARMv7: tiles of 8 frames, then of 4, then single frames. There is
 * no product by lane here that GCC would use: each weight is broadcast from memory where it is
 * needed. GCC 12.2 takes the comparison of LeakyReLU apart into lanes unless -ffast-math allows it
 * to flush denormals; 16 vector registers hold the sums of 3 channels, but not those of 8.
 */
import type { Counter, KernelBuilder, TemplateCache, Term } from '../../kernel/builder.ts';
import type { Register } from '../../kernel/instruction.ts';
import type { Template } from '../../kernel/template.ts';
import { Frame, type Glue } from './compiled.ts';
import { fullPack } from './full-layer.ts';
import { litePack } from './lite-layer.ts';
import type { Instance } from './schedule.ts';

export interface Armv7Layer {
  readonly channels: 3 | 8;
  readonly kernelSize: number;
  readonly instance: Instance;
  readonly frames: number;
  readonly slope: number;
  readonly fastMath: boolean;
}

/** What GCC 12.2 -mcpu=cortex-a17 adds: halves of vectors spilled (vldr, vstr d), address code. */
interface Build {
  readonly call: Glue;
  readonly entry: Glue;
  readonly tap: Glue;
  readonly tapHalves: { readonly loads: number; readonly stores: number };
  /** Whole vectors spilled per tap (vld1.64, vst1.64), and copies (vorr). */
  readonly tapWhole: { readonly loads: number; readonly stores: number; readonly moves: number };
  readonly post: Glue;
  readonly postHalves: { readonly loads: number; readonly stores: number };
  /** Per output of the 1x1. */
  readonly output: Glue;
  readonly outputHalves: number;
}

const builds: Readonly<Record<3 | 8, Build>> = {
  3: {
    call: { int: 76, loadInt: 14, storeInt: 45, branch: 7, save: 4, restore: 4 },
    entry: { int: 8, loadInt: 3, storeInt: 2 },
    tap: { int: 19, loadInt: 1, branch: 1 },
    tapHalves: { loads: 0, stores: 0 },
    tapWhole: { loads: 0, stores: 0, moves: 0 },
    post: { int: 32, loadInt: 33, branch: 1 },
    postHalves: { loads: 12, stores: 0 },
    output: {},
    outputHalves: 0,
  },
  8: {
    call: { int: 110, loadInt: 40, storeInt: 60, branch: 8 },
    entry: { int: 26, loadInt: 6, storeInt: 11 },
    tap: { int: 91, loadInt: 10, storeInt: 1, branch: 1 },
    tapHalves: { loads: 160, stores: 166 },
    tapWhole: { loads: 12, stores: 7, moves: 9 },
    post: { int: 118, loadInt: 70, branch: 2 },
    postHalves: { loads: 98, stores: 72 },
    output: { int: 12, loadInt: 10, storeInt: 1, branch: 1 },
    outputHalves: 14,
  },
};

interface Pack {
  readonly tap: number;
  readonly row: number;
  readonly bias: number;
  readonly mixin: number;
  /** Index of the 1x1's weight from `input` to `output`. */
  readonly one: (input: number, output: number) => number;
  readonly oneBias: number;
}

const packOf = (channels: 3 | 8, kernelSize: number): Pack => {
  if (channels === 3) {
    const end = litePack.tapFloats * kernelSize;
    return {
      tap: litePack.tapFloats,
      row: 3,
      bias: end,
      mixin: end + 4,
      one: (input, output) => end + 8 + 3 * input + output,
      oneBias: end + 20,
    };
  }
  return {
    tap: fullPack.tapFloats,
    row: 8,
    bias: fullPack.bias(kernelSize),
    mixin: fullPack.mixin(kernelSize),
    one: (input, output) => fullPack.layer1x1(kernelSize) + 8 * output + input,
    oneBias: fullPack.layer1x1Bias(kernelSize),
  };
};

/** Slots in order: stack, weights, cond, head planes, taps (tap by tap, plane by plane), next planes. */
export function armv7Layer(cache: TemplateCache, layer: Armv7Layer): Template {
  const { channels, kernelSize, instance, frames, slope, fastMath } = layer;
  const name = `planar-neon/armv7/${channels}/k${kernelSize}/${instance}/${frames}/${slope}/${fastMath}`;
  return cache.get(name, (b) => new Armv7Writer(b, layer).write());
}

class Armv7Writer {
  private readonly b: KernelBuilder;
  private readonly frame: Frame;
  private readonly layer: Armv7Layer;
  private readonly build: Build;
  private readonly pack: Pack;
  private readonly channels: readonly number[];
  private readonly weights: number;
  private readonly cond: number;
  private readonly head: readonly number[];
  private readonly taps: readonly (readonly number[])[];
  private readonly next: readonly number[];

  constructor(b: KernelBuilder, layer: Armv7Layer) {
    this.b = b;
    this.layer = layer;
    this.build = builds[layer.channels];
    this.pack = packOf(layer.channels, layer.kernelSize);
    this.channels = Array.from({ length: layer.channels }, (_, c) => c);
    this.frame = new Frame(b, 4);
    this.weights = b.slot('weights');
    this.cond = b.slot('condition');
    this.head = this.channels.map((c) => b.slot(`head plane ${c}`));
    this.taps = Array.from({ length: layer.kernelSize }, (_, k) =>
      this.channels.map((c) => b.slot(`tap ${k} plane ${c}`)),
    );
    this.next =
      layer.instance === 'last6' ? [] : this.channels.map((c) => b.slot(`next plane ${c}`));
  }

  write(): void {
    const { b, frame, build } = this;
    const { frames, kernelSize } = this.layer;
    const tiles = Math.floor(frames / 8);
    const fours = Math.floor((frames % 8) / 4);
    frame.glue(build.call);
    frame.glue({ int: 3 * (kernelSize - 6), storeInt: kernelSize - 6 });
    b.loop(tiles, (f) => this.tile(2, f.times(8), 0));
    b.loop(fours, (f) => this.tile(1, f.times(4), 8 * tiles));
    b.loop(frames % 4, (f) => this.single(f, frames - (frames % 4)));
  }

  private broadcast(index: number): Register {
    return this.b.load(this.b.at(this.weights, index), 4, { form: 'dup' });
  }

  private halves(counts: { readonly loads: number; readonly stores: number }, share: number): void {
    const { b, frame } = this;
    const value = b.register();
    for (let i = 0; i < Math.round(counts.stores * share); i++) {
      b.store(value, b.at(frame.slot, 64 + 2 * (i % 64)), 2);
    }
    for (let i = 0; i < Math.round(counts.loads * share); i++) {
      b.load(b.at(frame.slot, 64 + 2 * (i % 64)), 2);
    }
  }

  private tile(vectors: number, at: Term, offset: number): void {
    const { b, frame, build, pack } = this;
    const { kernelSize, channels } = this.layer;
    // Half a tile holds half the sums: it spills half as much.
    const share = vectors / 2;
    const range = Array.from({ length: vectors }, (_, v) => v);
    frame.glue(build.entry);
    const eigen = channels === 8;
    const zero = eigen ? b.const(0, 4) : null;
    const z = this.channels.map((c) =>
      range.map(() => (zero === null ? this.broadcast(pack.bias + c) : b.unary('mov', zero, 4))),
    );
    const sums = z.flat();
    if (eigen) for (const sum of sums) frame.store(sum, 512);
    for (let k = 0; k < kernelSize; k++) {
      const t = eigen ? z.map((row) => row.map(() => b.register())) : z;
      for (const j of this.channels) {
        const x = range.map((v) => b.load(b.at(this.taps[k]![j]!, offset + 4 * v, at), 4));
        for (const o of this.channels) {
          const w = this.broadcast(pack.tap * k + pack.row * j + o);
          for (const v of range) {
            const into = t[o]![v]!;
            if (eigen && j === 0) b.binary('mul', x[v]!, w, 4, { into });
            else b.fma(x[v]!, w, into, 4, { into });
          }
        }
      }
      if (eigen) {
        z.forEach((row, o) => {
          row.forEach((sum, v) => {
            b.binary('add', sum, t[o]![v]!, 4, { into: sum });
          });
        });
      }
      this.halves(build.tapHalves, share);
      const { loads, stores, moves } = build.tapWhole;
      frame.spill({ loads, stores, moves }, sums);
      frame.glue(build.tap);
    }
    this.post(range, at, offset, z);
    this.halves(build.postHalves, share);
    frame.glue(build.post);
  }

  /** LeakyReLU of one vector, in place. */
  private rectify(a: Register, slope: Register, zero: Register): void {
    const { b } = this;
    const scaled = b.binary('mul', a, slope, 4);
    if (!this.layer.fastMath) {
      // Per lane: compare, read the flags, pick a mask, hand it back through memory or a move.
      b.cost('compareFp', 8);
      b.cost('it', 4);
      b.cost('int', 8);
      b.cost('storeInt', 4);
      b.cost('moveFpInt', 5);
    }
    b.select(b.binary('cmplt', a, zero, 4), scaled, a, 4, a);
  }

  private post(
    range: readonly number[],
    at: Term,
    offset: number,
    z: readonly (readonly Register[])[],
  ): void {
    const { b, pack, build, frame } = this;
    const { kernelSize, instance, channels } = this.layer;
    const slope = b.const(this.layer.slope, 4);
    const zero = b.const(0, 4);
    const cond = range.map((v) => b.load(b.at(this.cond, offset + 4 * v, at), 4));
    for (const c of this.channels) {
      const bias = channels === 8 ? this.broadcast(pack.bias + c) : null;
      const mixin = this.broadcast(pack.mixin + c);
      for (const v of range) {
        const a = z[c]![v]!;
        if (bias !== null) b.binary('add', a, bias, 4, { into: a });
        b.fma(cond[v]!, mixin, a, 4, { into: a });
        this.rectify(a, slope, zero);
      }
    }
    for (const c of this.channels) {
      for (const v of range) {
        const place = b.at(this.head[c]!, offset + 4 * v, at);
        const a = z[c]![v]!;
        b.store(instance === 'first6' ? a : b.binary('add', b.load(place, 4), a, 4), place, 4);
      }
    }
    if (instance === 'last6') return;
    const newest = this.taps[kernelSize - 1]!;
    const finish = (o: number, v: number, sum: Register): void => {
      const residual = b.load(b.at(newest[o]!, offset + 4 * v, at), 4);
      b.store(b.binary('add', residual, sum, 4), b.at(this.next[o]!, offset + 4 * v, at), 4);
    };
    if (channels === 3) {
      // The stores may alias the weights: they are read again for each vector.
      for (const v of range) {
        const sums = this.channels.map((o) => this.broadcast(pack.oneBias + o));
        for (const j of this.channels) {
          for (const o of this.channels) {
            b.fma(z[j]![v]!, this.broadcast(pack.one(j, o)), sums[o]!, 4, { into: sums[o]! });
          }
        }
        for (const o of this.channels) finish(o, v, sums[o]!);
      }
      return;
    }
    for (const o of this.channels) {
      const sums = range.map(() => b.register());
      for (const j of this.channels) {
        const w = this.broadcast(pack.one(j, o));
        for (const v of range) {
          if (j === 0) b.binary('mul', z[j]![v]!, w, 4, { into: sums[v]! });
          else b.fma(z[j]![v]!, w, sums[v]!, 4, { into: sums[v]! });
        }
      }
      const bias = this.broadcast(pack.oneBias + o);
      for (const v of range) finish(o, v, b.binary('add', sums[v]!, bias, 4));
      this.halves({ loads: build.outputHalves, stores: 0 }, range.length / 2);
      frame.glue(build.output);
    }
  }

  /** One frame on the scalar unit. */
  private single(counter: Counter, offset: number): void {
    const { b, frame, pack } = this;
    const { kernelSize, instance, channels } = this.layer;
    const at = counter.times(1);
    const weight = (index: number): Register => b.load(b.at(this.weights, index), 1);
    const z = this.channels.map((c) => (channels === 3 ? weight(pack.bias + c) : b.const(0, 1)));
    for (let k = 0; k < kernelSize; k++) {
      const t = channels === 3 ? z : z.map(() => b.const(0, 1));
      for (const j of this.channels) {
        const x = b.load(b.at(this.taps[k]![j]!, offset, at), 1);
        for (const o of this.channels) {
          const w = weight(pack.tap * k + pack.row * j + o);
          b.fma(x, w, t[o]!, 1, { into: t[o]! });
        }
      }
      if (channels === 8) {
        z.forEach((sum, o) => {
          b.binary('add', sum, t[o]!, 1, { into: sum });
        });
      }
      frame.glue({ int: 5, loadInt: 1, branch: 1 });
    }
    const cond = b.load(b.at(this.cond, offset, at), 1);
    const slope = b.const(this.layer.slope, 1);
    for (const c of this.channels) {
      const a = z[c]!;
      if (channels === 8) b.binary('add', a, weight(pack.bias + c), 1, { into: a });
      b.fma(cond, weight(pack.mixin + c), a, 1, { into: a });
      b.cost('compareFp', 2);
      b.cost('it', 1);
      b.binary('max', a, b.binary('mul', a, slope, 1), 1, { into: a });
      const place = b.at(this.head[c]!, offset, at);
      b.store(instance === 'first6' ? a : b.binary('add', b.load(place, 1), a, 1), place, 1);
    }
    if (instance !== 'last6') {
      for (const o of this.channels) {
        const sum = weight(pack.oneBias + o);
        for (const j of this.channels) {
          b.fma(z[j]!, weight(pack.one(j, o)), sum, 1, { into: sum });
        }
        const residual = b.load(b.at(this.taps[kernelSize - 1]![o]!, offset, at), 1);
        b.store(b.binary('add', residual, sum, 1), b.at(this.next[o]!, offset, at), 1);
      }
    }
    frame.glue({ int: 18, loadInt: 9, branch: 1 });
  }
}
