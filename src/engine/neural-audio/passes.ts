/**
 * NeuralAudio's loops over a chunk that are not Eigen's packed product: small products column by
 * column, hand kernels for three channels, biases, the condition's outer product, activations, sums.
 * Instructions per round are those of GCC 12.2 -O3 -ffast-math.
 */
import type { Counter, KernelBuilder, Term } from '../../kernel/builder.ts';
import type { Lanes, Register } from '../../kernel/instruction.ts';
import type { Reference, Target } from '../../kernel/lowered.ts';
import { Code, type Counts, counts, nameOfCounts } from '../common/code.ts';
import type { Lowering, Place } from '../common/lowering.ts';
import { tuneGroupOf } from '../common/tune-group.ts';
import { appendPass } from '../eigen/passes.ts';
import { multiplyAdd } from '../eigen/registers.ts';

/** Vectors of rows as the compiler picks them: four lanes, else two, else one. */
const rowLanes = (rows: number, target: Target): Lanes => {
  if (target.lanes >= 4 && rows % 4 === 0) return 4;
  if (target.lanes >= 2 && rows % 2 === 0) return 2;
  return 1;
};

const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

/** Interleaved loads of several channels exist. */
const hasStructures = (target: Target): boolean =>
  target.isa === 'aarch64' || target.isa === 'armv7-neon';

const none: Counts = {};

/** Appends one pass whose shape is known and whose code is written: the layers of an array have one. */
export type Append<Operands> = (place: Place, at: Operands) => void;

export interface ProductOperands {
  readonly weights: Reference;
  readonly block: Reference;
  readonly result: Reference;
  readonly bias?: Reference;
}

/** In the order of a product's slots. */
const productSlots = (
  { weights, block, result, bias }: ProductOperands,
  withBias: boolean,
): Reference[] => (withBias && bias ? [weights, block, result, bias] : [weights, block, result]);

export interface Small {
  readonly rows: number;
  readonly depth: number;
  readonly columns: number;
  /** result += product instead of result = product. */
  readonly accumulate: boolean;
  /** Added to each column (a bias that is the start value). */
  readonly bias: boolean;
  readonly call: Counts;
}

/**
 * result (rows x columns) = or += weights (rows x depth, column-major) * block. Slots: stack,
 * weights, block, result, bias. Weights are read again for each column, as the result may alias them.
 */
export const smallProductOf = (lowering: Lowering, shape: Small): Append<ProductOperands> => {
  const { target } = lowering;
  const { rows, depth, columns, accumulate, bias, call } = shape;
  const name = `neural-audio/small/${rows}x${depth}x${columns}/${accumulate}/${bias}/${nameOfCounts(call)}`;
  const template = lowering.template(name, (b) => {
    const code = new Code(b);
    const [weights, block, result] = [b.slot('weights'), b.slot('block'), b.slot('result')];
    const biasSlot = bias ? b.slot('bias') : 0;
    code.body(call);
    const lanes = rowLanes(rows, target);
    const load = (k: number, row: number): Register =>
      b.load(b.at(weights!, k * rows + row), lanes);
    /** One vector of rows of every column; whole columns that follow each other come in pairs. */
    const columnsOf = (row: number): Register[] => {
      if (lanes !== 4 || rows !== 4) return upTo(depth).map((k) => load(k, row));
      const registers = b.registerList(depth);
      for (let k = 0; k < depth; k += 2) {
        const pair = registers.slice(k, k + 2);
        const form = pair.length > 1 ? 'pair' : 'plain';
        b.loadMany(pair, b.at(weights!, 4 * k), 4, { form });
      }
      return registers;
    };
    // A matrix of two rows stays in registers; others may have been changed by the store.
    const held = rows === 2 && lanes === 2 ? upTo(depth).map((k) => load(k, 0)) : null;
    b.loop(columns, (column) => {
      for (let row = 0; row < rows; row += lanes) {
        const place = b.at(result!, row, column.times(rows));
        const w = held ?? columnsOf(row);
        const start = accumulate
          ? b.load(place, lanes)
          : bias
            ? b.load(b.at(biasSlot, row), lanes)
            : null;
        let sum: Register | null = null;
        for (const k of upTo(depth)) {
          const x = b.load(b.at(block!, k, column.times(depth)), 1);
          const element = lanes > 1 ? { element: 0 } : {};
          if (sum === null) sum = b.binary('mul', w[k]!, x, lanes, element);
          else multiplyAdd(b, target, w[k]!, x, sum, lanes, lanes > 1 ? 0 : undefined);
        }
        const product = sum!; // a depth of at least one
        b.store(start === null ? product : b.binary('add', start, product, lanes), place, lanes);
      }
      code.body(
        counts(lanes === 2 ? (rows > 2 ? 'int 10 branch 1' : 'int 3 branch 1') : 'int 1 branch 1'),
      );
    });
  });
  return (place, at) => lowering.kernel(place, template, productSlots(at, bias));
};

export interface Hand {
  readonly rows: number;
  readonly depth: number;
  readonly columns: number;
  readonly start: 'zero' | 'bias' | 'accumulate';
  readonly call: Counts;
}

/** Of one round of four frames: 3x3, 1x3, 3x1 and 8x1 are the sizes with kernels of their own. */
const handRound: Readonly<Record<string, Counts>> = {
  '3x3': counts('vec_other 3 int 1 branch 1 load_vec 2 store_vec 1 vec_fma 6 vec_fparith 6'),
  '3x1': counts('int 3 branch 1 load_vec 2 store_vec 1 vec_fma 3 vec_other 4'),
  '1x3': counts('int 3 branch 1 load_vec 2 store_vec 1 vec_fma 2 vec_fparith 2'),
  '1x8': counts('int 4 branch 1 load_vec 3 store_vec 1 vec_fma 7 vec_fparith 2 vec_other 26'),
};

/**
 * MatMul's kernels: four frames at a time, the channels taken apart by interleaved loads, the weights
 * in registers. Slots as of the small product.
 */
export const handProductOf = (lowering: Lowering, shape: Hand): Append<ProductOperands> => {
  const { target } = lowering;
  const { rows, depth, columns, start, call } = shape;
  if (!hasStructures(target)) {
    const [accumulate, bias] = [start === 'accumulate', start === 'bias'];
    return smallProductOf(lowering, { rows, depth, columns, accumulate, bias, call });
  }
  const name = `neural-audio/hand/${rows}x${depth}x${columns}/${start}/${nameOfCounts(call)}`;
  const template = lowering.template(name, (b) => {
    const code = new Code(b);
    const slots = [b.slot('weights'), b.slot('block'), b.slot('result')] as const;
    const bias = start === 'bias' ? b.slot('bias') : 0;
    code.body(call);
    const held = upTo(rows * depth).map((i) => b.load(b.at(slots[0], i), 1));
    const starts = start === 'bias' ? upTo(rows).map((o) => b.load(b.at(bias, o), 1)) : [];
    const fours = Math.floor(columns / 4);
    const wide = starts.map((one) => b.shuffle(one, one, 4, [0, 0, 0, 0]));
    b.loop(fours, (f) => {
      code.body(handRound[`${rows}x${depth}`] ?? none, () =>
        handFrames(b, target, shape, slots, held, wide, 4, f, 0),
      );
    });
    b.loop(columns % 4, (f) => {
      code.body(counts('int 2 branch 1'), () =>
        handFrames(b, target, shape, slots, held, starts, 1, f, 4 * fours),
      );
    });
  });
  return (place, at) => lowering.kernel(place, template, productSlots(at, start === 'bias'));
};

const handFrames = (
  b: KernelBuilder,
  target: Target,
  { rows, depth, start }: Hand,
  [, block, result]: readonly [number, number, number],
  weights: readonly Register[],
  starts: readonly Register[],
  lanes: 1 | 4,
  f: Counter,
  offset: number,
): void => {
  const element = lanes > 1 ? 0 : undefined;
  const many = (slot: number, channels: number): Register[] => {
    const registers = b.registerList(channels);
    const form = channels === 1 ? 'plain' : lanes > 1 ? 'structure' : 'multi';
    // Eight channels are taken apart from two loads of four.
    if (channels === 8 && lanes > 1) {
      const place = b.at(slot, offset * 8, f.times(32));
      b.loadMany(registers, place, lanes, { form: 'structure' });
    } else
      b.loadMany(registers, b.at(slot, offset * channels, f.times(lanes * channels)), lanes, {
        form,
      });
    return registers;
  };
  const x = many(block, depth);
  const old = start === 'accumulate' ? many(result, rows) : starts;
  const sums = upTo(rows).map((o) => {
    if (depth === 1 && start !== 'zero') {
      multiplyAdd(b, target, x[0]!, weights[o]!, old[o]!, lanes, element);
      return old[o]!;
    }
    const product = b.binary('mul', x[0]!, weights[o]!, lanes, { element });
    return start === 'zero' ? product : b.binary('add', old[o]!, product, lanes);
  });
  for (const j of upTo(depth).slice(1)) {
    for (const o of upTo(rows)) {
      multiplyAdd(b, target, x[j]!, weights[j * rows + o]!, sums[o]!, lanes, element);
    }
  }
  const place = b.at(result, offset * rows, f.times(lanes * rows));
  if (rows === 1) b.store(sums[0]!, place, lanes);
  else b.store(sums, place, lanes, { form: lanes > 1 ? 'structure' : 'multi' });
};

/** Cores for which the compiler does not take 16 rows apart. */
const leavesScalar = (target: Target): boolean =>
  ['in-order', 'cortex-a7'].includes(tuneGroupOf(target));

/**
 * result = block + bias, column by column. Four columns are taken apart and put together again; with
 * 16 or 12 rows, the schedules for in-order cores leave the loop scalar and read the bias again.
 */
export const biasColumnsOf = (
  lowering: Lowering,
  shape: { readonly rows: number; readonly columns: number; readonly call: Counts },
): Append<{ block: Reference; bias: Reference; result: Reference }> => {
  const { target } = lowering;
  const { rows, columns, call } = shape;
  const name = `neural-audio/bias/${rows}x${columns}/${nameOfCounts(call)}`;
  const template = lowering.template(name, (b) => {
    const code = new Code(b);
    const [block, bias, result] = [b.slot('block'), b.slot('bias'), b.slot('result')];
    code.body(call);
    const apart = rows > 8 && !leavesScalar(target);
    const vector = rows <= 8 || apart ? rowLanes(rows, target) : 1;
    const held = vector === 4 ? upTo(rows / 4).map((i) => b.load(b.at(bias!, 4 * i), 4)) : [];
    b.loop(columns, (column) => {
      let pair: Register[] = [];
      for (let row = 0; row < rows; row += vector) {
        if (vector === 1 && row % 2 === 0 && row + 1 < rows) {
          pair = b.registerList(2);
          b.loadMany(pair, b.at(bias!, row), 1, { form: 'pair' });
        } else if (vector !== 4 && (vector === 2 || row % 2 === 0)) {
          pair = [b.load(b.at(bias!, row), vector)];
        }
        const y = vector === 4 ? held[row / 4]! : vector === 1 ? pair[row % 2]! : pair[0]!;
        const x = b.load(b.at(block!, row, column.times(rows)), vector);
        b.store(b.binary('add', x, y, vector), b.at(result!, row, column.times(rows)), vector);
      }
      const moves = vector !== 4 ? 0 : apart ? 2 * rows : rows === 8 ? 9 : 0;
      code.body(counts(`vec_other ${moves} int 1 branch 1`));
    });
  });
  return (place, { block, bias, result }) =>
    lowering.kernel(place, template, [block, bias, result]);
};

/** result += weights (rows x 1) * condition, the block, frame by frame. */
export const mixinOf = (
  lowering: Lowering,
  shape: {
    readonly rows: number;
    readonly columns: number;
    /** result = instead of +=: the rechannel of one input. */
    readonly assign: boolean;
    readonly call: Counts;
  },
): Append<ProductOperands> => {
  const { target } = lowering;
  const { rows, columns, assign, call } = shape;
  if (rows === 3) {
    const start = assign ? 'zero' : 'accumulate';
    return handProductOf(lowering, { rows, depth: 1, columns, start, call });
  }
  const name = `neural-audio/mixin/${rows}x${columns}/${assign}/${nameOfCounts(call)}`;
  const template = lowering.template(name, (b) => {
    const code = new Code(b);
    const [weights, condition, result] = [b.slot('w'), b.slot('condition'), b.slot('result')];
    code.body(call);
    const lanes = rowLanes(rows, target);
    b.loop(columns, (column) => {
      const x = b.load(
        b.at(condition!, 0, column.times(1)),
        lanes,
        lanes > 1 ? { form: 'dup' } : {},
      );
      for (let row = 0; row < rows; row += lanes) {
        const w = b.load(b.at(weights!, row), lanes);
        const place = b.at(result!, row, column.times(rows));
        if (assign) b.store(b.binary('mul', w, x, lanes), place, lanes);
        else {
          const sum = b.load(place, lanes);
          multiplyAdd(b, target, w, x, sum, lanes);
          b.store(sum, place, lanes);
        }
      }
      code.body(counts('int 1 branch 1'));
    });
  });
  return (place, at) => lowering.kernel(place, template, productSlots(at, false));
};

/** result = a + b over contiguous columns; the lengths that are no multiple of 4 end in scalars. */
export const sumOf = (
  lowering: Lowering,
  shape: { readonly floats: number; readonly round: Counts; readonly call: Counts },
): Append<{ a: Reference; b: Reference; result: Reference }> => {
  const { target } = lowering;
  const { floats, round, call } = shape;
  const name = `neural-audio/sum/${floats}/[${nameOfCounts(round)},${nameOfCounts(call)}]`;
  const template = lowering.template(name, (k) => {
    const code = new Code(k);
    const slots = [k.slot('a'), k.slot('b'), k.slot('result')] as const;
    code.body(call);
    const lanes: Lanes = target.lanes >= 4 ? 4 : 1;
    const both = (width: Lanes, offset: number, term: Term): void => {
      const x = k.load(k.at(slots[0], offset, term), width);
      const y = k.load(k.at(slots[1], offset, term), width);
      k.store(k.binary('add', x, y, width), k.at(slots[2], offset, term), width);
    };
    const vectors = Math.floor(floats / lanes);
    k.loop(vectors, (i) => {
      code.body(lanes > 1 ? round : counts('int 2 branch 1'), () => both(lanes, 0, i.times(lanes)));
    });
    k.loop(floats - vectors * lanes, (i) => {
      code.body(counts('int 2 branch 1'), () => both(1, vectors * lanes, i.times(1)));
    });
  });
  return (place, { a, b, result }) => lowering.kernel(place, template, [a, b, result]);
};

/** A cost without arithmetic: calls, the heap, what happens once a chunk. */
export const overheadOf = (lowering: Lowering, total: Counts): ((place: Place) => void) => {
  const template = lowering.template(`neural-audio/overhead/${nameOfCounts(total)}`, (b) =>
    new Code(b).body(total),
  );
  return (place) => lowering.kernel(place, template, [], { costOnly: true });
};

/**
 * The dynamic path: matrices come as references with a stride of their own, so that Eigen goes through
 * a statement column by column, and clears the result of a product in the same way.
 */
const dynamicLoop = {
  vector: counts('load_vec 2 vec_fparith 1 store_vec 1 int 2 branch 1'),
  scalar: counts('load_fp32 2 scalar_fparith 1 store_fp32 1 int 2 branch 1'),
};

interface DynamicSum {
  readonly rows: number;
  readonly columns: number;
  readonly call: Counts;
  /** b is one column for all. */
  readonly bias: boolean;
}

/** result = a + b. */
export const dynamicSumOf =
  (
    lowering: Lowering,
    { rows, columns, call, bias }: DynamicSum,
  ): Append<{ a: Reference; b: Reference; result: Reference }> =>
  (place, { a, b, result }) =>
    appendPass(
      lowering,
      place,
      {
        name: `neural-audio/sum/${nameOfCounts(call)}`,
        shape: { rows, columns },
        loop: dynamicLoop,
        call,
        column: counts('int 20 branch 4'),
        lanes: lowering.target.lanes,
      },
      [
        { at: a, stride: rows },
        { at: b, stride: bias ? 0 : rows },
      ],
      { at: result, stride: rows },
      (k, [x = 0, y = 0], lanes) => k.binary('add', x, y, lanes),
    );

/** A call of memset for each column. */
export const zeroColumnsOf = (
  lowering: Lowering,
  rows: number,
  columns: number,
): ((place: Place, result: Reference) => void) => {
  const { lanes } = lowering.target;
  const template = lowering.template(`neural-audio/zero columns/${rows}x${columns}`, (b) => {
    const code = new Code(b);
    const to = b.slot('result');
    const vectors = lanes > 1 ? Math.floor(rows / lanes) : 0;
    b.loop(columns, (column) => {
      code.body(counts('int 12 branch 6 load_int 2'));
      const clear = (count: number, from: number, width: Lanes): void => {
        for (let i = 0; i < count; i++) {
          const at = b.at(to, from + i * width, column.times(rows));
          b.store(b.const(0, width), at, width);
        }
      };
      clear(vectors, 0, lanes);
      clear(rows - vectors * lanes, vectors * lanes, 1);
    });
  });
  return (place, result) => lowering.kernel({ ...place, kind: 'zero' }, template, [result]);
};
