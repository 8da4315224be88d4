/**
 * One layer of the generated AArch64 code. The taps are assembly: all outputs of a tile stay in
 * registers, the inputs and weights of the next step (one input channel of one tap) are loaded while
 * the products of this one run. What follows is C with intrinsics, and the sums pass through memory.
 */
import type { KernelBuilder } from '../../kernel/builder.ts';
import type { Register, Registers } from '../../kernel/instruction.ts';
import { memoize } from '../../units/memoize.ts';
import { costs } from '../common/code.ts';
import { type Rows, type StackLayerShape, StackLayerWriter, upTo } from '../common/stack-layer.ts';
import type { Weight } from '../common/target-builder.ts';
import { layerPack } from './pack.ts';

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

export class NeonWriter extends StackLayerWriter {
  constructor(b: KernelBuilder, layer: StackLayerShape) {
    super(b, layer, layerPack(layer.channels, layer.kernelSize));
  }

  write(): void {
    const { frame } = this;
    const { frames, kernelSize, channels } = this.layer;
    const tiles = neonTiles(channels, frames);
    // A tap's column: position less its delay, plus the ring's columns where negative.
    frame.overhead({ int: 24 + 4 * kernelSize, load_int: 16, store_int: 10, branch: 4 });
    frame.overhead({ store_int: Math.ceil((kernelSize + 2) / 2), store_fp64: 4, load_fp64: 4 });
    this.tiles(4 * tiles.assemblyVectors, tiles.assembly, () => this.tile(() => this.products()));
    this.tiles(4 * tiles.intrinsicsVectors, tiles.intrinsics, () =>
      this.tile(() => this.intrinsics()),
    );
    this.tiles(1, tiles.singles, () => this.single());
  }

  private tile(products: () => Rows): void {
    const { channels, last } = this.layer;
    this.post(this.inputs(this.cond), products());
    // Which side of the mirror the tile is on; row addresses.
    this.frame.overhead({ int: 12 + 5 * channels, load_int: 3, branch: 5 + (last ? 0 : channels) });
  }

  /** A value in each vector of the tile. */
  private spread(first: Register): Register[] {
    return this.vectors.map((v) => (v === 0 ? first : this.b.unary('mov', first, 4)));
  }

  /** The assembly: 2 taps an iteration, everything one step ahead. */
  private products(): Rows {
    const { b, channels, pack } = this;
    const C = channels.length;
    const sums = channels.map((c) => {
      const bias = this.broadcast(pack.bias + c);
      if (c < C - 1) b.cost('int', 1);
      return this.spread(bias);
    });
    const steps = this.taps.flat();
    let current = this.loadStep(0, steps);
    b.cost('int', 1);
    for (const step of steps.keys()) {
      // Loads come first here; the assembly has them between the first products.
      const { x, w } = current;
      current = this.loadStep(step + 1, steps);
      sums.forEach((row, o) => {
        this.multiply(row, x, { register: w[o >> 2] as Register, element: o & 3 });
      });
      if ((step + 1) % (2 * C) === 0) costs(b, ['int', 1], ['branch', 1]);
    }
    return this.throughMemory(sums);
  }

  /** One input channel of one tap. The step after the last one reads the newest tap again. */
  private loadStep(step: number, steps: readonly number[]): { x: Register[]; w: Register[] } {
    const { b, channels } = this;
    const C = channels.length;
    if (step % C === 0) b.cost('loadInt', 1);
    b.cost('int', 2);
    return { x: this.inputs(steps[step] ?? (this.newest[0] as number)), w: this.rowOf(step * C) };
  }

  /** The weights of all outputs, in whole vectors. */
  private rowOf(index: number): Register[] {
    const vectors = upTo(Math.ceil(this.channels.length / 4));
    return vectors.map((i) => this.b.load(this.b.at(this.weights, index + 4 * i), 4));
  }

  /** From the assembly to C. */
  private throughMemory(sums: Rows): Rows {
    const { b, frame, vectors } = this;
    const all = sums.flat();
    const pairs = upTo(Math.ceil(all.length / 2)).map((i) => 2 * i);
    const placeOf = (i: number): ReturnType<typeof b.at> => b.at(frame.stack, sumsAt + 4 * i);
    for (const i of pairs) b.store(all.slice(i, i + 2), placeOf(i), 4, { form: 'pair' });
    const back = b.registerList(all.length);
    for (const i of pairs) b.loadMany(back.slice(i, i + 2), placeOf(i), 4, { form: 'pair' });
    return sums.map((_, c) => back.slice(c * vectors.length, (c + 1) * vectors.length));
  }

  /** The same sums by intrinsics: a tap's inputs and weights, then its products; nothing in memory. */
  private intrinsics(): Rows {
    const { channels, pack } = this;
    const sums = channels.map((c) => this.spread(this.broadcast(pack.bias + c)));
    this.taps.forEach((planes, k) => {
      const weight = this.matrix(channels, channels, k * pack.tap);
      planes.forEach((plane, j) => {
        const x = this.inputs(plane);
        for (const [o, row] of sums.entries()) this.multiply(row, x, weight(j, o));
      });
      this.frame.overhead({ int: 2 + channels.length, load_int: 1, branch: 1 });
    });
    return sums;
  }

  private post(cond: Registers, a: Rows): void {
    const { b, pack } = this;
    const mixin = this.rowOf(pack.mixin);
    const slope = b.const(this.layer.slope, 4);
    a.forEach((row, c) => {
      this.multiply(row, cond, { register: mixin[c >> 2] as Register, element: c & 3 });
    });
    for (const into of a.flat())
      b.binary('max', into, b.binary('mul', into, slope, 4), 4, { into });
    this.addRowsToHead(a);
    for (let o = 0; o < a.length && !this.layer.last; o += 4) {
      this.outputs(this.channels.slice(o, o + 4), a);
    }
  }

  /** Four outputs of the 1x1 from registers, four inputs at a time, and the layer's input on top. */
  private outputs(outputs: readonly number[], a: Rows): void {
    const { b, channels, pack } = this;
    const sums = outputs.map((o) => this.spread(this.copied(this.weight(pack.oneBias + o))));
    for (let from = 0; from < a.length; from += 4) {
      const inputs = channels.slice(from, from + 4);
      const weight = this.matrix(inputs, outputs, pack.one(0, 0));
      for (const j of inputs) {
        sums.forEach((row, i) => {
          this.multiply(row, a[j] ?? [], weight(j, outputs[i] as number));
        });
      }
    }
    sums.forEach((row, i) => {
      const o = outputs[i] as number; // sums are made of outputs
      const q = row.map((sum, v) => b.binary('add', sum, this.residual(o, 4, v), 4));
      for (const [v, sum] of q.entries()) this.storeNext(sum, o, 4, v);
    });
  }

  /** Rows of whole vectors where they are aligned to them, else the packed matrix, vector by vector. */
  private matrix(
    inputs: readonly number[],
    outputs: readonly number[],
    from: number,
  ): (input: number, output: number) => Weight {
    const { b } = this;
    const C = this.channels.length;
    const loaded = new Map<number, Register>();
    const vector = (first: number): Register =>
      memoize(loaded, first, () => b.load(b.at(this.weights, from + first), 4));
    const weight = (input: number, output: number): Weight => {
      const index = C * input + output;
      return { register: vector(index - (index % 4)), element: index % 4 };
    };
    for (const j of inputs) for (const o of outputs) weight(j, o);
    return weight;
  }

  /** A frame left over by the tiles, in scalar C. */
  private single(): void {
    const { b, frame, channels, pack } = this;
    const a = channels.map((c) => this.weight(pack.bias + c));
    this.taps.forEach((planes, k) => {
      this.tapOfFrame(k, planes, a);
      frame.overhead({ int: 2 + channels.length, load_int: 1, branch: 1 });
    });
    this.activateFrame(a);
    for (const o of this.layer.last ? [] : channels) {
      const sum = this.outputOfFrame(this.weight(pack.oneBias + o), a, o);
      this.storeNext(b.binary('add', sum, this.residual(o, 1), 1), o, 1);
      frame.overhead({ int: 2, branch: 1 });
    }
    frame.overhead({ int: 8, load_int: 2, branch: 4 });
  }
}
