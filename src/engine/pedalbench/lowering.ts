/** The buffers, rings and steps of a program under construction. */
import { type KernelBuilder, TemplateCache } from '../../kernel/builder.ts';
import type { Address } from '../../kernel/instruction.ts';
import type { Reference, Region, Ring, RingId, RingStep, Target } from '../../kernel/lowered.ts';
import { offsetBy } from '../../kernel/lowered.ts';
import type { Template } from '../../kernel/template.ts';
import { memoize } from '../../units/memoize.ts';
import { Collector, type Label } from '../common/lowering.ts';
import type { TanhKind } from '../engine.ts';
import { chooseTile, copiesOfWeight, type Tile, TileWriter } from './tile-writer.ts';

/** Planes of a signal: in a buffer, or in a ring at the current block. */
export interface Signal {
  readonly reference: Reference;
  /** Floats from one channel to the next. */
  readonly plane: number;
  readonly channels: number;
}

export interface PlanarOptions {
  readonly target: Target;
  readonly blockFrames: number;
  /** The largest block that will use the same rings; buffers are sized for it. */
  readonly ringFrames: number;
  readonly tanh: TanhKind;
}

/**
 * Whether the histories of an array lie side by side, with one distance between channels for all, and a layer's kernel
 * gets a slot for each tap instead of a stride, so that its history may wrap between two taps: where kernels are
 * compiled for every model that is loaded, layers of all dilations then share one. Elsewhere each history is as compact
 * as can be.
 */
export const sharesKernels = (target: Target): boolean => target.isa === 'wasm';

/**
 * At least `floats`, and 320 bytes past a multiple of 4 KiB: channels at that distance never meet in
 * one set of a first-level cache.
 */
const spreadPlane = (floats: number): number => 1024 * Math.ceil((floats - 80) / 1024) + 80;

/** Floats after a buffer that a vector load of the last weights or frames may touch. */
const padding = 16;

/** Memory for so many floats of weights. */
export const padded = (floats: number): Float32Array => new Float32Array(floats + padding);

/** Plain, because it runs through all weights before the host has compiled it. */
function fourfold(values: Float32Array): Float32Array {
  const all = new Float32Array(4 * values.length);
  for (let i = 0, at = 0; i < values.length; i++, at += 4) {
    const value = values[i] as number; // below the length
    all[at] = value;
    all[at + 1] = value;
    all[at + 2] = value;
    all[at + 3] = value;
  }
  return all;
}

interface Histories {
  readonly rings: readonly RingId[];
  readonly outputs: Signal | null;
}

type References = Readonly<Record<string, Reference | readonly Reference[] | undefined>>;

/** The slots of what is referred to. */
export type Slots<R> = {
  readonly [K in keyof R]: R[K] extends readonly Reference[]
    ? readonly number[]
    : number | Extract<R[K], undefined>;
};

/** What a kernel depends on, for its name. */
type Shape = Readonly<Record<string, unknown>>;
type Write<R> = (tw: TileWriter, slot: Slots<R>) => void;

export class Planes extends Collector {
  readonly options: PlanarOptions;
  private readonly templates = new TemplateCache();
  private readonly tiles = new Map<number, Tile>();
  /** What all templates depend on, for their names. */
  private readonly common: string;

  constructor(options: PlanarOptions) {
    super();
    this.options = options;
    const { target, blockFrames, tanh } = options;
    const { isa, lanes, vectorRegisters, fma } = target;
    this.common = JSON.stringify({ isa, lanes, vectorRegisters, fma, blockFrames, tanh });
  }

  /**
   * The tile for this many outputs: chosen for the largest block, so that every block that shares the
   * memory packs its weights alike, and narrowed to what this block holds.
   */
  tile(outputs: number): Tile {
    return memoize(this.tiles, outputs, () => {
      const { target, blockFrames, ringFrames } = this.options;
      const tile = chooseTile(target, ringFrames, outputs);
      const available = Math.max(1, Math.floor(blockFrames / target.lanes));
      let vectors = Math.min(tile.vectors, available);
      while (target.isa === 'wasm' && available % vectors !== 0) vectors--;
      return { ...tile, vectors };
    });
  }

  paddedWeights(name: string, packed: ArrayLike<number>): Reference {
    const data = padded(packed.length);
    data.set(packed);
    return this.weights(name, data);
  }

  /** Weights of tiles, in memory that `padded` made: each as often as the target wants it. */
  tileWeights(name: string, packed: Float32Array): Reference {
    return this.weights(
      name,
      copiesOfWeight(this.options.target) === 4 ? fourfold(packed) : packed,
    );
  }

  signal(name: string, channels: number, region: Region = 'scratch'): Signal {
    const reference = this.memory(name, channels * this.options.ringFrames, region);
    return { reference, plane: this.options.blockFrames, channels };
  }

  /** A history of `lookback` frames before the block, long enough that rewinding is rare. */
  linearRing(name: string, channels: number, lookback: number): RingId {
    const columns = this.columns(lookback);
    const policy = { kind: 'linear', start: lookback } as const;
    return this.ownRing({ name, channels, layout: 'planar', columns, lookback, policy });
  }

  /**
   * Histories of equal channels; `outputs` has room beside them, at their distances, for what comes
   * after the last one. Null where each history is a buffer of its own.
   */
  histories(name: string, channels: number, lookbacks: readonly number[]): Histories {
    const nameOf = (layer: number): string => `${name} layer ${layer} history`;
    if (!sharesKernels(this.options.target)) {
      const rings = lookbacks.map((lookback, i) => this.linearRing(nameOf(i), channels, lookback));
      return { rings, outputs: null };
    }
    // A short past is quickly moved to the front now and then; a mirror would be copied in every block.
    const wraps = (lookback: number): boolean => lookback > this.options.ringFrames;
    const columnsOf = (lookback: number): number =>
      wraps(lookback) ? this.period(lookback) + this.mirror() : this.columns(lookback);
    const used = lookbacks.reduce((sum, lookback) => sum + columnsOf(lookback), 0);
    const plane = spreadPlane(used + this.options.ringFrames);
    const buffer = this.buffer(`${name} histories`, channels * plane, 'history');
    let first = 0;
    const rings = lookbacks.map((lookback, i) => {
      const columns = columnsOf(lookback);
      const start = lookback;
      const policy: Ring['policy'] = wraps(lookback)
        ? { kind: 'mirrored', start, period: this.period(lookback) }
        : { kind: 'linear', start };
      const ring = { name: nameOf(i), buffer, channels, columns, lookback, first, plane };
      first += columns;
      return this.ring({ ...ring, layout: 'planar', policy });
    });
    return { rings, outputs: { reference: { buffer, offset: used }, plane, channels } };
  }

  /**
   * A mirrored history is as short as it can be, so that those of all layers stay in a second-level
   * cache: what is read, the block that is written, and of the front no part that meets its own mirror.
   */
  private period(lookback: number): number {
    const { ringFrames, target } = this.options;
    const least = Math.max(lookback, ringFrames) + ringFrames;
    return Math.ceil(least / target.lanes) * target.lanes;
  }

  /** A block that starts before the period ends; then one that starts in the mirrored front, in whole vectors. */
  private mirror(): number {
    return 2 * this.options.ringFrames + this.options.target.lanes;
  }

  private columns(lookback: number): number {
    const { ringFrames, target } = this.options;
    const least = lookback + Math.max(lookback, 4 * ringFrames) + ringFrames;
    return Math.ceil(least / target.lanes) * target.lanes;
  }

  private ringOf(id: RingId): Ring {
    return this.rings[id] as Ring; // ids come from here
  }

  /** The ring's columns from `delay` frames before the block. */
  inRing(id: RingId, delay = 0): Signal {
    const { buffer, first: offset = 0, columns, plane = columns, channels } = this.ringOf(id);
    return { reference: { buffer, offset, ring: { id, delay } }, plane, channels };
  }

  /** Slots by the names of what they refer to; a list has a slot for each. */
  kernel<R extends References>(place: Label, shape: Shape, slots: R, write: Write<R>): void {
    const template = this.template(place.kind, shape, slots, write);
    const references = Object.values(slots).flatMap((of) => of ?? []);
    this.steps.push({ ...place, step: 'kernel', perBlock: 1, template, slots: references });
  }

  private template<R extends References>(kind: string, shape: Shape, slots: R, write: Write<R>) {
    const { target } = this.options;
    const name = `pedalbench ${kind} ${this.common} ${JSON.stringify(shape)}`;
    return this.templates.get(name, (builder: KernelBuilder) => {
      const tw = new TileWriter(builder, target);
      const indexes = Object.entries(slots).map(([name, of]) => [
        name,
        Array.isArray(of) ? of.map((_, i) => builder.slot(`${name}${i}`)) : builder.slot(name),
      ]);
      tw.callOverhead(Object.values(slots).flat().length);
      write(tw, Object.fromEntries(indexes) as Slots<R>); // the same names
    });
  }

  /** Moves the last frames to the front when the next block would not fit; a mirrored ring wraps by itself. */
  rewind(layer: string, id: RingId): void {
    const { policy, lookback, columns } = this.ringOf(id);
    if (policy.kind === 'mirrored') return;
    const perBlock = Math.min(1, this.options.blockFrames / (columns - lookback));
    this.ringStep({ layer, perBlock, action: 'rewind', ring: id }, () =>
      lookback === 0 ? [] : this.copies('rewind', lookback, id, columns - lookback, 0),
    );
  }

  /** Copies the block's planes into the ring. */
  write(layer: string, id: RingId, from: Signal): void {
    const frames = this.options.blockFrames;
    const { reference: to, plane, channels } = this.inRing(id);
    const src = from.reference;
    this.ringStep({ layer, perBlock: 1, action: 'write', ring: id, src }, () => {
      const template = this.copyTemplate('write', frames);
      return Array.from({ length: channels }, (_, channel) => {
        const slots = [offsetBy(src, channel * frames), offsetBy(to, channel * plane)];
        return { template, times: 1, slots };
      });
    });
  }

  /** After the block was written in place: keeps the front of a mirrored ring and its mirror the same. */
  settle(layer: string, id: RingId): void {
    const { policy } = this.ringOf(id);
    if (policy.kind !== 'mirrored') return;
    const frames = this.options.blockFrames;
    const perBlock = Math.min(1, (frames + this.mirror()) / policy.period);
    this.ringStep({ layer, perBlock, action: 'settle', ring: id }, () =>
      this.copies('settle', frames, id, 0, policy.period),
    );
  }

  advance(layer: string, id: RingId): void {
    this.ringStep({ layer, perBlock: 1, action: 'advance', ring: id }, () => {
      const template = this.template('advance', {}, {}, (tw) => tw.builder.cost('int', 2));
      return [{ template, times: 1, slots: [] }];
    });
  }

  /** What the step costs is listed when somebody asks: an executor never does. */
  private ringStep(
    step: Omit<RingStep, 'step' | 'kind' | 'templates'>,
    costs: () => RingStep['templates'],
  ): void {
    let known: RingStep['templates'] | null = null;
    this.steps.push({
      ...step,
      step: 'ring',
      kind: 'ring',
      get templates(): RingStep['templates'] {
        known ??= costs();
        return known;
      },
    });
  }

  /** Copies within a ring, channel by channel, from one column to another. */
  private copies(
    action: string,
    frames: number,
    id: RingId,
    from: number,
    to: number,
  ): RingStep['templates'] {
    const { buffer, first = 0, columns, plane = columns, channels } = this.ringOf(id);
    const template = this.copyTemplate(action, frames);
    return Array.from({ length: channels }, (_, channel) => {
      const front = { buffer, offset: first + channel * plane };
      return { template, times: 1, slots: [offsetBy(front, from), offsetBy(front, to)] };
    });
  }

  private copyTemplate(action: string, frames: number): Template {
    const unbound = { buffer: 0, offset: 0 };
    const slots = { from: unbound, to: unbound };
    return this.template('ring', { action, frames }, slots, (tw, { from, to }) => {
      tw.tiles(frames, 4, (tile) => {
        const places = tw.vectors(to, 0, tile);
        tw.vectors(from, 0, tile).forEach((at, v) => {
          const value = tw.builder.load(at, tile.lanes);
          tw.builder.store(value, places[v] as Address, tile.lanes); // a place a vector
        });
      });
    });
  }
}
