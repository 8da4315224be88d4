/** What the machine says of a lowered program: cycles, where they go, and why. Pure data. */
import type { Range } from '../units/range.ts';

/** The classes of `shared counts`: executed instructions by what they are. */
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
export type InstructionClass = (typeof instructionClasses)[number];
export type InstructionCounts = Readonly<Record<InstructionClass, number>>;

/** Cycles per execution of a template on a core with perfect caches. */
export interface TemplateTime {
  readonly cycles: Range;
  readonly instructions: number;
  readonly counts: InstructionCounts;
  /** Calls into libraries (libm, libc) per execution. */
  readonly calls: number;
  /** The part of the expected cycles that each cause explains; adds up to cycles.expected. */
  readonly causes: {
    /** Cycles in which the floating-point units were the limit. */
    readonly arithmetic: number;
    /** Load and store ports. */
    readonly loadStore: number;
    /** Waiting for a result: a dependency chain. */
    readonly latency: number;
    /** Fetch, decode, issue width; integer and branch instructions. */
    readonly frontEnd: number;
    /** Mispredicted branches. */
    readonly mispredict: number;
    /** Inside library functions. */
    readonly calls: number;
  };
}

export interface StepCost {
  readonly layer: string;
  readonly kind: string;
  /** The template's name, or the ring action. */
  readonly name: string;
  readonly perBlock: number;
  /** Per block: pipeline + memory. */
  readonly cycles: Range;
  readonly pipeline: Range;
  /** Stalls by level, expected cycles per block: { l2: 120, dram: 30 }. */
  readonly memory: Readonly<Record<string, number>>;
  readonly counts: InstructionCounts;
  readonly instructions: number;
  readonly calls: number;
  readonly causes: TemplateTime['causes'];
}

export interface BlockCost {
  readonly blockFrames: number;
  /** Cycles per block, all steps of all copies. */
  readonly total: Range;
  readonly steps: readonly StepCost[];
  readonly bytes: {
    readonly weights: number;
    readonly history: number;
    readonly scratch: number;
    readonly code: number;
  };
  /** The innermost level or region that holds the working set: 'l1', 'l2', 'dram', 'dtcm', ... */
  readonly placement: string;
}
