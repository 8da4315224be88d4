/**
 * Which class an instruction is counted in, and how many of each a template executes. Library calls
 * count with their bodies. Knows nothing of cores.
 */
import type { BinaryOp, CostKind, Instruction, Lanes, MemoryForm, UnaryOp } from './instruction.ts';
import type { InstructionClass, InstructionCounts } from './instruction-class.ts';
import { addCounts, noCounts, sumOfCounts } from './instruction-class.ts';
import { type ArgumentDistribution, defaultArguments, libraryBody } from './libm.ts';
import type { Node, Template } from './template.ts';

export interface TemplateCounts {
  readonly counts: InstructionCounts;
  /** The sum of the counts. */
  readonly instructions: number;
  /** Calls of library functions. */
  readonly calls: number;
}

const ofCostKind: Readonly<Record<CostKind, InstructionClass>> = {
  int: 'int',
  intMul: 'int',
  intDiv: 'int',
  branch: 'branch',
  loadInt: 'load_int',
  storeInt: 'store_int',
  prefetch: 'prefetch',
  it: 'it',
  moveFpInt: 'fp_move',
  compareFp: 'scalar_fcmp_sel',
  libraryCall: 'branch',
};

/** A call and its return: two branches. */
const branchesOfLibraryCall = 2;

type MemoryClasses = Readonly<Record<'vec' | 'fp64' | 'fp32' | 'int', InstructionClass>>;

/** Whole names: joining them for each of a million instructions takes longer than counting. */
const memoryClasses: Readonly<Record<'load' | 'store', MemoryClasses>> = {
  load: { vec: 'load_vec', fp64: 'load_fp64', fp32: 'load_fp32', int: 'load_int' },
  store: { vec: 'store_vec', fp64: 'store_fp64', fp32: 'store_fp32', int: 'store_int' },
};

const memoryClass = (
  { vec, fp64, fp32 }: MemoryClasses,
  lanes: Lanes,
  form: MemoryForm,
  wide: boolean | undefined,
): InstructionClass => {
  // A structure or a broadcast writes whole vector registers, however little it reads.
  if (lanes > 2 || form === 'structure') return vec;
  return lanes === 2 || wide ? fp64 : fp32;
};

type ByWidth = Readonly<Record<'scalar' | 'vector', InstructionClass>>;

const arithmetic: ByWidth = { scalar: 'scalar_fparith', vector: 'vec_fparith' };
const division: ByWidth = { scalar: 'scalar_fdiv', vector: 'vec_fdiv' };
const comparison: ByWidth = { scalar: 'scalar_fcmp_sel', vector: 'vec_other' };
const move: ByWidth = { scalar: 'fp_move', vector: 'vec_other' };

const ofFunction: Readonly<Record<BinaryOp | UnaryOp, ByWidth>> = {
  add: arithmetic,
  sub: arithmetic,
  mul: arithmetic,
  min: arithmetic,
  max: arithmetic,
  neg: arithmetic,
  abs: arithmetic,
  round: arithmetic,
  div: division,
  sqrt: division,
  cmpgt: comparison,
  cmpge: comparison,
  cmplt: comparison,
  cmple: comparison,
  mov: move,
};

/** The class of one instruction. Of a call it is the branch; its body is `libraryBody`. */
export const classOf = (instruction: Instruction): InstructionClass => {
  switch (instruction.op) {
    case 'load':
    case 'store':
      if (instruction.general) return memoryClasses[instruction.op].int;
      return memoryClass(
        memoryClasses[instruction.op],
        instruction.lanes,
        instruction.form,
        instruction.wide,
      );
    case 'fma':
      return instruction.lanes > 1 ? 'vec_fma' : 'scalar_fma';
    case 'binary':
    case 'unary':
      return ofFunction[instruction.fn][instruction.lanes > 1 ? 'vector' : 'scalar'];
    case 'select':
      if (instruction.jump) return 'branch';
      return instruction.lanes > 1 ? 'vec_other' : 'scalar_fcmp_sel';
    case 'shuffle':
      return 'vec_other';
    case 'const':
    case 'bits':
      return instruction.lanes > 1 ? 'vec_other' : 'fp_move';
    case 'convert':
      return instruction.lanes > 1 ? 'vec_other' : 'scalar_fcvt';
    case 'call':
      return 'branch';
    case 'cost':
      return ofCostKind[instruction.kind];
  }
};

interface Totals {
  readonly counts: Record<InstructionClass, number>;
  readonly distribution: ArgumentDistribution;
  calls: number;
}

const addNode = (node: Node, times: number, totals: Totals): void => {
  if (node.op === 'loop') {
    for (const child of node.body) addNode(child, times * node.trips, totals);
    return;
  }
  const name = classOf(node);
  if (node.op === 'call') {
    totals.counts[name] += times;
    totals.calls += times;
    addCounts(totals.counts, libraryBody(node.fn, totals.distribution), times);
  } else if (node.op === 'cost' && node.kind === 'libraryCall') {
    totals.counts[name] += times * node.count * branchesOfLibraryCall;
    totals.calls += times * node.count;
  } else {
    totals.counts[name] += times * (node.op === 'cost' ? node.count : 1);
  }
};

const known = new WeakMap<Template, TemplateCounts>();

/**
 * Executed instructions of one run of a template, by closed form over the trips. `distribution`
 * says how the arguments of libm calls fall into ranges.
 */
export const countsOf = (
  template: Template,
  distribution: ArgumentDistribution = defaultArguments,
): TemplateCounts => {
  const memo = distribution === defaultArguments ? known.get(template) : undefined;
  if (memo) return memo;
  const totals: Totals = { counts: noCounts(), distribution, calls: 0 };
  for (const node of template.body) addNode(node, 1, totals);
  const result: TemplateCounts = {
    counts: totals.counts,
    instructions: sumOfCounts(totals.counts),
    calls: totals.calls,
  };
  if (distribution === defaultArguments) known.set(template, result);
  return result;
};
