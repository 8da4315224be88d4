/** The classes in which executed instructions are counted: by what they are and what they work on. */

export const instructionClasses = [
  'vec_fma',
  'vec_fparith',
  'vec_fdiv',
  'vec_other',
  'scalar_fma',
  'scalar_fparith',
  'scalar_fdiv',
  'scalar_fcmp_sel',
  'scalar_fcvt',
  'fp_move',
  'load_vec',
  'load_fp32',
  'load_fp64',
  'load_int',
  'store_vec',
  'store_fp32',
  'store_fp64',
  'store_int',
  'int',
  'branch',
  'it',
  'prefetch',
] as const;
/** @useDeclaredType */
export type InstructionClass = (typeof instructionClasses)[number];
export type InstructionCounts = Readonly<Record<InstructionClass, number>>;

const zero = Object.fromEntries(instructionClasses.map((name) => [name, 0])) as Record<
  InstructionClass,
  number
>;
export const noCounts = (): Record<InstructionClass, number> => ({ ...zero });

/** total += counts x times. */
export const addCounts = (
  total: Record<InstructionClass, number>,
  counts: Readonly<Partial<InstructionCounts>>,
  times = 1,
): void => {
  for (const name of instructionClasses) {
    const count = counts[name];
    if (count) total[name] += count * times;
  }
};

export const sumOfCounts = (counts: Readonly<Partial<InstructionCounts>>): number => {
  let sum = 0;
  for (const name of instructionClasses) sum += counts[name] ?? 0;
  return sum;
};
