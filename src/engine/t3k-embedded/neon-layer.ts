/**
 * One layer of the generated AArch64 code. The taps are assembly: all outputs of a tile stay in
 * registers, the inputs and weights of the next step (one input channel of one tap) are loaded while
 * the products of this one run. What follows is C with intrinsics, and the sums pass through memory.
 */
import type { Counter, KernelBuilder, TemplateCache, Term } from '../../kernel/builder.ts';
import type { Register } from '../../kernel/instruction.ts';
import type { Template } from '../../kernel/template.ts';
import { Frame } from '../planar-neon/compiled.ts';
import { type LayerPack, layerPack } from './pack.ts';

export interface NeonLayer {
  readonly channels: number;
  readonly kernelSize: number;
  readonly frames: number;
  readonly slope: number;
  /** The last layer computes no 1x1. */
  readonly last: boolean;
}

/**
 * Vectors of 4 frames per tile: as many (up to 4) as leave room for the sums and for two sets of
 * inputs and weights in 32 registers.
 */
export const tileVectors = (channels: number): number => {
  const weights = Math.ceil(channels / 4);
  for (let vectors = 4; vectors > 1; vectors--) {
    if (vectors * channels + 2 * (vectors + weights) <= 32) return vectors;
  }
  return 1;
};

/** The tiles of a block: the assembly's, then the intrinsics' for what it leaves, then single frames. */
export interface NeonTiles {
  readonly assemblyVectors: number;
  readonly assembly: number;
  readonly intrinsicsVectors: number;
  readonly intrinsics: number;
  readonly singles: number;
}

/**
 * The assembly's tile is fixed. The intrinsics' is the one that the generator's cost model picks for
 * a whole block (a frame left over costs as much as two vectors), although it only sees the rest.
 */
export const neonTiles = (channels: number, frames: number): NeonTiles => {
  const assemblyVectors = tileVectors(channels);
  const products = channels * channels;
  let intrinsicsVectors = assemblyVectors;
  let best = Number.POSITIVE_INFINITY;
  for (let vectors = assemblyVectors; vectors >= 1; vectors--) {
    const width = 4 * vectors;
    const tiles = Math.floor(frames / width);
    const cost = tiles * (products * vectors + 2) + (frames % width) * 2 * products;
    if (cost < best) [best, intrinsicsVectors] = [cost, vectors];
  }
  const assembly = Math.floor(frames / (4 * assemblyVectors));
  const rest = frames - 4 * assemblyVectors * assembly;
  const intrinsics = Math.floor(rest / (4 * intrinsicsVectors));
  const singles = rest - 4 * intrinsicsVectors * intrinsics;
  return { assemblyVectors, assembly, intrinsicsVectors, intrinsics, singles };
};

/** The widest stack whose outputs fit in one pass. */
export const maxNeonChannels = 8;

/** Where the sums lie in the stack frame between assembly and C. */
const sumsAt = 256;

/** Slots in order: stack, weights, cond, head rows, tap planes (tap by tap), next planes. */
export function neonLayer(cache: TemplateCache, layer: NeonLayer): Template {
  const { channels, kernelSize, frames, slope, last } = layer;
  const name = `t3k-embedded/neon/${channels}/k${kernelSize}/${frames}/${slope}/${last}`;
  return cache.get(name, (b) => new NeonWriter(b, layer).write());
}

class NeonWriter {
  private readonly b: KernelBuilder;
  private readonly frame: Frame;
  private readonly layer: NeonLayer;
  private readonly pack: LayerPack;
  private readonly channels: readonly number[];
  /** Vectors of the tile being written, and the frame at which its loop starts. */
  private vectors: readonly number[] = [];
  private from = 0;
  private readonly weights: number;
  private readonly cond: number;
  private readonly head: readonly number[];
  private readonly taps: readonly (readonly number[])[];
  private readonly next: readonly number[];

  constructor(b: KernelBuilder, layer: NeonLayer) {
    this.b = b;
    this.layer = layer;
    this.pack = layerPack(layer.channels, layer.kernelSize);
    this.channels = Array.from({ length: layer.channels }, (_, c) => c);
    this.frame = new Frame(b, 4);
    this.weights = b.slot('weights');
    this.cond = b.slot('condition');
    this.head = this.channels.map((c) => b.slot(`head row ${c}`));
    this.taps = Array.from({ length: layer.kernelSize }, (_, k) =>
      this.channels.map((c) => b.slot(`tap ${k} plane ${c}`)),
    );
    this.next = layer.last ? [] : this.channels.map((c) => b.slot(`next plane ${c}`));
  }

  write(): void {
    const { b, frame } = this;
    const { frames, kernelSize, channels } = this.layer;
    const tiles = neonTiles(channels, frames);
    // A tap's column: position less its delay, plus the ring's columns where negative.
    frame.glue({ int: 24 + 4 * kernelSize, loadInt: 16, storeInt: 10, branch: 4 });
    frame.glue({ storeInt: Math.ceil((kernelSize + 2) / 2), save: 4, restore: 4 });
    this.tiles(tiles.assemblyVectors, tiles.assembly, (at) => this.products(at));
    this.tiles(tiles.intrinsicsVectors, tiles.intrinsics, (at) => this.intrinsics(at));
    b.loop(tiles.singles, (f) => this.single(f, frames - tiles.singles));
  }

  private tiles(vectors: number, count: number, sumsOf: (at: Term) => Register[]): void {
    const { b, frame } = this;
    const { channels, last } = this.layer;
    this.vectors = Array.from({ length: vectors }, (_, v) => v);
    b.loop(count, (f) => {
      const at = f.times(4 * vectors);
      const cond = this.vectors.map((v) => b.load(b.at(this.cond, this.from + 4 * v, at), 4));
      this.post(at, cond, sumsOf(at));
      // Which side of the mirror the tile is on; row addresses.
      frame.glue({ int: 12 + 5 * channels, loadInt: 3, branch: 5 + (last ? 0 : channels) });
    });
    this.from += 4 * vectors * count;
  }

  /** The assembly: 2 taps an iteration, everything one step ahead. */
  private products(at: Term): Register[] {
    const { b, frame, channels, vectors } = this;
    const { kernelSize } = this.layer;
    const C = channels.length;
    const sums = channels.map((c) => {
      const first = b.load(b.at(this.weights, this.pack.bias + c), 4, { form: 'dup' });
      if (c < C - 1) b.cost('int', 1);
      return vectors.map((v) => (v === 0 ? first : b.unary('mov', first, 4)));
    });
    const steps = Array.from({ length: kernelSize * C }, (_, i) => i);
    const loadStep = (step: number): { x: Register[]; w: Register[] } => {
      // The step after the last one reads the newest tap again.
      const tap = Math.min(Math.floor(step / C), kernelSize - 1);
      const j = step < kernelSize * C ? step % C : 0;
      if (step % C === 0) b.cost('loadInt', 1);
      b.cost('int', 2);
      const x = vectors.map((v) => b.load(b.at(this.taps[tap]![j]!, this.from + 4 * v, at), 4));
      const w: Register[] = [];
      for (let i = 0; i < C; i += 4) w.push(b.load(b.at(this.weights, step * C + i), 4));
      return { x, w };
    };
    let current = loadStep(0);
    b.cost('int', 1);
    for (const step of steps) {
      // Loads come first here; the assembly has them between the first products.
      const { x, w } = current;
      current = loadStep(step + 1);
      for (const o of channels) {
        for (const v of vectors) {
          const into = sums[o]![v]!;
          b.fma(x[v]!, w[o >> 2]!, into, 4, { element: o & 3, into });
        }
      }
      if ((step + 1) % (2 * C) === 0) {
        b.cost('int', 1);
        b.cost('branch', 1);
      }
    }
    const all = sums.flat();
    for (let i = 0; i < all.length; i += 2) {
      const pair = all.slice(i, i + 2);
      b.store(pair, b.at(frame.slot, sumsAt + 4 * i), 4, { form: 'pair' });
    }
    const reloaded = b.registerList(all.length);
    for (let i = 0; i < all.length; i += 2) {
      b.loadMany(reloaded.slice(i, i + 2), b.at(frame.slot, sumsAt + 4 * i), 4, { form: 'pair' });
    }
    return reloaded;
  }

  /** The same sums by intrinsics: a tap's inputs and weights, then its products; nothing in memory. */
  private intrinsics(at: Term): Register[] {
    const { b, frame, channels, vectors } = this;
    const C = channels.length;
    const sums = channels.map((c) => {
      const first = b.load(b.at(this.weights, this.pack.bias + c), 4, { form: 'dup' });
      return vectors.map((v) => (v === 0 ? first : b.unary('mov', first, 4)));
    });
    this.taps.forEach((planes, k) => {
      const weight = this.matrix(channels, channels, k * C * C);
      for (const j of channels) {
        const x = vectors.map((v) => b.load(b.at(planes[j]!, this.from + 4 * v, at), 4));
        for (const o of channels) {
          const { register, element } = weight(j, o);
          for (const v of vectors) {
            b.fma(x[v]!, register, sums[o]![v]!, 4, { element, into: sums[o]![v]! });
          }
        }
      }
      frame.glue({ int: 2 + C, loadInt: 1, branch: 1 });
    });
    return sums.flat();
  }

  private post(at: Term, cond: readonly Register[], all: readonly Register[]): void {
    const { b, channels, vectors } = this;
    const C = channels.length;
    const V = vectors.length;
    const a = channels.map((c) => vectors.map((v) => all[c * V + v]!));
    const mixin: Register[] = [];
    for (let i = 0; i < C; i += 4) mixin.push(b.load(b.at(this.weights, this.pack.mixin + i), 4));
    const slope = b.const(this.layer.slope, 4);
    for (const c of channels) {
      for (const v of vectors) {
        const into = a[c]![v]!;
        b.fma(cond[v]!, mixin[c >> 2]!, into, 4, { element: c & 3, into });
      }
    }
    for (const row of a) {
      for (const into of row) b.binary('max', into, b.binary('mul', into, slope, 4), 4, { into });
    }
    for (const c of channels) {
      for (const v of vectors) {
        const place = b.at(this.head[c]!, this.from + 4 * v, at);
        b.store(b.binary('add', b.load(place, 4), a[c]![v]!, 4), place, 4);
      }
    }
    if (!this.layer.last) this.residual(at, a);
  }

  /** The 1x1 from registers in halves of 4 outputs and 4 inputs, and the layer's input on top. */
  private residual(at: Term, a: readonly (readonly Register[])[]): void {
    const { b, channels, vectors } = this;
    const C = channels.length;
    const newest = this.taps[this.layer.kernelSize - 1]!;
    for (let o0 = 0; o0 < C; o0 += 4) {
      const outputs = channels.slice(o0, o0 + 4);
      const sums = outputs.map((o) => {
        const one = b.load(b.at(this.weights, this.pack.oneBias + o), 1);
        const first = b.shuffle(one, one, 4, [0, 0, 0, 0]);
        return vectors.map((v) => (v === 0 ? first : b.unary('mov', first, 4)));
      });
      for (let j0 = 0; j0 < C; j0 += 4) {
        const inputs = channels.slice(j0, j0 + 4);
        const weight = this.matrix(inputs, outputs, this.pack.one);
        for (const j of inputs) {
          outputs.forEach((o, i) => {
            const { register, element } = weight(j, o);
            for (const v of vectors) {
              const into = sums[i]![v]!;
              b.fma(a[j]![v]!, register, into, 4, { element, into });
            }
          });
        }
      }
      outputs.forEach((o, i) => {
        const q = vectors.map((v) =>
          b.binary('add', sums[i]![v]!, b.load(b.at(newest[o]!, this.from + 4 * v, at), 4), 4),
        );
        for (const v of vectors) b.store(q[v]!, b.at(this.next[o]!, this.from + 4 * v, at), 4);
      });
    }
  }

  /** Rows of whole vectors where they are aligned to them, else the packed matrix, vector by vector. */
  private matrix(
    inputs: readonly number[],
    outputs: readonly number[],
    from: number,
  ): (input: number, output: number) => { register: Register; element: number } {
    const { b } = this;
    const C = this.channels.length;
    const loaded = new Map<number, Register>();
    const vector = (index: number): Register => {
      const first = index - (index % 4);
      const known = loaded.get(first);
      if (known !== undefined) return known;
      const register = b.load(b.at(this.weights, from + first), 4);
      loaded.set(first, register);
      return register;
    };
    for (const j of inputs) for (const o of outputs) vector(C * j + o);
    return (input, output) => {
      const index = C * input + output;
      return { register: vector(index), element: index % 4 };
    };
  }

  /** A frame left over by the tiles, in scalar C. */
  private single(counter: Counter, offset: number): void {
    const { b, frame, channels, pack } = this;
    const { kernelSize, slope } = this.layer;
    const C = channels.length;
    const at = counter.times(1);
    const weight = (index: number): Register => b.load(b.at(this.weights, index), 1);
    const a = channels.map((c) => weight(pack.bias + c));
    for (let k = 0; k < kernelSize; k++) {
      for (const j of channels) {
        const x = b.load(b.at(this.taps[k]![j]!, offset, at), 1);
        for (const o of channels) {
          b.fma(x, weight((k * C + j) * C + o), a[o]!, 1, { into: a[o]! });
        }
      }
      frame.glue({ int: 2 + C, loadInt: 1, branch: 1 });
    }
    const cond = b.load(b.at(this.cond, offset, at), 1);
    const gain = b.const(slope, 1);
    for (const c of channels) {
      b.fma(cond, weight(pack.mixin + c), a[c]!, 1, { into: a[c]! });
      b.binary('max', a[c]!, b.binary('mul', a[c]!, gain, 1), 1, { into: a[c]! });
      const place = b.at(this.head[c]!, offset, at);
      b.store(b.binary('add', b.load(place, 1), a[c]!, 1), place, 1);
    }
    if (!this.layer.last) {
      for (const o of channels) {
        const sum = weight(pack.oneBias + o);
        for (const j of channels) b.fma(a[j]!, weight(pack.one + j * C + o), sum, 1, { into: sum });
        const x = b.load(b.at(this.taps[kernelSize - 1]![o]!, offset, at), 1);
        b.store(b.binary('add', sum, x, 1), b.at(this.next[o]!, offset, at), 1);
        frame.glue({ int: 2, branch: 1 });
      }
    }
    frame.glue({ int: 8, loadInt: 2, branch: 4 });
  }
}
