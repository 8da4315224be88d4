/**
 * NeuralAudio's loops over a chunk that are not Eigen's packed product: small products column by
 * column, hand kernels for three channels, biases, the condition's outer product, sums.
 */
import type { Counter } from '../../kernel/builder.ts';
import type { Address, Lanes, Register, Registers } from '../../kernel/instruction.ts';
import type { Reference, Target } from '../../kernel/lowered.ts';
import { Code, type Counts, nameOfCounts, type TargetCode } from '../common/code.ts';
import type { Label, Lowering } from '../common/lowering.ts';
import { upTo } from '../common/stack-layer.ts';
import type { TargetBuilder } from '../common/target-builder.ts';
import { tuneGroupOf } from '../common/tune-group.ts';
import { appendPass, type PassShape } from '../eigen/passes.ts';
import { partsOf, zip } from '../eigen/registers.ts';
import data from './compiled-code.json' with { type: 'json' };

/** Vectors of rows as the compiler picks them: four lanes, else two, else one. */
const rowLanes = (rows: number, target: Target): Lanes => {
  if (target.lanes >= 4 && rows % 4 === 0) return 4;
  if (target.lanes >= 2 && rows % 2 === 0) return 2;
  return 1;
};

/** Appends one pass of a shape. */
type Append<Shape, Operands, More extends unknown[] = []> = (
  ...pass: [low: Lowering, place: Label, of: Shape, at: Operands, ...more: More]
) => void;

export interface ProductOperands {
  readonly weights: Reference;
  readonly block: Reference;
  readonly result: Reference;
  readonly bias?: Reference;
}

/** rows x columns = or += weights (rows x depth, column-major) * block. */
export interface Product {
  readonly rows: number;
  readonly depth: number;
  readonly columns: number;
  /** What the sums start with: the bias, or (accumulate) what the result holds. */
  readonly start: 'zero' | 'bias' | 'accumulate';
  readonly call: Counts;
}

type WriteProduct = (
  code: TargetCode,
  slots: readonly [weights: number, block: number, result: number],
  bias: number,
) => void;

/** A product whose code, its call aside, `write` writes. */
const appendWritten: Append<Product, ProductOperands, [kind: string, write: WriteProduct]> = (
  ...[low, place, { call, start }, { weights, block, result, bias }, kind, write]
) => {
  const template = low.template(`neural-audio/${kind}/${nameOfCounts(call)}`, (b) => {
    const code = new Code(b);
    const slots = [b.slot('weights'), b.slot('block'), b.slot('result')] as const;
    const biasSlot = start === 'bias' ? b.slot('bias') : 0;
    code.body(call);
    write(code, slots, biasSlot);
  });
  const last = start === 'bias' && bias ? [bias] : [];
  low.kernel(place, template, [weights, block, result, ...last]);
};

/** Column by column. Weights are read again for each, as the result may alias them. */
export const appendSmallProduct: Append<Product, ProductOperands> = (low, place, shape, at) => {
  const { target } = low;
  const { rows, depth, columns, start } = shape;
  const kind = `small/${rows}x${depth}x${columns}/${start === 'accumulate'}/${start === 'bias'}`;
  appendWritten(low, place, shape, at, kind, (code, [weights, block, result], bias) => {
    const { b } = code;
    const lanes = rowLanes(rows, target);
    /** One vector of rows of every column; whole columns that follow each other come in pairs. */
    const weightsOf = (row: number): Register[] => {
      const at = (k: number): Address => b.at(weights, k * rows + row);
      if (lanes !== 4 || rows !== 4) return upTo(depth).map((k) => b.load(at(k), lanes));
      const registers = b.registerList(depth);
      b.loadPairs(registers, at, lanes);
      return registers;
    };
    const element = lanes > 1 ? 0 : undefined;
    const { fours, pair, pairs } = data.code.small;
    const round = lanes !== 2 ? fours : rows > 2 ? pairs : pair;
    // A matrix of two rows stays in registers; others may have been changed by the store.
    const held = rows === 2 && lanes === 2 ? weightsOf(0) : null;
    b.loop(columns, (column) => {
      for (let row = 0; row < rows; row += lanes) {
        const to = b.at(result, row, column.times(rows));
        const w = held ?? weightsOf(row);
        const from = start === 'accumulate' ? to : b.at(bias, row);
        const old = start === 'zero' ? null : b.load(from, lanes);
        const sum = b.register();
        for (const [k, weight] of w.entries()) {
          const x = b.load(b.at(block, k, column.times(depth)), 1);
          if (k === 0) b.binary('mul', weight, x, lanes, { element, into: sum });
          else b.multiplyAdd(weight, x, sum, lanes, element);
        }
        b.store(old === null ? sum : b.binary('add', old, sum, lanes), to, lanes);
      }
      code.body(round);
    });
  });
};

/** Of one round of four frames: 3x3, 1x3, 3x1 and 8x1 are the sizes with kernels of their own. */
const handRounds: Readonly<Record<string, Counts>> = data.code.hand;

/**
 * MatMul's kernels: four frames at a time, the channels taken apart by interleaved loads (where these
 * exist), the weights in registers.
 */
export const appendHandProduct: Append<Product, ProductOperands> = (low, place, shape, at) => {
  const { target } = low;
  const { rows, depth, columns, start } = shape;
  if (target.isa !== 'aarch64' && target.isa !== 'armv7-neon') {
    appendSmallProduct(low, place, shape, at);
    return;
  }
  const kind = `hand/${rows}x${depth}x${columns}/${start}`;
  appendWritten(low, place, shape, at, kind, (code, slots, bias) => {
    const { b } = code;
    const weights = upTo(rows * depth).map((i) => b.load(b.at(slots[0], i), 1));
    const starts = start === 'bias' ? upTo(rows).map((o) => b.load(b.at(bias, o), 1)) : [];
    const wide = starts.map((one) => b.shuffle(one, one, 4, [0, 0, 0, 0]));
    const fours = Math.floor(columns / 4);
    const write = (lanes: 1 | 4, offset: number, f: Counter): void =>
      writeHandFrames(b, shape, slots, {
        weights,
        starts: lanes > 1 ? wide : starts,
        lanes,
        at: (slot, channels) => b.at(slot, offset * channels, f.times(lanes * channels)),
      });
    b.loop(fours, (f) => code.body(handRounds[`${rows}x${depth}`] ?? {}, () => write(4, 0, f)));
    b.loop(columns % 4, (f) => code.body(data.code.scalarRound, () => write(1, 4 * fours, f)));
  });
};

interface HandFrames {
  readonly weights: Registers;
  readonly starts: Registers;
  readonly lanes: 1 | 4;
  /** Where the frames begin in a slot of so many channels. */
  at(slot: number, channels: number): Address;
}

const writeHandFrames = (
  b: TargetBuilder,
  { rows, depth, start }: Product,
  [, block, result]: readonly [number, number, number],
  { weights, starts, lanes, at }: HandFrames,
): void => {
  const element = lanes > 1 ? 0 : undefined;
  const form = lanes > 1 ? 'structure' : 'multi';
  const load = (slot: number, channels: number): Register[] => {
    const registers = b.registerList(channels);
    b.loadMany(registers, at(slot, channels), lanes, { form: channels === 1 ? 'plain' : form });
    return registers;
  };
  const [first = 0, ...others] = load(block, depth);
  const olds = start === 'accumulate' ? load(result, rows) : starts;
  const sums = weights.slice(0, rows).map((weight, o) => {
    const old = olds[o];
    if (old !== undefined && depth === 1) {
      b.multiplyAdd(first, weight, old, lanes, element);
      return old;
    }
    const product = b.binary('mul', first, weight, lanes, { element });
    return old === undefined ? product : b.binary('add', old, product, lanes);
  });
  for (const [j, x] of others.entries()) {
    for (const [weight, sum] of zip(weights.slice((j + 1) * rows, (j + 2) * rows), sums)) {
      b.multiplyAdd(x, weight, sum, lanes, element);
    }
  }
  b.store(sums, at(result, rows), lanes, { form: rows === 1 ? 'plain' : form });
};

export type SumOperands = Readonly<Record<'a' | 'b' | 'result', Reference>>;

export interface Columns {
  readonly rows: number;
  readonly columns: number;
  readonly call: Counts;
}

/** Cores for which the compiler does not take 16 rows apart. */
const leavesScalar = (target: Target) => ['in-order', 'cortex-a7'].includes(tuneGroupOf(target));

/**
 * result = a + b, b one column for all. Four columns are taken apart and put together again; with 16 or
 * 12 rows, the schedules for in-order cores leave the loop scalar and read the bias again.
 */
export const appendBiasColumns: Append<Columns, SumOperands> = (low, place, of, operands) => {
  const { rows, columns, call } = of;
  const { target } = low;
  const name = `neural-audio/bias/${rows}x${columns}/${nameOfCounts(call)}`;
  const template = low.template(name, (b) => {
    const code = new Code(b);
    const [block, bias, result] = [b.slot('block'), b.slot('bias'), b.slot('result')];
    code.body(call);
    const apart = rows > 8 && !leavesScalar(target);
    const lanes = rows <= 8 || apart ? rowLanes(rows, target) : 1;
    const held = lanes === 4 ? upTo(rows / 4).map((i) => b.load(b.at(bias, 4 * i), 4)) : null;
    const moves = lanes !== 4 ? 0 : apart ? 2 * rows : rows === 8 ? 9 : 0;
    b.loop(columns, (column) => {
      const add = (row: number, y: Register): void => {
        const x = b.load(b.at(block, row, column.times(rows)), lanes);
        b.store(b.binary('add', x, y, lanes), b.at(result, row, column.times(rows)), lanes);
      };
      // Single rows read their biases in pairs.
      const together = lanes === 1 ? 2 : 1;
      for (const [i, y] of held?.entries() ?? []) add(4 * i, y);
      for (let row = 0; held === null && row < rows; row += together * lanes) {
        const biases = b.registerList(Math.min(together, rows - row));
        b.loadPairs(biases, () => b.at(bias, row), lanes);
        for (const [i, y] of biases.entries()) add(row + i, y);
      }
      code.body({ vec_other: moves, ...data.code.column });
    });
  });
  low.kernel(place, template, [operands.a, operands.b, operands.result]);
};

/** result += weights (rows x 1) * condition, the block, frame by frame; or = for the rechannel of one input. */
export const appendMixin: Append<Columns, ProductOperands, [assign: boolean]> = (
  ...[low, place, of, at, assign]
) => {
  const { rows, columns } = of;
  const { target } = low;
  const shape: Product = { ...of, depth: 1, start: assign ? 'zero' : 'accumulate' };
  if (rows === 3) {
    appendHandProduct(low, place, shape, at);
    return;
  }
  const kind = `mixin/${rows}x${columns}/${assign}`;
  appendWritten(low, place, shape, at, kind, (code, [weights, condition, result]) => {
    const { b } = code;
    const lanes = rowLanes(rows, target);
    b.loop(columns, (column) => {
      const x = b.spread(b.at(condition, 0, column.times(1)), lanes);
      for (let row = 0; row < rows; row += lanes) {
        const w = b.load(b.at(weights, row), lanes);
        const to = b.at(result, row, column.times(rows));
        if (assign) b.store(b.binary('mul', w, x, lanes), to, lanes);
        else {
          const sum = b.load(to, lanes);
          b.multiplyAdd(w, x, sum, lanes);
          b.store(sum, to, lanes);
        }
      }
      code.body(data.code.column);
    });
  });
};

/** result = a + b over contiguous columns; the lengths that are no multiple of 4 end in scalars. */
export const appendSum: Append<Columns, SumOperands> = (low, place, of, operands) => {
  const { rows, columns, call } = of;
  const floats = rows * columns;
  const lanes: Lanes = low.target.lanes >= 4 ? 4 : 1;
  const { fours, others } = data.code.sumRound;
  const loop = { vector: rows % 4 === 0 ? fours : others, scalar: data.code.scalarRound };
  const name = `neural-audio/sum/${floats}/[${nameOfCounts(loop.vector)},${nameOfCounts(call)}]`;
  const template = low.template(name, (b) => {
    const code = new Code(b);
    const [x, y, result] = [b.slot('a'), b.slot('b'), b.slot('result')];
    code.body(call);
    code.sweep(loop, floats, lanes, (offset, at, width) => {
      const load = (slot: number): Register => b.load(b.at(slot, offset, at), width);
      b.store(b.binary('add', load(x), load(y), width), b.at(result, offset, at), width);
    });
  });
  low.kernel(place, template, [operands.a, operands.b, operands.result]);
};

/**
 * The dynamic path: matrices come as references with a stride of their own, so that Eigen goes through
 * a statement column by column, and clears the result of a product in the same way. `bias`: b is one
 * column for all.
 */
export const appendDynamicSum: Append<Columns, SumOperands, [bias: boolean]> = (
  ...[low, place, { rows, columns, call }, { a, b, result }, bias]
) => {
  const { loop, column } = data.code.dynamic;
  const name = `neural-audio/sum/${nameOfCounts(call)}`;
  const pass = { name, shape: { rows, columns }, loop, call, column };
  const operands = [
    { at: a, stride: rows },
    { at: b, stride: bias ? 0 : rows },
  ] as const;
  appendPass(low, place, pass, operands, { at: result, stride: rows }, (k, [x, y], lanes) =>
    k.binary('add', x, y, lanes),
  );
};

/** A call of memset for each column. */
export const appendZeroColumns: Append<PassShape, Reference> = (low, place, shape, result) => {
  const { rows, columns } = shape;
  const { lanes } = low.target;
  const template = low.template(`neural-audio/zero columns/${rows}x${columns}`, (b) => {
    const code = new Code(b);
    const to = b.slot('result');
    b.loop(columns, (column) => {
      code.body(data.code.dynamic.zeroColumn);
      for (const { at: row, lanes: width } of partsOf(rows, lanes)) {
        b.store(b.const(0, width), b.at(to, row, column.times(rows)), width);
      }
    });
  });
  low.kernel({ ...place, kind: 'zero' }, template, [result]);
};
