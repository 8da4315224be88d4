/**
 * nam::Linear: for every frame the dot product of the impulse response with the latest samples; since June
 * 2026 only of its first taps where it is long, the rest by partitioned FFT (linear-fft.ts).
 */
import type { Counter, Term } from '../../kernel/builder.ts';
import type { Address, Register } from '../../kernel/instruction.ts';
import { offsetBy, type Reference, type Target } from '../../kernel/lowered.ts';
import type { Convolution } from '../../nam/network.ts';
import { Code, type Counts, plus } from '../common/code.ts';
import { type Label, type Lowering, linearRing } from '../common/lowering.ts';
import { multiplyAdd, type TargetBuilder } from '../common/target-builder.ts';
import { tuneGroupOf } from '../common/tune-group.ts';
import type { Operand } from '../eigen/passes.ts';
import compiled from './compiled-code.json' with { type: 'json' };
import { type AppendOf, appendConv1d, appendRingWrite } from './convolution.ts';

/** How a library convolves with one impulse response. */
export interface LinearStyle {
  /** Sums side by side in Eigen's dot product, a vector each: four since Eigen 5, two before. */
  readonly sums: 2 | 4;
  /** Whether Eigen asks for fused multiply-adds; else the compiler makes them, where it may. */
  readonly fused: boolean;
  /** Columns of the history before it is moved to the front. */
  readonly historyColumns: (taps: number, blockFrames: number) => number;
  /** Whether long ones go by FFT, and how many bins of a spectrum are worked on then: half of them say it all. */
  readonly fft: boolean;
  readonly bins: 'all' | 'half';
}

/** nam::Linear on a nam::Buffer with its safety factor of 32, Eigen 5.0.1. */
export const namCoreLinear: LinearStyle = {
  sums: 4,
  fused: true,
  historyColumns: (taps, frames) => Math.max(32 * taps, taps + 32 * frames),
  fft: true,
  bins: 'all',
};

/** Products and sums in two statements become one instruction in GCC, in clang and in NEON's intrinsics of 32 bits only with fast math. */
const contracts = (target: Target): boolean =>
  target.fastMath || !(target.isa === 'armv7-neon' || tuneGroupOf(target) === 'apple');

/** As they were compiled: see the notes there. */
const counted = compiled.code.linear;

/**
 * A round of `sums` vectors of both operands. AArch64 loads two of them at once; NEON's loads of 32 bits
 * have no offsets, so that each but the first needs its address.
 */
const roundOf = ({ isa }: Target, sums: number): Counts => {
  const addresses = isa === 'armv7-neon' ? 2 * sums - 2 : 0;
  return plus(counted.round, { load_vec: isa === 'aarch64' ? sums : 2 * sums, int: addresses });
};

/** The ring's index is the remainder of a 64-bit counter: a call where registers have 32 bits. */
export const longRemainder = ({ isa }: Target): Counts =>
  isa === 'thumb2-vfp' || isa === 'armv7-neon' ? counted.longRemainder : {};

export interface DotShape extends LinearStyle {
  readonly taps: number;
  readonly frames: number;
  readonly bias: number;
  /** A ring with the part of the sum that an FFT has made. */
  readonly tail: boolean;
}

/** Slots: stack, impulse (oldest tap first), history, result, and the tail where there is one. */
const writeDots = (b: TargetBuilder, shape: DotShape): void => {
  const code = new Code(b);
  const { target } = b;
  const { taps, frames, bias, tail, sums: groupVectors } = shape;
  const packets = { ...target, fma: target.fma && (shape.fused || contracts(target)) };
  const [weights, history, to] = [b.slot('impulse'), b.slot('history'), b.slot('result')];
  const from = tail ? b.slot('tail') : 0;
  const { lanes } = target;
  const inVectors = lanes > 1 ? Math.floor(taps / lanes) : 0;
  const rounds = Math.floor(inVectors / groupVectors);
  b.loop(frames, (frame) => {
    const at = (slot: number, offset: number, ...rounds: Term[]): Address =>
      b.at(slot, offset, ...rounds, ...(slot === history ? [frame.times(1)] : []));
    /** The vectors of a round, by so many as one instruction loads. */
    const [apiece, form] = target.isa === 'aarch64' ? [2, 'pair' as const] : [1, 'plain' as const];
    const vectors = (slot: number, i: Counter): Register[] => {
      const registers = b.registerList(groupVectors);
      for (let v = 0; v < groupVectors; v += apiece) {
        const from = at(slot, (groupVectors + v) * lanes, i.times(groupVectors * lanes));
        b.loadMany(registers.slice(v, v + apiece), from, lanes, { form });
      }
      return registers;
    };
    const vector = (slot: number, v: number): Register => b.load(at(slot, v * lanes), lanes);
    const total = b.const(bias, 1);
    const fromTail = (): void => {
      if (tail)
        b.binary('add', b.load(b.at(from, 0, frame.times(1)), 1), total, 1, { into: total });
    };
    if (inVectors > 0) {
      const sums = b.registerList(Math.min(inVectors, groupVectors));
      const first = { load_vec: 2 * sums.length, vec_fparith: 2 * sums.length + 1 };
      code.body(plus(tail ? counted.vectorFrameAndTail : counted.vectorFrame, first), () => {
        fromTail();
        for (const [v, into] of sums.entries())
          b.binary('mul', vector(weights, v), vector(history, v), lanes, { into });
      });
      b.loop(Math.max(0, rounds - 1), (i) =>
        code.body(roundOf(target, groupVectors), () => {
          const [w, x] = [weights, history].map((slot) => vectors(slot, i));
          for (const [v, sum] of sums.entries()) {
            multiplyAdd(b, packets, x?.[v] ?? 0, w?.[v] ?? 0, sum, lanes);
          }
        }),
      );
      // Vectors that are left go to a sum each.
      for (let v = Math.max(sums.length, rounds * groupVectors); v < inVectors; v++) {
        code.body(counted.leftVector, () => {
          const sum = sums[v % groupVectors] as Register; // fewer are left than there are sums
          multiplyAdd(b, packets, vector(history, v), vector(weights, v), sum, lanes);
        });
      }
      const folded = sums.reduce((x, y) => b.binary('add', x, y, lanes));
      b.binary('add', b.sumOfLanes(folded, lanes), total, 1, { into: total });
    } else code.body(tail ? counted.scalarFrameAndTail : counted.scalarFrame, fromTail);
    if (tail) code.body(longRemainder(target));
    const done = inVectors * lanes;
    b.loop(taps - done, (i) =>
      code.body(counted.rest, () => {
        const w = b.load(at(weights, done, i.times(1)), 1);
        multiplyAdd(b, target, b.load(at(history, done, i.times(1)), 1), w, total, 1);
      }),
    );
    b.store(total, b.at(to, 0, frame.times(1)), 1);
  });
};

export interface Dots {
  append(result: Reference, impulse: Reference, tail: Reference | null, offset: number): void;
  advance(): void;
}

/** The samples of the block and what the dot products remember; then frames of it, `offset` in the block. */
export const dotsOf = (low: Lowering, place: Label, source: Operand, shape: DotShape): Dots => {
  const { blockFrames } = low;
  const { taps, frames, bias, tail, sums, fused } = shape;
  const columns = shape.historyColumns(taps, blockFrames);
  const ring = linearRing(low, `${place.layer} history`, 1, taps - 1, columns);
  appendRingWrite(low, place, ring, source, 1, taps - 1);
  const name = `nam-core/linear/${taps}/${frames}/${bias}/${tail}/${sums}/${fused}`;
  const template = low.template(name, (b) => writeDots(b, shape));
  return {
    append(result, impulse, rest, offset) {
      const history = low.history(ring, taps - 1 - offset);
      const slots = [impulse, history, offsetBy(result, offset)];
      low.kernel(place, template, rest === null ? slots : [...slots, rest]);
    },
    advance: () => low.advance(place.layer, ring),
  };
};

export type AppendLinear = AppendOf<Convolution, [style: LinearStyle]>;

export const appendLinear: AppendLinear = (low, place, conv, source, result, style) => {
  if (conv.inChannels !== 1) {
    appendConv1d(low, place, conv, source, result);
    return;
  }
  const whole = { taps: conv.kernelSize, frames: low.blockFrames, bias: conv.bias?.[0] ?? 0 };
  const dots = dotsOf(low, place, source, { ...style, ...whole, tail: false });
  dots.append(result.at, low.weights(`${place.layer} impulse`, conv.weights), null, 0);
  dots.advance();
};
