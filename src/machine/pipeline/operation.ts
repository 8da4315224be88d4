/**
 * What the pipeline distinguishes: operations by name and by width of register. Finer than the
 * classes in which instructions are counted, because a multiplication and a minimum differ in time.
 */
import type { BinaryOp, Instruction, MemoryForm } from '../../kernel/instruction.ts';

/** Each operation and the family whose figures it inherits; a family is its own. */
export const families = {
  fp: 'fp',
  fma: 'fp',
  mul: 'fp',
  add: 'fp',
  minmax: 'fp',
  compare: 'fp',
  select: 'fp',
  /** neg, abs, mov, operations on bits. */
  logic: 'fp',
  shuffle: 'fp',
  const: 'fp',
  convert: 'fp',
  round: 'fp',
  div: 'fp',
  sqrt: 'fp',
  moveFpInt: 'fp',
  compareFp: 'fp',
  load: 'load',
  loadDup: 'load',
  loadPair: 'load',
  loadMulti: 'load',
  loadStructure: 'load',
  loadInt: 'load',
  store: 'store',
  storePair: 'store',
  storeMulti: 'store',
  storeStructure: 'store',
  storeInt: 'store',
  int: 'int',
  intMul: 'int',
  intDiv: 'int',
  branch: 'int',
  it: 'int',
  prefetch: 'load',
} as const;

export type OperationName = keyof typeof families;
export type Family = (typeof families)[OperationName];
export const operationNames: readonly OperationName[] = Object.keys(families) as OperationName[];

/** One float, two (64 bits), four (128 bits), more. */
export const widths = ['s', 'd', 'q', 'w'] as const;
export type Width = (typeof widths)[number];

/** Index of an operation at a width in the tables of `CoreParameters`. */
export const operationCount: number = operationNames.length * widths.length;
const position = new Map(operationNames.map((name, index) => [name, index]));

export const operationIndex = (name: OperationName, width: Width): number =>
  (position.get(name) ?? 0) * widths.length + widths.indexOf(width);

const ofForm: Readonly<Record<MemoryForm, readonly [OperationName, OperationName]>> = {
  plain: ['load', 'store'],
  dup: ['loadDup', 'store'],
  pair: ['loadPair', 'storePair'],
  multi: ['loadMulti', 'storeMulti'],
  structure: ['loadStructure', 'storeStructure'],
};

const ofBinary: Readonly<Record<BinaryOp, OperationName>> = {
  add: 'add',
  sub: 'add',
  mul: 'mul',
  div: 'div',
  min: 'minmax',
  max: 'minmax',
  cmpgt: 'compare',
  cmpge: 'compare',
  cmplt: 'compare',
  cmple: 'compare',
};

const nameOf = (instruction: Instruction): OperationName => {
  switch (instruction.op) {
    case 'load':
      if (instruction.general) return 'loadInt';
      return ofForm[instruction.form][0];
    case 'store':
      if (instruction.general) return 'storeInt';
      return ofForm[instruction.form][1];
    case 'fma':
      return 'fma';
    case 'binary':
      return ofBinary[instruction.fn];
    case 'unary':
      return instruction.fn === 'sqrt' ? 'sqrt' : instruction.fn === 'round' ? 'round' : 'logic';
    case 'select':
      return instruction.jump ? 'branch' : 'select';
    case 'shuffle':
      return 'shuffle';
    case 'const':
      return 'const';
    case 'bits':
      return 'logic';
    case 'convert':
      return 'convert';
    case 'call':
      return 'branch';
    case 'cost':
      return instruction.kind === 'libraryCall' ? 'branch' : instruction.kind;
  }
};

/** Every operation's first index: that of its narrowest width. */
const firstIndex = Object.fromEntries(
  operationNames.map((name) => [name, operationIndex(name, 's')]),
) as Readonly<Record<OperationName, number>>;

/** The operation of an instruction, as an index into a core's tables. */
export const operationOf = (instruction: Instruction): number => {
  const first = firstIndex[nameOf(instruction)];
  if (instruction.op === 'cost' || instruction.op === 'call') return first;
  const { lanes } = instruction;
  if (lanes === 1) {
    // One value of the double interface moves through a 64-bit register.
    const wide = 'wide' in instruction && instruction.wide === true;
    return wide ? first + 1 : first;
  }
  return first + (lanes === 2 ? 1 : lanes === 4 ? 2 : 3);
};
