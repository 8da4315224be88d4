/**
 * Three channels: tap by tap over the whole block, z in memory; tap 0 seeds it with the bias. The last tap
 * belongs to the tail, fused with mixin, LeakyReLU, head sum, 1x1 and residual.
 */
import type { Counter } from '../../kernel/builder.ts';
import type { Address, Lanes, Register, Registers } from '../../kernel/instruction.ts';
import type { Target } from '../../kernel/lowered.ts';
import { signMispredicts } from '../common/branch-shares.ts';
import { Code, plus, type TargetCode } from '../common/code.ts';
import type { TargetBuilder } from '../common/target-builder.ts';
import { zip } from '../eigen/registers.ts';
import { a2Code, type LiteCode } from './a2-code.ts';
import data from './compiled-code.json' with { type: 'json' };
import { addProducts, channels, frameLoad, frameStore, holdAll, rowSum } from './lite-frames.ts';

/** Slots: stack, weights [in][out] and bias of one tap, history, z. */
export const writeTap = (b: TargetBuilder, frames: number, first: boolean): void => {
  const code = new Code(b);
  const own = a2Code(b.target).lite;
  const [weights, bias] = [b.slot('weights'), b.slot('bias')];
  const [history, z] = [b.slot('history'), b.slot('z')];
  const lanes: Lanes = own.vectorised ? b.target.lanes : 1;
  const vectors = Math.floor(frames / lanes);
  const round = first ? own.firstTap : own.tap;
  const writeFrom = (width: Lanes, begin: number, trips: number, setup: boolean): void => {
    if (trips === 0) return;
    const [w, seed] = [b.registerList(channels * channels), b.registerList(channels)];
    const load = (): void => {
      holdAll(b, weights, w, width);
      if (first) holdAll(b, bias, seed, width);
    };
    const total = first ? own.firstTapSetup : own.tapSetup;
    if (setup) code.body(width < lanes ? own.shortTapSetup : total, load);
    else load();
    const reassociated = own.reassociated && width > 1;
    b.loop(trips, (i) => {
      code.body(width > 1 || !own.vectorised ? round : {}, () => {
        const x = frameLoad(b, history, begin, i, width);
        const sums = first
          ? seed.map((r) => (reassociated ? r : b.unary('mov', r, width)))
          : frameLoad(b, z, begin, i, width);
        frameStore(b, z, begin, i, width, addProducts(b, w, x, sums, width, reassociated));
      });
    });
  };
  writeFrom(lanes, 0, vectors, true);
  writeFrom(1, vectors * lanes, frames - vectors * lanes, vectors === 0);
};

/** Slots of the tail: of the weights those of the last tap and the 1x1 [in][out]; the signal is read and written. */
const tailSlots = (b: TargetBuilder) => ({
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
type TailSlots = ReturnType<typeof tailSlots>;

/** Constants of the tail in registers. */
type HeldTail = Readonly<Record<'weights' | 'mixin' | 'matrix' | 'matrixBias', Registers>>;

const holdTail = (b: TargetBuilder): HeldTail => ({
  weights: b.registerList(channels * channels),
  mixin: b.registerList(channels),
  matrix: b.registerList(channels * channels),
  matrixBias: b.registerList(channels),
});

const loadTail = (b: TargetBuilder, slots: TailSlots, held: HeldTail, lanes: Lanes): void => {
  for (const name of ['weights', 'mixin', 'matrix', 'matrixBias'] as const) {
    holdAll(b, slots[name], held[name], lanes);
  }
};

/** The tail of a block, whole vectors at once where the compiler vectorises it, then frame by frame. */
export const writeTail = (b: TargetBuilder, frames: number): void => {
  const code = new Code(b);
  const own = a2Code(b.target).lite;
  const slots = tailSlots(b);
  const lanes = own.vectorTail ? b.target.lanes : 1;
  const vectors = lanes > 1 ? Math.floor(frames / lanes) : 0;
  if (lanes > 1) {
    const held = holdTail(b);
    const [zero, slope] = [b.const(0, lanes), b.const(0.01, lanes)];
    code.body(own.layer, () => loadTail(b, slots, held, lanes));
    b.loop(vectors, (i) =>
      code.body(own.tail, () => writeTailVector(b, slots, { ...held, zero, slope }, i, lanes)),
    );
  }
  const rest = frames - vectors * lanes;
  if (rest > 0) writeTailFrames(code, b.target, own, slots, frames - rest, rest);
};

/** z of the last tap, with the mixin. */
const sumOf = (
  b: TargetBuilder,
  { weights, mixin }: HeldTail,
  x: Registers,
  z: Registers,
  conditionAt: Address,
  lanes: Lanes,
  reassociated: boolean,
): Registers => {
  const sums = addProducts(b, weights, x, z, lanes, reassociated);
  const condition = b.load(conditionAt, lanes);
  for (const [m, sum] of zip(mixin, sums)) b.multiplyAdd(m, condition, sum, lanes);
  return sums;
};

/** Frames of a vector at once, channel by channel. */
const writeTailVector = (
  b: TargetBuilder,
  slots: TailSlots,
  held: HeldTail & { readonly zero: Register; readonly slope: Register },
  i: Counter,
  lanes: Lanes,
): void => {
  const x = frameLoad(b, slots.history, 0, i, lanes);
  const z = frameLoad(b, slots.z, 0, i, lanes);
  const condition = b.at(slots.condition, 0, i.times(lanes));
  const { reassociated } = a2Code(b.target).lite;
  const active = sumOf(b, held, x, z, condition, lanes, reassociated).map((sum) => {
    const scaled = b.binary('mul', sum, held.slope, lanes);
    return b.select(b.binary('cmpge', sum, held.zero, lanes), sum, scaled, lanes);
  });
  const accumulate = (slot: number, values: Registers): void => {
    const old = frameLoad(b, slot, 0, i, lanes);
    const sums = zip(old, values).map(([before, value]) => b.binary('add', before, value, lanes));
    frameStore(b, slot, 0, i, lanes, sums);
  };
  accumulate(slots.headSum, active);
  const rows = held.matrixBias.map((bias, o) => rowSum(b, held.matrix, bias, active, o, lanes));
  accumulate(slots.signal, rows);
};

/** Frame by frame, with what the compiler puts into half vectors. */
const writeTailFrames = (
  code: TargetCode,
  target: Target,
  own: LiteCode,
  slots: TailSlots,
  begin: number,
  frames: number,
): void => {
  const { b } = code;
  const counted = !own.vectorTail;
  // Selects instead of branches where the comparison need not trap.
  const jumps = own.vectorised && counted && !target.fastMath;
  const branchless = own.vectorised && counted && target.fastMath;
  const tail = branchless ? plus(own.tail, data.code.branchlessTail) : own.tail;
  const held = holdTail(b);
  const pairs = own.paired1x1 ? { matrix: b.registerList(channels), bias: b.register() } : null;
  code.body(counted ? own.layer : {}, () => {
    loadTail(b, slots, held, 1);
    for (const [c, into] of pairs?.matrix.entries() ?? []) {
      b.load(b.at(slots.matrix, c * channels), 2, {}, into);
    }
    if (pairs) b.load(b.at(slots.matrixBias, 0), 2, {}, pairs.bias);
  });
  const [zero, slope] = [b.const(0, 1), b.const(0.01, 1)];
  b.loop(frames, (frame) => {
    const frameOf =
      (slot: number): Frame =>
      (c) =>
        b.at(slot, begin * channels + c, frame.times(channels));
    code.body(counted ? tail : {}, () => {
      const condition = b.at(slots.condition, begin, frame.times(1));
      const x = loadFrame(b, frameOf(slots.history));
      const z = loadFrame(b, frameOf(slots.z));
      const active = sumOf(b, held, x, z, condition, 1, false).map((sum) => {
        const scaled = b.binary('mul', sum, slope, 1);
        const mask = b.binary('cmpge', sum, zero, 1);
        return jumps
          ? b.choose(mask, sum, scaled, signMispredicts)
          : b.select(mask, sum, scaled, 1);
      });
      addHeadSum(b, own.pairedHeadSum, frameOf(slots.headSum), active);
      if (pairs) addPairedRows(b, held, pairs, frameOf(slots.signal), active);
      else addRows(b, held, frameOf(slots.signal), active);
    });
  });
};

/** Where the channels of one frame are. */
type Frame = (channel: number) => Address;

const loadFrame = (b: TargetBuilder, at: Frame): Register[] => {
  const registers = b.registerList(channels);
  b.loadRun(registers, at, 1);
  return registers;
};

const addAt = (b: TargetBuilder, at: Address, value: Register, lanes: Lanes): void =>
  b.store(b.binary('add', b.load(at, lanes), value, lanes), at, lanes);

const addHeadSum = (b: TargetBuilder, paired: boolean, at: Frame, active: Registers): void => {
  const [first, second] = active;
  const together = paired && first !== undefined && second !== undefined;
  if (together) addAt(b, at(0), b.shuffle(first, second, 2, [0, 2]), 2);
  for (const [o, value] of active.entries()) {
    if (!together || o > 1) addAt(b, at(o), value, 1);
  }
};

/** AArch64's multiply-add writes a register of its own; VFP's overwrites its addend. */
const hasFourOperands = ({ isa }: Target): boolean => isa === 'aarch64';

/** One output of the 1x1. */
const rowOf = (b: TargetBuilder, held: HeldTail, active: Registers, output: number): Register => {
  const { matrix, matrixBias } = held;
  const bias = matrixBias[output];
  if (bias === undefined) throw new RangeError(`Expected a bias of output ${output}.`);
  return rowSum(b, matrix, bias, active, output, 1, hasFourOperands(b.target));
};

/** The residual sum, the first two channels in half vectors. */
const addPairedRows = (
  b: TargetBuilder,
  held: HeldTail,
  pairs: { readonly matrix: Registers; readonly bias: Register },
  at: Frame,
  active: Registers,
): void => {
  const sum = b.unary('mov', pairs.bias, 2);
  for (const [weight, value] of zip(pairs.matrix, active)) b.multiplyAdd(weight, value, sum, 2, 0);
  addAt(b, at(0), sum, 2);
  addAt(b, at(2), rowOf(b, held, active, 2), 1);
};

/** The residual sum, channel by channel. */
const addRows = (b: TargetBuilder, held: HeldTail, at: Frame, active: Registers): void => {
  const together = hasFourOperands(b.target);
  const sums = loadFrame(b, at).map((before, o) => {
    const sum = b.binary('add', before, rowOf(b, held, active, o), 1);
    if (!together) b.store(sum, at(o), 1);
    return sum;
  });
  if (together) b.storeRun(sums, at, 1);
};
