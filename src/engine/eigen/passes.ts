/**
 * Passes over a block of rows x columns, one statement of the library each: sums, copies, biases,
 * products by element. Contiguous operands are one flat loop, others go column by column.
 */
import type { Lanes, Register, Registers } from '../../kernel/instruction.ts';
import type { Reference, Target } from '../../kernel/lowered.ts';
import { skippingBranches } from '../common/branch-shares.ts';
import { Code, type Counts, type LoopCode, nameOfCounts } from '../common/code.ts';
import { type Builds, buildFor, type FormOf } from '../common/compiled-code.ts';
import type { Label, Lowering } from '../common/lowering.ts';
import type { TargetBuilder } from '../common/target-builder.ts';
import data from './compiled-code.json' with { type: 'json' };

type PassCode = FormOf<typeof data.code.passes>['aarch64' | 'armv7' | 'thumb2'];
const builds: Builds<PassCode> = data.code.passes;

/** What a compiler made of the passes. */
export const passCode = (target: Target): PassCode => buildFor(target, builds);

export interface Operand {
  readonly at: Reference;
  /** Distance between columns, in floats; 0: the same column for all (a bias). */
  readonly stride: number;
}

export type PassShape = Readonly<Record<'rows' | 'columns', number>>;

/** One value of every source to one value of the result. */
type PassBody<Sources extends readonly Operand[]> = (
  b: TargetBuilder,
  sources: { readonly [S in keyof Sources]: Register },
  lanes: Lanes,
  constants: Registers,
) => Register;

interface Pass {
  readonly name: string;
  readonly shape: PassShape;
  readonly loop: LoopCode;
  readonly call?: Counts;
  /** Lanes of the vectorised loop; 1 where the compiler leaves it scalar. @default the target's */
  readonly lanes?: Lanes;
  /** Constants in registers before the loop. */
  readonly constants?: readonly number[];
  /** Overhead per column; such a pass goes column by column even where memory is contiguous. */
  readonly column?: Counts;
  /** Doubles on one side of the pass. */
  readonly wide?: 'sources' | 'result';
}

/** Loops of `count` values, each over operands with strides of their own. */
interface PassLoops {
  readonly trips: number;
  readonly count: number;
  readonly lanes: Lanes;
  /** Of the sources, then of the result. */
  readonly strides: readonly number[];
}

/** result = body(sources). */
export const appendPass = <const Sources extends readonly Operand[]>(
  low: Lowering,
  place: Label,
  pass: Pass,
  sources: Sources,
  result: Operand,
  body: PassBody<Sources>,
): void => {
  const { rows, columns } = pass.shape;
  const { lanes = low.target.lanes } = pass;
  const operands: readonly Operand[] = [...sources, result];
  const contiguous = operands.every((operand) => operand.stride === rows);
  const flat = (contiguous && !pass.column) || columns === 1;
  const [trips, count] = flat ? [1, rows * columns] : [columns, rows];
  const strides = operands.map((operand) => (flat ? 0 : operand.stride));
  const name = `pass/${pass.name}/${count}x${trips}/${strides.join(',')}/${lanes}/${pass.constants?.join(',') ?? ''}`;
  const template = low.template(name, (b) =>
    writePass(b, pass, { trips, count, lanes, strides }, body),
  );
  const slots = operands.map(({ at }) => at);
  low.kernel(place, template, slots);
};

const writePass = <Sources extends readonly Operand[]>(
  b: TargetBuilder,
  { call = {}, loop, constants = [], column: perColumn, wide }: Pass,
  { trips, count, lanes, strides }: PassLoops,
  body: PassBody<Sources>,
): void => {
  const code = new Code(b);
  const operands = strides.map((stride, i) => {
    const isResult = i === strides.length - 1;
    const isWide = wide === (isResult ? 'result' : 'sources');
    const slot = b.slot(isResult ? 'result' : `source ${i}`);
    return { slot, stride, options: isWide ? { wide: true } : {} };
  });
  code.body(call);
  const held = new Map<Lanes, Register[]>();
  const hold = (width: Lanes) => {
    const registers = constants.map((value) => b.const(value, width));
    held.set(width, registers);
  };
  if (lanes > 1 && count >= lanes) hold(lanes);
  if (lanes === 1 || count % lanes > 0) hold(1);
  b.loop(trips, (column) => {
    // A vector loop without a trip is jumped over.
    if (perColumn)
      code.body(perColumn, undefined, count < lanes ? skippingBranches.value : undefined);
    code.sweep(loop, count, lanes, (offset, at, width) => {
      const addressed = operands.map(({ slot, stride, options }) => ({
        at: b.at(slot, offset, at, column.times(stride)),
        options,
      }));
      const result = addressed.pop();
      const loaded = addressed.map((source) => b.load(source.at, width, source.options));
      // One register for each source.
      const value = body(b, loaded as Parameters<typeof body>[1], width, held.get(width) ?? []);
      if (result) b.store(value, result.at, width, result.options);
    });
  });
};

type Append<More extends readonly unknown[]> = (
  ...operands: [low: Lowering, place: Label, shape: PassShape, ...more: More]
) => void;

/** result = a + b, as one of the two loops. */
export const appendAdd: Append<
  [a: Operand, b: Operand, result: Operand, kind: 'add' | 'accumulate', call?: Counts]
> = (low, place, shape, a, b, result, kind, call = {}) => {
  const loop = passCode(low.target)[kind];
  const pass = { name: `${kind}/${nameOfCounts(call)}`, shape, loop, call };
  appendPass(low, place, pass, [a, b], result, (k, [x, y], lanes) => k.binary('add', x, y, lanes));
};

export const appendCopy: Append<[from: Operand, to: Operand, call?: Counts]> = (
  ...[low, place, shape, from, to, call = {}]
) => {
  const loop = passCode(low.target).copy;
  const pass = { name: `copy/${nameOfCounts(call)}`, shape, loop, call };
  appendPass(low, place, pass, [from], to, (_, [x]) => x);
};

export const appendScale: Append<[from: Operand, to: Operand, scale: number]> = (
  ...[low, place, shape, from, to, scale]
) => {
  const pass = { name: 'scale', shape, loop: passCode(low.target).multiply, constants: [scale] };
  appendPass(low, place, pass, [from], to, (b, [x], lanes, [k = x]) =>
    b.binary('mul', x, k, lanes),
  );
};

/**
 * result = weights.asDiagonal() * block, added to the result or in its place: column by column, each
 * with the product expression's own set-up.
 */
export const appendDiagonal: Append<
  [weights: Reference, block: Operand, result: Operand, accumulate: boolean]
> = (low, place, shape, weights, block, result, accumulate) => {
  const code = passCode(low.target);
  const loop = accumulate ? code.diagonalAdd : code.multiply;
  const pass = { name: `diagonal/${accumulate}`, shape, loop, column: code.diagonalColumn };
  const factors = [{ at: weights, stride: 0 }, block] as const;
  if (!accumulate) {
    appendPass(low, place, pass, factors, result, (b, [w, x], lanes) =>
      b.binary('mul', w, x, lanes),
    );
    return;
  }
  appendPass(low, place, pass, [...factors, result], result, (b, [w, x, old], lanes) => {
    b.multiplyAdd(w, x, old, lanes);
    return old;
  });
};

/** block.colwise() += bias: column by column, the bias read again for each. */
export const appendBias: Append<[block: Operand, bias: Reference]> = (
  ...[low, place, shape, block, bias]
) => {
  const { rows, columns } = shape;
  const { stride } = block;
  const template = low.template(`pass/bias/${rows}x${columns}/${stride}`, (b) =>
    writeBias(b, shape, stride),
  );
  low.kernel({ ...place, kind: 'bias' }, template, [block.at, bias]);
};

const writeBias = (b: TargetBuilder, { rows, columns }: PassShape, stride: number): void => {
  const code = new Code(b);
  const loop = passCode(b.target).bias;
  const vectorised =
    loop.vectorRows !== null &&
    rows >= loop.vectorRows &&
    rows >= b.target.lanes &&
    b.target.lanes > 1;
  const lanes = vectorised ? b.target.lanes : 1;
  const [to, from] = [b.slot('block'), b.slot('bias')];
  b.loop(columns, (column) => {
    code.body(vectorised ? loop.vectorColumn : loop.scalarColumn);
    code.sweep(loop, rows, lanes, (offset, row, width) => {
      const at = b.at(to, offset, row, column.times(stride));
      const sum = b.binary('add', b.load(at, width), b.load(b.at(from, offset, row), width), width);
      b.store(sum, at, width);
    });
  });
};
