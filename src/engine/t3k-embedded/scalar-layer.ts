/**
 * One layer of the generated Thumb-2 code: assembly for the taps, mixin, LeakyReLU and head sum of a
 * tile, a second piece for its 1x1 and residual, C around them. Columns hold the channels of a frame.
 */
import type { Counter, KernelBuilder, TemplateCache, Term } from '../../kernel/builder.ts';
import type { Address, Register } from '../../kernel/instruction.ts';
import type { Template } from '../../kernel/template.ts';
import { type LayerPack, layerPack } from './pack.ts';
import type { ScalarTile } from './scalar-tile.ts';

export interface ScalarLayer {
  readonly channels: number;
  readonly kernelSize: number;
  readonly frames: number;
  readonly slope: number;
  readonly last: boolean;
  readonly tile: ScalarTile;
}

/** Slots in order: scratch, weights, cond, head, taps, next (absent in the last layer). */
export function scalarLayer(cache: TemplateCache, layer: ScalarLayer): Template {
  const { channels, kernelSize, frames, slope, last, tile } = layer;
  const shape = `${tile.frames}x${tile.outputs}x${tile.inputs}`;
  const name = `t3k-embedded/scalar/${channels}/k${kernelSize}/${frames}/${slope}/${last}/${shape}`;
  return cache.get(name, (b) => new ScalarWriter(b, layer).write());
}

const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

class ScalarWriter {
  private readonly b: KernelBuilder;
  private readonly layer: ScalarLayer;
  private readonly pack: LayerPack;
  private readonly scratch: number;
  private readonly weights: number;
  private readonly cond: number;
  private readonly head: number;
  private readonly taps: readonly number[];
  private readonly next: number;

  constructor(b: KernelBuilder, layer: ScalarLayer) {
    this.b = b;
    this.layer = layer;
    this.pack = layerPack(layer.channels, layer.kernelSize);
    this.scratch = b.slot('scratch');
    this.weights = b.slot('weights');
    this.cond = b.slot('condition');
    this.head = b.slot('head');
    this.taps = upTo(layer.kernelSize).map((k) => b.slot(`tap ${k}`));
    this.next = layer.last ? -1 : b.slot('next');
  }

  write(): void {
    const { b } = this;
    const { frames, kernelSize, channels, tile, last } = this.layer;
    // The descriptor's fields; a tap's column: position less delay, wrapped, times the channels.
    b.cost('int', 22 + 4 * kernelSize);
    b.cost('loadInt', 25);
    b.cost('storeInt', 18 + Math.ceil(kernelSize / 2));
    b.cost('branch', 6);
    b.loop(Math.floor(frames / tile.frames), (f) => {
      const at = f.times(tile.frames * channels);
      for (let o = 0; o < channels; o += tile.outputs) this.firstPiece(o, at, f.times(tile.frames));
      if (!last) {
        // Which side of the mirror the tile is on; the pointers of the second piece.
        b.cost('int', 20);
        b.cost('loadInt', 5);
        b.cost('storeInt', 3);
        b.cost('branch', 5);
        for (let o = 0; o < channels; o += tile.outputs) this.secondPiece(o, at);
      }
      b.cost('int', 5);
      b.cost('storeInt', 3);
      b.cost('branch', 2);
    });
    b.loop(frames % tile.frames, (f) => this.single(f, frames - (frames % tile.frames)));
  }

  /** Consecutive sums T x O from memory, in pairs where an even register's word has its neighbour next. */
  private words(count: number, addressOf: (index: number) => Address): Register[] {
    const { b } = this;
    const registers = b.registerList(count);
    for (let i = 0; i < count; i++) {
      const here = addressOf(i);
      const after = i + 1 < count ? addressOf(i + 1) : null;
      if (i % 2 === 0 && after !== null && after.offset === here.offset + 1) {
        // One 64-bit load into a pair of single registers.
        b.loadMany([registers[i]!, registers[i + 1]!], here, 1, { form: 'pair', wide: true });
        i += 1;
      } else b.load(here, 1, {}, registers[i]!);
    }
    return registers;
  }

  /** Sums in the order of the tile, written in pairs where they are neighbours. */
  private storeWords(values: readonly Register[], addressOf: (index: number) => Address): void {
    const { b } = this;
    for (let i = 0; i < values.length; i++) {
      const here = addressOf(i);
      const after = i + 1 < values.length ? addressOf(i + 1) : null;
      if (i % 2 === 0 && after !== null && after.offset === here.offset + 1) {
        b.store([values[i]!, values[i + 1]!], here, 1, { form: 'pair', wide: true });
        i += 1;
      } else b.store(values[i]!, here, 1);
    }
  }

  /** One run: all loads, then all products. `x` and `w` are T x J and J x O words. */
  private run(
    sums: readonly Register[],
    inputs: readonly number[],
    x: (frame: number, input: number) => Address,
    w: (input: number, output: number) => Address,
  ): void {
    const { b } = this;
    const { frames: T, outputs: O } = this.layer.tile;
    const J = inputs.length;
    const xs = this.words(T * J, (i) => x(Math.floor(i / J), inputs[i % J]!));
    const ws = inputs.map((j) => this.words(O, (o) => w(j, o)));
    for (const j of upTo(J)) {
      for (const o of upTo(O)) {
        for (const t of upTo(T)) {
          const into = sums[t * O + o]!;
          b.fma(ws[j]![o]!, xs[t * J + j]!, into, 1, { into });
        }
      }
    }
  }

  private groups(): number[][] {
    const { channels, tile } = this.layer;
    const groups: number[][] = [];
    for (let j = 0; j < channels; j += tile.inputs) {
      groups.push(upTo(channels).slice(j, j + tile.inputs));
    }
    return groups;
  }

  private firstPiece(o0: number, at: Term, frame: Term): void {
    const { b, pack } = this;
    const { channels: C, kernelSize, slope, tile } = this.layer;
    const { frames: T, outputs: O } = tile;
    b.cost('loadInt', 3);
    const sums = this.words(T * O, (i) => b.at(this.weights, pack.bias + o0 + (i % O)));
    b.cost('int', 1);
    for (const k of upTo(kernelSize)) {
      b.cost('loadInt', 2);
      b.cost('int', 1);
      b.cost('prefetch', 1);
      for (const inputs of this.groups()) {
        this.run(
          sums,
          inputs,
          (t, j) => b.at(this.taps[k]!, t * C + j, at),
          (j, o) => b.at(this.weights, (k * C + j) * C + o0 + o),
        );
      }
      b.cost('int', 2);
      b.cost('branch', 1);
    }
    b.cost('loadInt', 2);
    const cond = this.words(T, (t) => b.at(this.cond, t, frame));
    const mixin = this.words(O, (o) => b.at(this.weights, pack.mixin + o0 + o));
    for (const o of upTo(O)) {
      for (const t of upTo(T)) {
        b.fma(mixin[o]!, cond[t]!, sums[t * O + o]!, 1, { into: sums[t * O + o]! });
      }
    }
    const gain = b.load(b.at(this.scratch, 0), 1);
    b.const(slope, 1, gain);
    // As many products at a time as there are free registers.
    const free = 32 - T * O - 1;
    for (let i = 0; i < sums.length; i += free) {
      const part = sums.slice(i, i + free);
      const scaled = part.map((sum) => b.binary('mul', sum, gain, 1));
      part.forEach((sum, n) => {
        b.binary('max', sum, scaled[n]!, 1, { into: sum });
      });
    }
    const columns =
      (slot: number, ...terms: Term[]) =>
      (i: number): Address =>
        b.at(slot, Math.floor(i / O) * C + o0 + (i % O), ...terms);
    b.cost('loadInt', 1);
    this.storeWords(sums, columns(this.scratch));
    b.cost('loadInt', 1);
    const place = columns(this.head, at);
    // The head sums, again as many at a time as fit.
    const step = Math.max(2, 2 * Math.floor((32 - T * O) / 2));
    for (let i = 0; i < sums.length; i += step) {
      const part = sums.slice(i, i + step);
      const heads = this.words(part.length, (n) => place(i + n));
      part.forEach((sum, n) => {
        b.binary('add', heads[n]!, sum, 1, { into: heads[n]! });
      });
      this.storeWords(heads, (n) => place(i + n));
    }
  }

  private secondPiece(o0: number, at: Term): void {
    const { b, pack } = this;
    const { channels: C, kernelSize, tile } = this.layer;
    const { frames: T, outputs: O } = tile;
    b.cost('loadInt', 4);
    const sums = this.words(T * O, (i) => b.at(this.weights, pack.oneBias + o0 + (i % O)));
    for (const inputs of this.groups()) {
      this.run(
        sums,
        inputs,
        (t, j) => b.at(this.scratch, t * C + j),
        (j, o) => b.at(this.weights, pack.one + j * C + o0 + o),
      );
    }
    const column = (i: number): number => Math.floor(i / O) * C + o0 + (i % O);
    const step = Math.max(2, 2 * Math.floor((32 - T * O) / 2));
    for (let i = 0; i < sums.length; i += step) {
      const part = sums.slice(i, i + step);
      const x = this.words(part.length, (n) => b.at(this.taps[kernelSize - 1]!, column(i + n), at));
      part.forEach((sum, n) => {
        b.binary('add', sum, x[n]!, 1, { into: sum });
      });
    }
    b.cost('loadInt', 2);
    this.storeWords(sums, (i) => b.at(this.next, column(i), at));
    // Nothing more where the tile has no mirror.
    b.cost('int', 1);
    b.cost('branch', 1);
  }

  /** A frame left over by the tiles, in C with its loads pinned before the products. */
  private single(counter: Counter, offset: number): void {
    const { b, pack } = this;
    const { channels: C, kernelSize, slope, last } = this.layer;
    const at = counter.times(C);
    const channels = upTo(C);
    const weight = (index: number): Register => b.load(b.at(this.weights, index), 1);
    const a = channels.map((c) => weight(pack.bias + c));
    for (const k of upTo(kernelSize)) {
      b.cost('loadInt', 1);
      for (const j of channels) {
        const x = b.load(b.at(this.taps[k]!, offset * C + j, at), 1);
        const w = channels.map((o) => weight((k * C + j) * C + o));
        for (const o of channels) b.fma(w[o]!, x, a[o]!, 1, { into: a[o]! });
      }
      b.cost('int', 4);
      b.cost('branch', 1);
    }
    const cond = b.load(b.at(this.cond, offset, counter.times(1)), 1);
    const gain = b.const(slope, 1);
    for (const c of channels) {
      b.fma(weight(pack.mixin + c), cond, a[c]!, 1, { into: a[c]! });
      b.binary('max', a[c]!, b.binary('mul', a[c]!, gain, 1), 1, { into: a[c]! });
      b.store(a[c]!, b.at(this.scratch, c), 1);
      const place = b.at(this.head, offset * C + c, at);
      b.store(b.binary('add', b.load(place, 1), a[c]!, 1), place, 1);
    }
    if (!last) {
      const sums = channels.map((c) => weight(pack.oneBias + c));
      for (const j of channels) {
        const x = b.load(b.at(this.scratch, j), 1);
        for (const o of channels) {
          b.fma(weight(pack.one + j * C + o), x, sums[o]!, 1, { into: sums[o]! });
        }
      }
      for (const c of channels) {
        const x = b.load(b.at(this.taps[kernelSize - 1]!, offset * C + c, at), 1);
        const y = b.binary('add', sums[c]!, x, 1);
        b.store(y, b.at(this.next, offset * C + c, at), 1);
      }
    }
    b.cost('int', 12);
    b.cost('loadInt', 8);
    b.cost('branch', 5);
  }
}
