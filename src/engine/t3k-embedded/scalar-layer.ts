// biome-ignore-all lint/style/noNonNullAssertion: lists have an entry for each channel, tap or frame of the tile that the loops count
/**
 * One layer of the generated Thumb-2 code: assembly for the taps, mixin, LeakyReLU and head sum of a
 * tile, a second piece for its 1x1 and residual, C around them. Columns hold the channels of a frame.
 */
import type { Counter, KernelBuilder, Term } from '../../kernel/builder.ts';
import type { Address, Register, Registers } from '../../kernel/instruction.ts';
import { costs } from '../common/code.ts';
import type { LayerPack } from '../common/layer-stack.ts';
import { type StackLayerShape, upTo } from '../common/stack-layer.ts';
import { layerPack } from './pack.ts';
import type { ScalarTile } from './scalar-tile.ts';

export interface ScalarLayer extends StackLayerShape {
  readonly tile: ScalarTile;
}

/** Words of a slot: rows of `width` neighbours, `stride` apart. */
interface Words {
  readonly slot: number;
  readonly first: number;
  readonly width: number;
  readonly stride: number;
  readonly terms: readonly Term[];
}

/** Whether the word behind this one follows it in memory. */
const isNextTo = ({ width, stride }: Words, index: number): boolean =>
  stride === width || (index + 1) % width !== 0;

const pair = { form: 'pair', wide: true } as const;

/** Slots in order: stack (its scratch), weights, condition, head, taps, next (absent in the last layer). */
export class ScalarWriter {
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
    this.scratch = b.slot('stack');
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
    costs(b, ['loadInt', 25], ['storeInt', 18 + Math.ceil(kernelSize / 2)], ['branch', 6]);
    b.loop(Math.floor(frames / tile.frames), (f) => {
      const at = f.times(tile.frames * channels);
      const frame = f.times(tile.frames);
      for (let o = 0; o < channels; o += tile.outputs) this.firstPiece(o, at, frame);
      if (!last) {
        // Which side of the mirror the tile is on; the pointers of the second piece.
        costs(b, ['int', 20], ['loadInt', 5], ['storeInt', 3], ['branch', 5]);
        for (let o = 0; o < channels; o += tile.outputs) this.secondPiece(o, at);
      }
      costs(b, ['int', 5], ['storeInt', 3], ['branch', 2]);
    });
    b.loop(frames % tile.frames, (f) => this.single(f, frames - (frames % tile.frames)));
  }

  /** `count` words into registers. */
  private words(count: number, words: Words, from = 0): Register[] {
    const registers = this.b.registerList(count);
    this.move('loadMany', registers, words, from);
    return registers;
  }

  /** Two by one instruction where an even register's word has its neighbour next. */
  private move(op: 'loadMany' | 'store', registers: Registers, words: Words, from = 0): void {
    for (let i = 0; i < registers.length; ) {
      const two = i % 2 === 0 && i + 1 < registers.length && isNextTo(words, from + i);
      const some = registers.slice(i, i + (two ? 2 : 1));
      this.b[op](some, this.wordAt(words, from + i), 1, two ? pair : {});
      i += some.length;
    }
  }

  private wordAt({ slot, first, width, stride, terms }: Words, index: number): Address {
    const row = Math.floor(index / width);
    return this.b.address(slot, first + row * stride + (index - row * width), terms);
  }

  /** One run of `inputs` channels: all loads, then all products. `x` are T x J words, `w` O for each input. */
  private run(sums: Registers, inputs: number, x: Words, w: Words): void {
    const { b } = this;
    const { frames: T, outputs: O } = this.layer.tile;
    const xs = this.words(T * inputs, x);
    const ws = upTo(inputs).map((j) => this.words(O, { ...w, first: w.first + j * w.stride }));
    for (let j = 0; j < inputs; j++) {
      for (let o = 0; o < O; o++) {
        for (let t = 0; t < T; t++)
          b.accumulate(sums[t * O + o]!, ws[j]![o]!, xs[t * inputs + j]!, 1);
      }
    }
  }

  /**
   * The runs over all inputs of a tile: columns of `slot`, `terms` further on, times the weights from
   * `weights` on.
   */
  private runs(sums: Registers, slot: number, terms: readonly Term[], weights: number): void {
    const { channels: C, tile } = this.layer;
    for (let j = 0; j < C; j += tile.inputs) {
      const width = Math.min(tile.inputs, C - j);
      const x = { slot, first: j, width, stride: C, terms };
      this.run(sums, width, x, this.weightWords(weights + j * C, C));
    }
  }

  /** A row of the tile's outputs; the next one is `stride` further on. */
  private weightWords(first: number, stride = 0): Words {
    return { slot: this.weights, first, width: this.layer.tile.outputs, stride, terms: [] };
  }

  /** The tile's outputs from `first` on of each of its frames. */
  private columns(slot: number, first: number, ...terms: readonly Term[]): Words {
    const { channels, tile } = this.layer;
    return { slot, first, width: tile.outputs, stride: channels, terms };
  }

  private firstPiece(o0: number, at: Term, frame: Term): void {
    const { b, pack } = this;
    const { channels: C, kernelSize, slope, tile } = this.layer;
    const { frames: T, outputs: O } = tile;
    b.cost('loadInt', 3);
    const sums = this.words(T * O, this.weightWords(pack.bias + o0));
    b.cost('int', 1);
    const terms = [at];
    for (let k = 0; k < kernelSize; k++) {
      costs(b, ['loadInt', 2], ['int', 1], ['prefetch', 1]);
      this.runs(sums, this.taps[k]!, terms, k * C * C + o0);
      costs(b, ['int', 2], ['branch', 1]);
    }
    b.cost('loadInt', 2);
    const cond = this.words(T, { slot: this.cond, first: 0, width: T, stride: T, terms: [frame] });
    const mixin = this.words(O, this.weightWords(pack.mixin + o0));
    for (let o = 0; o < O; o++) {
      for (let t = 0; t < T; t++) b.accumulate(sums[t * O + o]!, mixin[o]!, cond[t]!, 1);
    }
    const gain = b.load(b.at(this.scratch, 0), 1);
    b.const(slope, 1, gain);
    // As many products at a time as there are free registers.
    const free = 32 - T * O - 1;
    for (let i = 0; i < sums.length; i += free) {
      const part = sums.slice(i, i + free);
      const scaled = part.map((sum) => b.binary('mul', sum, gain, 1));
      for (const [n, sum] of part.entries()) b.binary('max', sum, scaled[n]!, 1, { into: sum });
    }
    b.cost('loadInt', 1);
    this.move('store', sums, this.columns(this.scratch, o0));
    b.cost('loadInt', 1);
    const head = this.columns(this.head, o0, at);
    // The head sums, again as many at a time as fit.
    const step = Math.max(2, 2 * Math.floor((32 - T * O) / 2));
    for (let i = 0; i < sums.length; i += step) {
      const part = sums.slice(i, i + step);
      const heads = this.words(part.length, head, i);
      part.forEach((sum, n) => {
        b.binary('add', heads[n]!, sum, 1, { into: heads[n]! });
      });
      this.move('store', heads, head, i);
    }
  }

  private secondPiece(o0: number, at: Term): void {
    const { b, pack } = this;
    const { kernelSize, tile } = this.layer;
    const { frames: T, outputs: O } = tile;
    b.cost('loadInt', 4);
    const sums = this.words(T * O, this.weightWords(pack.oneBias + o0));
    this.runs(sums, this.scratch, [], pack.one(0, o0));
    const input = this.columns(this.taps[kernelSize - 1]!, o0, at);
    const step = Math.max(2, 2 * Math.floor((32 - T * O) / 2));
    for (let i = 0; i < sums.length; i += step) {
      const part = sums.slice(i, i + step);
      const x = this.words(part.length, input, i);
      for (const [n, sum] of part.entries()) b.binary('add', sum, x[n]!, 1, { into: sum });
    }
    b.cost('loadInt', 2);
    this.move('store', sums, this.columns(this.next, o0, at));
    // Nothing more where the tile has no mirror.
    costs(b, ['int', 1], ['branch', 1]);
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
      costs(b, ['int', 4], ['branch', 1]);
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
        for (const o of channels) b.fma(weight(pack.one(j, o)), x, sums[o]!, 1, { into: sums[o]! });
      }
      for (const c of channels) {
        const x = b.load(b.at(this.taps[kernelSize - 1]!, offset * C + c, at), 1);
        b.store(b.binary('add', sums[c]!, x, 1), b.at(this.next, offset * C + c, at), 1);
      }
    }
    costs(b, ['int', 12], ['loadInt', 8], ['branch', 5]);
  }
}
