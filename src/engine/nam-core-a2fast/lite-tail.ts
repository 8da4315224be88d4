/**
 * Three channels: the last tap, fused with mixin, LeakyReLU, head sum, 1x1 and residual.
 */
import type { Counter, KernelBuilder } from '../../kernel/builder.ts';
import type { Lanes, Register } from '../../kernel/instruction.ts';
import type { Target } from '../../kernel/lowered.ts';
import { signMispredicts } from '../common/branch-shares.ts';
import { Code, counts, plus } from '../common/code.ts';
import { multiplyAdd } from '../eigen/registers.ts';
import { a2Code } from './body-code.ts';
import { addProducts, channels, frameLoad, frameStore, holdAll } from './lite-frames.ts';

/**
 * Slots: stack, weights of the last tap, mixin, 1x1 [in][out], 1x1 bias, history, z, condition,
 * head sum, layer signal (read and written).
 */
export const writeTail = (b: KernelBuilder, target: Target, frames: number): void => {
  const code = new Code(b);
  const own = a2Code(target).lite;
  const slots = tailSlots(b);
  const lanes: Lanes = own.tailLanes === 'vector' ? target.lanes : 1;
  const vectors = Math.floor(frames / lanes);
  if (lanes > 1) {
    const held = holdTail(b, target, slots, lanes);
    code.body(own.layer, held.load);
    b.loop(vectors, (i) => {
      code.body(own.tail, () => writeTailVector(b, target, slots, held, i, lanes));
    });
  }
  const rest = frames - (lanes > 1 ? vectors * lanes : 0);
  if (rest > 0) writeTailFrames(b, target, code, slots, frames - rest, rest);
};

interface TailSlots {
  readonly weights: number;
  readonly mixin: number;
  readonly matrix: number;
  readonly matrixBias: number;
  readonly history: number;
  readonly z: number;
  readonly condition: number;
  readonly headSum: number;
  readonly signal: number;
}

const tailSlots = (b: KernelBuilder): TailSlots => ({
  weights: b.slot('weights'),
  mixin: b.slot('mixin'),
  matrix: b.slot('1x1'),
  matrixBias: b.slot('1x1 bias'),
  history: b.slot('history'),
  z: b.slot('z'),
  condition: b.slot('condition'),
  headSum: b.slot('head sum'),
  signal: b.slot('signal'),
});

interface HeldTail {
  readonly w: readonly Register[];
  readonly m: readonly Register[];
  readonly l: readonly Register[];
  readonly lb: readonly Register[];
  readonly zero: Register;
  readonly slope: Register;
  readonly load: () => void;
}

/** Every constant of the tail in all lanes of a register. */
const holdTail = (b: KernelBuilder, target: Target, slots: TailSlots, lanes: Lanes): HeldTail => {
  const [w, m, l, lb] = [
    b.registerList(channels * channels),
    b.registerList(channels),
    b.registerList(channels * channels),
    b.registerList(channels),
  ] as const;
  const load = (): void => {
    holdAll(b, target, slots.weights, w, lanes);
    holdAll(b, target, slots.mixin, m, lanes);
    holdAll(b, target, slots.matrix, l, lanes);
    holdAll(b, target, slots.matrixBias, lb, lanes);
  };
  return { w, m, l, lb, zero: b.const(0, lanes), slope: b.const(0.01, lanes), load };
};

/** Four frames at once, channel by channel. */
const writeTailVector = (
  b: KernelBuilder,
  target: Target,
  slots: TailSlots,
  { w, m, l, lb, zero, slope }: HeldTail,
  i: Counter,
  lanes: Lanes,
): void => {
  const x = frameLoad(b, slots.history, 0, i, lanes);
  const z = frameLoad(b, slots.z, 0, i, lanes);
  const a = addProducts(b, target, w, x, z, lanes, a2Code(target).lite.reassociated);
  const cond = b.load(b.at(slots.condition, 0, i.times(lanes)), lanes);
  a.forEach((sum, o) => {
    multiplyAdd(b, target, m[o] as Register, cond, sum, lanes);
  });
  const active = a.map((sum) => {
    const scaled = b.binary('mul', sum, slope, lanes);
    return b.select(b.binary('cmpge', sum, zero, lanes), sum, scaled, lanes);
  });
  const accumulate = (slot: number, values: readonly Register[]): void => {
    const old = frameLoad(b, slot, 0, i, lanes);
    const sums = values.map((value, c) => b.binary('add', old[c] as Register, value, lanes));
    frameStore(b, slot, 0, i, lanes, sums);
  };
  accumulate(slots.headSum, active);
  const rows = active.map((_, o) => {
    const sum = b.unary('mov', lb[o] as Register, lanes);
    active.forEach((value, c) => {
      multiplyAdd(b, target, l[c * channels + o] as Register, value, sum, lanes);
    });
    return sum;
  });
  accumulate(slots.signal, rows);
};

/** Frame by frame, with what the compiler puts into half vectors. */
const writeTailFrames = (
  b: KernelBuilder,
  target: Target,
  code: Code,
  slots: TailSlots,
  begin: number,
  frames: number,
): void => {
  const own = a2Code(target).lite;
  const scalar = own.tailLanes === 1;
  const { weights, mixin, matrix, matrixBias, history, z, condition, headSum, signal } = slots;
  const { pairs } = own;
  // Selects instead of branches where the comparison need not trap.
  const branchless = own.vectorised && scalar && target.fastMath;
  const tail = branchless ? plus(own.tail, counts('scalar_fcmp_sel 3 branch -3')) : own.tail;
  const hold = (from: number, count: number): Register[] => {
    const registers = b.registerList(count);
    holdAll(b, target, from, registers, 1);
    return registers;
  };
  const hold2 = (from: number, offset: number): Register => b.load(b.at(from, offset), 2);
  let w: Register[] = [];
  let m: Register[] = [];
  let l: Register[] = [];
  let lb: Register[] = [];
  let l2: Register[] = [];
  let lb2 = 0;
  code.body(scalar ? own.layer : {}, () => {
    w = hold(weights, 9);
    m = hold(mixin, 3);
    l = hold(matrix, 9);
    lb = hold(matrixBias, 3);
    if (pairs === 'head sum and 1x1') {
      l2 = [0, 3, 6].map((offset) => hold2(matrix, offset));
      lb2 = hold2(matrixBias, 0);
    }
  });
  const zero = b.const(0, 1);
  const slope = b.const(0.01, 1);
  b.loop(frames, (frame) => {
    const at = (from: number, c: number) => b.at(from, begin * channels + c, frame.times(channels));
    const load3 = (from: number): Register[] => {
      if (target.isa !== 'aarch64') {
        return Array.from({ length: channels }, (_, c) => b.load(at(from, c), 1));
      }
      const registers = b.registerList(channels);
      b.loadMany(registers.slice(0, 2), at(from, 0), 1, { form: 'pair' });
      b.load(at(from, 2), 1, {}, registers[2]);
      return registers;
    };
    code.body(scalar ? tail : {}, () => {
      const x = load3(history);
      const a = load3(z);
      x.forEach((value, c) => {
        a.forEach((sum, o) => {
          multiplyAdd(b, target, w[c * channels + o] as Register, value, sum, 1);
        });
      });
      const cond = b.load(b.at(condition, begin, frame.times(1)), 1);
      a.forEach((sum, o) => {
        multiplyAdd(b, target, m[o] as Register, cond, sum, 1);
      });
      const active = a.map((sum) => {
        const scaled = b.binary('mul', sum, slope, 1);
        const mask = b.binary('cmpge', sum, zero, 1);
        const jumps = own.vectorised && scalar && !target.fastMath;
        return jumps
          ? b.choose(mask, sum, scaled, signMispredicts)
          : b.select(mask, sum, scaled, 1);
      });
      const [a0, a1, a2] = active as [Register, Register, Register];
      const single = (slotOf: number, channel: number, value: Register): void => {
        const before = b.load(at(slotOf, channel), 1);
        b.store(b.binary('add', before, value, 1), at(slotOf, channel), 1);
      };
      const double = (slotOf: number, value: Register): void => {
        b.store(b.binary('add', b.load(at(slotOf, 0), 2), value, 2), at(slotOf, 0), 2);
      };
      if (pairs === 'none') {
        for (const [o, value] of active.entries()) single(headSum, o, value);
      } else {
        double(headSum, b.shuffle(a0, a1, 2, [0, 2]));
        single(headSum, 2, a2);
      }
      const row = (o: number): Register => {
        const weight = (i: number): Register => l[i * channels + o] as Register;
        const bias = lb[o] as Register;
        // AArch64's multiply-add writes a register of its own; VFP's overwrites its addend.
        const [first, ...rest] = active as [Register, ...Register[]];
        const fourOperands = target.isa === 'aarch64';
        const sum = fourOperands ? b.fma(weight(0), first, bias, 1) : b.unary('mov', bias, 1);
        (fourOperands ? rest : active).forEach((value, i) => {
          multiplyAdd(b, target, weight(fourOperands ? i + 1 : i), value, sum, 1);
        });
        return sum;
      };
      if (pairs === 'head sum and 1x1') {
        const sum = b.unary('mov', lb2, 2);
        active.forEach((value, i) => {
          multiplyAdd(b, target, l2[i] as Register, value, sum, 2, 0);
        });
        double(signal, sum);
        single(signal, 2, row(2));
      } else {
        const old = load3(signal);
        const sums = old.map((before, o) => () => b.binary('add', before, row(o), 1));
        if (target.isa === 'aarch64') {
          const [s0, s1, s2] = sums.map((sum) => sum()) as [Register, Register, Register];
          b.store([s0, s1], at(signal, 0), 1, { form: 'pair' });
          b.store(s2, at(signal, 2), 1);
        } else {
          sums.forEach((sum, o) => {
            b.store(sum(), at(signal, o), 1);
          });
        }
      }
    });
  });
};
