/**
 * What every kernel of this engine is written with: the target's way to multiply and add, to read
 * weights and to tile frames. Signals are planar: a vector holds consecutive frames of one channel.
 */
import type { Counter, KernelBuilder, Term } from '../../kernel/builder.ts';
import type { Address, BinaryOp, BitOp, Lanes, Register } from '../../kernel/instruction.ts';
import type { Target } from '../../kernel/lowered.ts';
import { memoize } from '../../units/memoize.ts';
import { costs } from '../common/code.ts';
import { multiplyAdd, type Weight } from '../common/target-builder.ts';

/** A run of equal tiles: `trips` times `vectors` vectors of `lanes` frames, from frame `start`. */
export interface TileRun {
  readonly start: number;
  readonly lanes: Lanes;
  readonly vectors: number;
  readonly trips: number;
}

/** The tile at hand. */
export interface FrameTile extends TileRun {
  /** What the tile loop adds to `start`. */
  readonly frame: Term;
}

/** Whole tiles first, then one smaller tile, then single frames. */
function tileRuns(frames: number, lanes: Lanes, vectors: number): TileRun[] {
  const whole = Math.floor(frames / (lanes * vectors));
  const out: TileRun[] = [];
  if (whole > 0) out.push({ start: 0, lanes, vectors, trips: whole });
  let start = whole * lanes * vectors;
  const rest = Math.floor((frames - start) / lanes);
  if (rest > 0) {
    out.push({ start, lanes, vectors: rest, trips: 1 });
    start += rest * lanes;
  }
  if (start < frames) out.push({ start, lanes: 1, vectors: 1, trips: frames - start });
  return out;
}

type Terms = readonly Term[];
type Binary = (a: Register, b: Register) => Register;

/** Arithmetic on vectors of one width, each result in a register of its own. */
export class VectorMath {
  readonly lanes: Lanes;
  readonly target: Target;
  private readonly tw: TileWriter;

  constructor(tw: TileWriter, lanes: Lanes) {
    this.tw = tw;
    this.lanes = lanes;
    this.target = tw.target;
  }

  readonly add: Binary = this.binary('add');
  readonly sub: Binary = this.binary('sub');
  readonly mul: Binary = this.binary('mul');
  readonly div: Binary = this.binary('div');
  readonly min: Binary = this.binary('min');
  readonly max: Binary = this.binary('max');
  readonly less: Binary = this.binary('cmplt');
  readonly greater: Binary = this.binary('cmpgt');

  private binary(fn: BinaryOp): Binary {
    return (a, b) => this.tw.builder.binary(fn, a, b, this.lanes);
  }

  constant(value: number): Register {
    return this.tw.constant(value, this.lanes);
  }

  abs(x: Register): Register {
    return this.tw.builder.unary('abs', x, this.lanes);
  }

  negate(x: Register): Register {
    return this.tw.builder.unary('neg', x, this.lanes);
  }

  select(mask: Register, a: Register, b: Register): Register {
    return this.tw.builder.select(mask, a, b, this.lanes);
  }

  bits(fn: BitOp, a: Register, b: Parameters<KernelBuilder['bits']>[2]): Register {
    return this.tw.builder.bits(fn, a, b, this.lanes);
  }

  /** a * b + c. */
  multiplyAdd(a: Register, b: Register, c: Register): Register {
    const { builder } = this.tw;
    return this.target.fma ? builder.fma(a, b, c, this.lanes) : this.add(this.mul(a, b), c);
  }
}

export class TileWriter {
  readonly target: Target;
  readonly builder: KernelBuilder;
  /** By lanes, then by value. */
  private readonly constants = new Map<Lanes, Map<number, Register>>();
  private readonly arithmetic = new Map<Lanes, VectorMath>();

  constructor(builder: KernelBuilder, target: Target) {
    this.builder = builder;
    this.target = target;
  }

  math(lanes: Lanes): VectorMath {
    return memoize(this.arithmetic, lanes, () => new VectorMath(this, lanes));
  }

  /** The tile's vectors of one plane, from `first` floats behind a slot on. */
  vectors(slot: number, first: number, tile: FrameTile, terms: Terms = []): Address[] {
    const { start, lanes, vectors, frame } = tile;
    const all = [frame, ...terms];
    const at = first + start;
    const places: Address[] = [];
    for (let v = 0; v < vectors; v++) places.push(this.builder.address(slot, at + v * lanes, all));
    return places;
  }

  /** acc + a * weight. */
  mac(a: Register, weight: Weight, acc: Register, lanes: Lanes): void {
    const { register, element } = weight;
    multiplyAdd(this.builder, this.target, a, register, acc, lanes, element);
  }

  /**
   * A constant: kept for the rest of the tile where there are registers to keep it, read again at
   * each use where there are few.
   */
  constant(value: number, lanes: Lanes): Register {
    if (this.target.vectorRegisters < 32) return this.builder.const(value, lanes);
    const kept = memoize(this.constants, lanes, () => new Map<number, Register>());
    return memoize(kept, value, () => this.builder.const(value, lanes));
  }

  /** Constants do not live from one tile to the next. */
  forgetConstants(): void {
    this.constants.clear();
  }

  /** `count` weights in consumption order: by lane of a vector where the target can, else in all lanes. */
  weights(slot: number, offset: number, count: number, lanes: Lanes, terms: Terms = []): Weight[] {
    const b = this.builder;
    const copies = copiesOfWeight(this.target);
    const moved = copies === 1 ? terms : terms.map((of) => ({ ...of, stride: copies * of.stride }));
    if (lanes === 4 && weightsByLane(this.target)) {
      const out: Weight[] = [];
      for (let first = 0; first < count; first += 4) {
        const register = b.load(b.address(slot, offset + first, terms), 4);
        for (let i = 0; i < Math.min(4, count - first); i++) out.push({ register, element: i });
      }
      return out;
    }
    const form = copies > 1 || lanes === 1 ? 'plain' : 'dup';
    return Array.from({ length: count }, (_, i) => {
      const at = b.address(slot, copies * (offset + i), moved);
      return { register: b.load(at, lanes, { form }) };
    });
  }

  /** A loop with the instructions that count it and move its pointers. */
  loop(trips: number, pointers: number, write: (counter: Counter) => void, framesPerTrip?: number) {
    const counted = (counter: Counter): void => {
      write(counter);
      this.builder.cost('int', pointers + 1);
      this.builder.cost('branch');
    };
    this.builder.loop(trips, counted, framesPerTrip);
  }

  /** All tiles of a block. */
  tiles(frames: number, vectors: number, write: (tile: FrameTile) => void): void {
    for (const piece of tileRuns(frames, this.target.lanes, vectors)) {
      const framesPerTrip = piece.lanes * piece.vectors;
      const tile = (counter: Counter): void => {
        this.forgetConstants();
        write({ ...piece, frame: counter.times(framesPerTrip) });
      };
      this.loop(piece.trips, 3, tile, framesPerTrip);
    }
  }

  /** What a call of a kernel costs around its loops: arguments, saved registers, return. */
  callOverhead(slots: number): void {
    costs(this.builder, ['loadInt', slots + 4], ['storeInt', 4], ['int', slots + 6], ['branch', 2]);
  }
}

/** One load brings four weights, and a multiplication takes one lane of them. */
function weightsByLane(target: Target): boolean {
  return target.isa === 'aarch64' || target.isa === 'armv7-neon';
}

/**
 * How often each weight of a tile stands in memory: WebAssembly has no multiplication by a lane, V8 needs an address
 * register for each load that copies, and copying in registers takes the arithmetic's own units.
 */
export const copiesOfWeight = (target: Target): 1 | 4 => (target.isa === 'wasm' ? 4 : 1);

/** Vectors of frames in the largest tile. */
const mostVectors = 8;

export interface Tile {
  /** Vectors of frames. */
  readonly vectors: number;
  /** Outputs whose accumulators stay in registers. */
  readonly outputs: number;
}

/** Loads per multiply-accumulate of a tile, and what its additions wait for each other. */
const tileCost = (target: Target, vectors: number, block: number, outputs: number): number => {
  const wanted = 8;
  const blocks = Math.ceil(outputs / block);
  const vectorLoads =
    Math.floor(outputs / block) * Math.ceil(block / 4) + Math.ceil((outputs % block) / 4);
  const weightLoads = weightsByLane(target) ? vectorLoads : outputs;
  const loads = (blocks * vectors + weightLoads) / (vectors * outputs);
  const chains = vectors * Math.ceil(outputs / blocks);
  return loads + (chains < wanted ? (wanted / chains - 1) * 0.5 : 0);
};

/**
 * The register tile with the fewest loads per multiply-accumulate that the target's registers hold,
 * and with enough independent chains to cover the latency of an addition, over all vectors of a block:
 * whole tiles and the smaller one at the end. WebAssembly, which is compiled while somebody waits,
 * takes tiles that leave nothing over.
 */
export function chooseTile(target: Target, frames: number, outputs: number): Tile {
  const available = Math.max(1, Math.floor(frames / target.lanes));
  // One is kept by compilers for moves; without a fused operation a product needs a register.
  const budget = target.vectorRegisters - (target.fma ? 1 : target.isa === 'wasm' ? 3 : 2);
  let best: Tile = { vectors: 1, outputs: 1 };
  let bestCost = Number.POSITIVE_INFINITY;
  for (let vectors = 1; vectors <= Math.min(mostVectors, available); vectors++) {
    const rest = available % vectors;
    if (rest !== 0 && target.isa === 'wasm') continue;
    for (let block = 1; block <= Math.min(16, outputs); block++) {
      const weights = weightsByLane(target) ? Math.ceil(block / 4) : 1;
      if (vectors * block + vectors + weights > budget && vectors * block > 1) continue;
      const whole = tileCost(target, vectors, block, outputs) * (available - rest);
      const last = rest === 0 ? 0 : tileCost(target, rest, block, outputs) * rest;
      const cost = (whole + last) / available;
      if (cost < bestCost - 1e-9) {
        best = { vectors, outputs: Math.ceil(outputs / Math.ceil(outputs / block)) };
        bestCost = cost;
      }
    }
  }
  return best;
}
