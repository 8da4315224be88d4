/**
 * Writes one layer of a stack over planar signals, whatever the engine: its slots, where a tile is, head
 * sum, LeakyReLU, 1x1 and residual, and frames that tiles leave over, on the scalar unit.
 */
import type { Counter, KernelBuilder, Term } from '../../kernel/builder.ts';
import type { Address, Lanes, Register, Registers } from '../../kernel/instruction.ts';
import { signMispredicts } from './branch-shares.ts';
import type { LayerPack } from './layer-stack.ts';
import { StackFrame } from './stack-frame.ts';
import type { Weight } from './target-builder.ts';

export interface StackLayerShape {
  readonly channels: number;
  readonly kernelSize: number;
  readonly frames: number;
  readonly slope: number;
  /** Stores the head sum that the others add to. */
  readonly first: boolean;
  /** Has no 1x1, as nobody reads it. */
  readonly last: boolean;
}

/** Registers by channel and vector of a tile. */
export type Rows = readonly Registers[];

export const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

/** Slots in order: stack, weights, condition, head planes, taps (tap by tap, plane by plane), next planes. */
export class StackLayerWriter {
  protected readonly b: KernelBuilder;
  protected readonly frame: StackFrame;
  protected readonly layer: StackLayerShape;
  protected readonly pack: LayerPack;
  protected readonly channels: readonly number[];
  /** Vectors of the tile being written. */
  protected vectors: readonly number[] = [];
  protected readonly weights: number;
  protected readonly cond: number;
  private readonly head: readonly number[];
  protected readonly taps: readonly (readonly number[])[];
  protected readonly newest: readonly number[];
  protected readonly next: readonly number[];
  /** The frame at which the loop of tiles starts, and what it moves by. */
  private from = 0;
  private moved: readonly Term[] = [];

  /** `heads`: one for all planes of the head sum, where they lie a block apart, or one each. */
  constructor(b: KernelBuilder, layer: StackLayerShape, pack: LayerPack, heads = layer.channels) {
    this.b = b;
    this.layer = layer;
    this.pack = pack;
    this.channels = upTo(layer.channels);
    const planes = (name: string): number[] => this.channels.map((c) => b.slot(`${name} ${c}`));
    this.frame = new StackFrame(b);
    this.weights = b.slot('weights');
    this.cond = b.slot('condition');
    this.head = upTo(heads).map((c) => b.slot(`head plane ${c}`));
    this.taps = upTo(layer.kernelSize).map((k) => planes(`tap ${k} plane`));
    this.newest = this.taps.at(-1) ?? [];
    this.next = layer.last ? [] : planes('next plane');
  }

  /** `count` tiles of `width` frames, behind those that were written before. */
  protected tiles(width: number, count: number, write: (counter: Counter) => void): void {
    this.vectors = upTo(width / 4);
    this.b.loop(count, (f) => {
      this.moved = [f.times(width)];
      write(f);
    });
    this.from += width * count;
  }

  /** A vector of the tile, or its first frame. */
  protected at(slot: number, vector = 0, plane = 0): Address {
    return this.b.address(slot, plane + this.from + 4 * vector, this.moved);
  }

  protected headAt(c: number, vector = 0): Address {
    const own = this.head[c];
    if (own !== undefined) return this.at(own, vector);
    return this.at(this.head[0] as number, vector, c * this.layer.frames); // one slot at least
  }

  /** The tile's vectors of a plane. */
  protected inputs(slot: number): Register[] {
    return this.vectors.map((v) => this.b.load(this.at(slot, v), 4));
  }

  protected weight(index: number): Register {
    return this.b.load(this.b.at(this.weights, index), 1);
  }

  /** A weight in all lanes of a vector. */
  protected broadcast(index: number): Register {
    return this.b.load(this.b.at(this.weights, index), 4, { form: 'dup' });
  }

  /** Consecutive vectors of weights, by one instruction each two. */
  protected weightPair(index: number, lanes: Lanes = 4): Register[] {
    const pair = this.b.registerList(2);
    this.b.loadMany(pair, this.b.at(this.weights, index), lanes, { form: 'pair' });
    return pair;
  }

  /** One lane in all lanes. */
  protected copied(register: Register, lane = 0): Register {
    return this.b.shuffle(register, register, 4, [lane, lane, lane, lane]);
  }

  /** sums += x * weight, vector by vector; the first products are the sums. */
  protected multiply(sums: Registers, x: Registers, weight: Weight, first = false): void {
    const { register, element } = weight;
    sums.forEach((into, v) => {
      const value = x[v] as Register; // as many vectors as sums
      if (first) this.b.binary('mul', value, register, 4, { element, into });
      else this.b.accumulate(into, value, register, 4, element);
    });
  }

  /** a < 0 ? a * slope : a, in place; `compare` writes what the comparison takes beside its mask. */
  protected rectify(a: Register, slope: Register, zero: Register, compare?: () => void): void {
    const scaled = this.b.binary('mul', a, slope, 4);
    compare?.();
    this.b.select(this.b.binary('cmplt', a, zero, 4), scaled, a, 4, a);
  }

  protected addToHead(a: Register, c: number, lanes: Lanes, v = 0): void {
    const { b } = this;
    const place = this.headAt(c, v);
    b.store(this.layer.first ? a : b.binary('add', b.load(place, lanes), a, lanes), place, lanes);
  }

  protected addRowsToHead(rows: Rows): void {
    rows.forEach((row, c) => {
      for (const [v, a] of row.entries()) this.addToHead(a, c, 4, v);
    });
  }

  protected residual(o: number, lanes: Lanes, v = 0): Register {
    return this.b.load(this.at(this.newest[o] as number, v), lanes); // one plane a channel
  }

  protected storeNext(sum: Register, o: number, lanes: Lanes, v = 0): void {
    this.b.store(sum, this.at(this.next[o] as number, v), lanes); // where `last` is false
  }

  /** The layer's input on top of the 1x1. */
  protected addResidual(sum: Register, o: number, lanes: Lanes, v = 0): void {
    this.storeNext(this.b.binary('add', this.residual(o, lanes, v), sum, lanes), o, lanes, v);
  }

  /** A tap of one frame, weight by weight. */
  protected tapOfFrame(k: number, planes: readonly number[], sums: Registers): void {
    const { b, pack } = this;
    planes.forEach((plane, j) => {
      const x = b.load(this.at(plane), 1);
      sums.forEach((sum, o) => {
        b.accumulate(sum, x, this.weight(pack.tap * k + pack.row * j + o), 1);
      });
    });
  }

  /**
   * Mixin, LeakyReLU and head sum of one frame; `test` writes how the compiler compares. The bias is
   * in the sums already, or comes late.
   */
  protected activateFrame(a: Registers, test?: (a: Register) => void, lateBias = false): void {
    const { b, pack } = this;
    const cond = b.load(this.at(this.cond), 1);
    const slope = b.const(this.layer.slope, 1);
    a.forEach((into, c) => {
      if (lateBias) b.binary('add', into, this.weight(pack.bias + c), 1, { into });
      b.accumulate(into, cond, this.weight(pack.mixin + c), 1);
      test?.(into);
      b.binary('max', into, b.binary('mul', into, slope, 1), 1, { into });
      this.addToHead(into, c, 1);
    });
  }

  /** LeakyReLU as a branch. */
  protected readonly branchOnSign = (a: Register): void => {
    this.b.cost('compareFp', 1);
    this.b.cost('branch', 1, { mispredict: signMispredicts, on: a });
  };

  /** An output of one frame's 1x1, on top of `sum`. */
  protected outputOfFrame(sum: Register, a: Registers, o: number): Register {
    a.forEach((x, j) => {
      this.b.accumulate(sum, x, this.weight(this.pack.one(j, o)), 1);
    });
    return sum;
  }
}
