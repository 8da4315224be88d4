/**
 * Passes over a block of rows x columns, one statement of the library each: sums, copies, biases,
 * products by element. Contiguous operands are one flat loop, others go column by column.
 */

import type { KernelBuilder, Term } from '../../kernel/builder.ts';
import type { Lanes, Register } from '../../kernel/instruction.ts';
import type { Reference, Target } from '../../kernel/lowered.ts';
import { skippingTaken } from '../common/branch-shares.ts';
import { Code, type Counts, nameOfCounts } from '../common/code.ts';
import type { Lowering, Place } from '../common/lowering.ts';
import { multiplyAdd } from './gebp.ts';
import { type LoopCode, passCode } from './pass-code.ts';

export interface Operand {
  readonly at: Reference;
  /** Distance between columns, in floats; 0: the same column for all (a bias). */
  readonly stride: number;
}

export interface PassShape {
  readonly rows: number;
  readonly columns: number;
}

/** One value of every source to one value of the result. */
export type PassBody = (b: KernelBuilder, sources: readonly Register[], lanes: Lanes) => Register;

export interface Pass {
  readonly name: string;
  readonly shape: PassShape;
  readonly loop: LoopCode;
  readonly call: Counts;
  /** Lanes of the vectorised loop; 1 where the compiler leaves it scalar. */
  readonly lanes: Lanes;
  /** Constants in registers before the loop. */
  readonly constants?: readonly number[];
  /** Overhead per column; such a pass goes column by column even where memory is contiguous. */
  readonly column?: Counts;
  /** Doubles on one side of the pass. */
  readonly wide?: 'sources' | 'result';
}

/** result = body(sources). */
export const appendPass = (
  lowering: Lowering,
  place: Place,
  pass: Pass,
  sources: readonly Operand[],
  result: Operand,
  body: (
    b: KernelBuilder,
    sources: readonly Register[],
    lanes: Lanes,
    constants: readonly Register[],
  ) => Register,
): void => {
  const { rows, columns } = pass.shape;
  const operands = [...sources, result];
  const contiguous = operands.every((operand) => operand.stride === rows);
  const flat = (contiguous && !pass.column) || columns === 1;
  const count = flat ? rows * columns : rows;
  const trips = flat ? 1 : columns;
  const strides = operands.map((operand) => (flat ? 0 : operand.stride));
  const name = `pass/${pass.name}/${count}x${trips}/${strides.join(',')}/${pass.lanes}/${pass.constants?.join(',') ?? ''}`;
  const template = lowering.template(name, (b) => {
    const code = new Code(b);
    const slots = sources.map((_, i) => b.slot(`source ${i}`));
    const to = b.slot('result');
    code.body(pass.call);
    const wideSource = pass.wide === 'sources' ? { wide: true } : {};
    const wideResult = pass.wide === 'result' ? { wide: true } : {};
    const vectors = Math.floor(count / pass.lanes);
    const constants = (lanes: Lanes): Register[] =>
      (pass.constants ?? []).map((value) => b.const(value, lanes));
    const one = (
      lanes: Lanes,
      offset: number,
      held: readonly Register[],
      ...terms: Term[]
    ): void => {
      const loaded = sources.map((_, i) =>
        b.load(
          b.at(
            slots[i] ?? 0,
            offset,
            ...terms.map((t, n) => (n === 0 ? t : { ...t, stride: strides[i] ?? 0 })),
          ),
          lanes,
          wideSource,
        ),
      );
      const value = body(b, loaded, lanes, held);
      b.store(
        value,
        b.at(
          to,
          offset,
          ...terms.map((t, n) => (n === 0 ? t : { ...t, stride: strides.at(-1) ?? 0 })),
        ),
        lanes,
        wideResult,
      );
    };
    const vectorConstants = vectors > 0 && pass.lanes > 1 ? constants(pass.lanes) : [];
    const rest = pass.lanes > 1 ? count - vectors * pass.lanes : count;
    const scalarConstants = rest > 0 ? constants(1) : [];
    b.loop(trips, (column) => {
      // A vector loop without a trip is jumped over.
      if (pass.column) code.body(pass.column, undefined, vectors > 0 ? undefined : skippingTaken);
      if (pass.lanes > 1) {
        b.loop(vectors, (i) => {
          code.body(pass.loop.vector, () => {
            one(pass.lanes, 0, vectorConstants, i.times(pass.lanes), column.times(1));
          });
        });
      }
      b.loop(rest, (i) => {
        code.body(pass.loop.scalar, () => {
          one(1, count - rest, scalarConstants, i.times(1), column.times(1));
        });
      });
    });
  });
  lowering.kernel(
    place,
    template,
    operands.map(({ at }) => at),
  );
};

const none: Counts = {};

export const appendAdd = (
  lowering: Lowering,
  place: Place,
  shape: PassShape,
  a: Operand,
  b: Operand,
  result: Operand,
  options: { readonly kind: 'add' | 'accumulate'; readonly call?: Counts },
): void => {
  const { target } = lowering;
  const call = options.call ?? none;
  appendPass(
    lowering,
    place,
    {
      name: `${options.kind}/${nameOfCounts(call)}`,
      shape,
      loop: passCode(target)[options.kind],
      call,
      lanes: target.lanes,
    },
    [a, b],
    result,
    (k, [x, y], lanes) => k.binary('add', x as Register, y as Register, lanes),
  );
};

export const appendCopy = (
  lowering: Lowering,
  place: Place,
  shape: PassShape,
  from: Operand,
  to: Operand,
  call: Counts = none,
): void => {
  const { target } = lowering;
  appendPass(
    lowering,
    place,
    {
      name: `copy/${nameOfCounts(call)}`,
      shape,
      loop: passCode(target).copy,
      call,
      lanes: target.lanes,
    },
    [from],
    to,
    (_, [x]) => x as Register,
  );
};

export const appendScale = (
  lowering: Lowering,
  place: Place,
  shape: PassShape,
  from: Operand,
  to: Operand,
  scale: number,
): void => {
  const { target } = lowering;
  appendPass(
    lowering,
    place,
    {
      name: 'scale',
      shape,
      loop: passCode(target).multiply,
      call: none,
      lanes: target.lanes,
      constants: [scale],
    },
    [from],
    to,
    (b, [x], lanes, [k]) => b.binary('mul', x as Register, k as Register, lanes),
  );
};

/**
 * result = weights.asDiagonal() * block, added to the result or in its place: column by column, each
 * with the product expression's own set-up.
 */
export const appendDiagonal = (
  lowering: Lowering,
  place: Place,
  shape: PassShape,
  weights: Reference,
  block: Operand,
  result: Operand,
  accumulate: boolean,
): void => {
  const { target } = lowering;
  const sources = [{ at: weights, stride: 0 }, block, ...(accumulate ? [result] : [])];
  const code = passCode(target);
  appendPass(
    lowering,
    place,
    {
      name: `diagonal/${accumulate}`,
      shape,
      loop: accumulate ? code.diagonalAdd : code.multiply,
      call: none,
      column: code.diagonalColumn,
      lanes: target.lanes,
    },
    sources,
    result,
    (b, [w, x, old], lanes) => {
      if (old === undefined) return b.binary('mul', w as Register, x as Register, lanes);
      multiplyAdd(b, target, w as Register, x as Register, old, lanes);
      return old;
    },
  );
};

/** block.colwise() += bias: column by column, the bias read again for each. */
export const appendBias = (
  lowering: Lowering,
  place: Place,
  shape: PassShape,
  block: Operand,
  bias: Reference,
): void => {
  const { target } = lowering;
  const code = passCode(target).bias;
  const { rows, columns } = shape;
  const lanes: Lanes = rows >= code.vectorRows && rows >= target.lanes ? target.lanes : 1;
  const template = lowering.template(`pass/bias/${rows}x${columns}/${block.stride}`, (b) =>
    writeBias(b, target, lanes, rows, columns, block.stride),
  );
  lowering.kernel({ ...place, kind: 'bias' }, template, [block.at, bias]);
};

const writeBias = (
  b: KernelBuilder,
  target: Target,
  lanes: Lanes,
  rows: number,
  columns: number,
  stride: number,
): void => {
  const code = new Code(b);
  const loop = passCode(target).bias;
  const to = b.slot('block');
  const from = b.slot('bias');
  const vectors = lanes > 1 ? Math.floor(rows / lanes) : 0;
  b.loop(columns, (column) => {
    code.body(lanes > 1 ? loop.vectorColumn : loop.scalarColumn);
    const one = (width: Lanes, offset: number, term: Term): void => {
      const at = b.at(to, offset, term, column.times(stride));
      b.store(
        b.binary('add', b.load(at, width), b.load(b.at(from, offset, term), width), width),
        at,
        width,
      );
    };
    b.loop(vectors, (i) => code.body(loop.vector, () => one(lanes, 0, i.times(lanes))));
    const done = vectors * lanes;
    b.loop(rows - (lanes > 1 ? done : 0), (i) =>
      code.body(loop.scalar, () => one(1, lanes > 1 ? done : 0, i.times(1))),
    );
  });
};
