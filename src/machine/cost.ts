/** What the machine says of a lowered program: cycles, where they go, and why. Pure data. */
import type { InstructionCounts } from '../kernel/instruction-class.ts';
import type { Range } from '../units/range.ts';

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

export interface StepCost extends TemplateTime {
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
}

/** Sums over all steps of all copies, per block. */
export interface CostSummary extends Omit<TemplateTime, 'cycles'> {
  /** Expected cycles by kind of work, and by layer. */
  readonly kinds: Readonly<Record<string, number>>;
  readonly layers: Readonly<Record<string, number>>;
  /** Expected stalls by level. */
  readonly memory: Readonly<Record<string, number>>;
}

export interface BlockCost {
  readonly blockFrames: number;
  /** Cycles per block, all steps of all copies. */
  readonly total: Range;
  /** The same in the steady state: the core's figures at their corners, memory as expected. */
  readonly warm: Range;
  readonly summary: CostSummary;
  /** Listed when somebody asks: a matrix looks at the sums of a million steps, and at few of them. */
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
