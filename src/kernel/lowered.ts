/**
 * What an engine makes of a program: buffers, rings and the steps of one block. The interpreter
 * executes it, the machine costs it, the compiler turns it into WebAssembly.
 */
import type { Lanes } from './instruction.ts';
import type { Template } from './template.ts';

export type BufferId = number;
export type RingId = number;

export type Region = 'weights' | 'history' | 'scratch' | 'stack' | 'io';

export interface Buffer {
  readonly name: string;
  readonly floats: number;
  readonly region: Region;
  /** Initial contents (weights); zeros where absent. */
  readonly data?: Float32Array | undefined;
}

/**
 * The history of a convolution. Columns are frames. interleaved: channels of a frame are adjacent;
 * planar: one plane of `columns` floats per channel.
 *
 * linear: the position moves forward; when the next block does not fit, the last `lookback` columns
 * move to the front (the step `rewind`).
 * mirrored: the position wraps at `period` columns; the columns after `period` repeat the first
 * ones, so that every read is contiguous.
 */
export interface Ring {
  readonly name: string;
  readonly buffer: BufferId;
  readonly channels: number;
  readonly layout: 'interleaved' | 'planar';
  readonly columns: number;
  readonly lookback: number;
  /** Where column 0 is, in floats: rings may lie side by side in one buffer. @default 0 */
  readonly first?: number;
  /** Floats from one channel to the next of a planar ring. @default columns */
  readonly plane?: number;
  readonly policy:
    | { readonly kind: 'linear'; readonly start: number }
    | { readonly kind: 'mirrored'; readonly start: number; readonly period: number };
}

/** A slot's base: a fixed offset in a buffer, or a position relative to a ring's write position. */
export interface Reference {
  readonly buffer: BufferId;
  /** In floats. */
  readonly offset: number;
  /**
   * Adds column(position - delay) x (interleaved ? channels : 1). The position is where the current
   * block starts.
   */
  readonly ring?: { readonly id: RingId; readonly delay: number };
}

/** `floats` further on. */
export const offsetBy = (reference: Reference, floats: number): Reference =>
  floats === 0 ? reference : { ...reference, offset: reference.offset + floats };

interface StepBase {
  /** 'array 0 layer 3', 'head', 'input', ... as in the program. */
  readonly layer: string;
  /** Kind of work, for `explain`: 'conv', 'mixin', 'activation', 'pack', 'ring', 'overhead', ... */
  readonly kind: string;
  /** Expected executions per block: 1, or less for what happens once in many blocks. */
  readonly perBlock: number;
  /** Scattered code: the function that runs, which other shapes may share. @default its templates */
  readonly code?: string | undefined;
}

/** Runs a template. */
export interface KernelStep extends StepBase {
  readonly step: 'kernel';
  readonly template: Template;
  readonly slots: readonly Reference[];
  /** Costs, but computes nothing (driver code, heuristics, dispatch): the interpreter skips it. */
  readonly costOnly?: boolean | undefined;
  /** Runs in the last of so many blocks; the interpreter takes whole numbers only. @default 1 */
  readonly every?: number | undefined;
}

/**
 * Moves data between a buffer and a ring, or within a ring, where the addresses depend on the
 * ring's position. The meaning is built in; the cost is that of `templates`.
 *
 * write: copies the block (channels x frames, in the ring's layout) from src to the position,
 * wrapping at the period of a mirrored ring.
 * mirror: refreshes the mirrored columns of the ring from its front.
 * settle: the block was written in place, past the period of a mirrored ring if need be: what lies past
 * it goes to the front, what lies in the mirrored part of the front to the mirror.
 * rewind: for a linear ring whose next block does not fit: moves the last `lookback` columns to the
 * front. The interpreter decides; perBlock says how often.
 * advance: the position moves on by the block.
 */
export interface RingStep extends StepBase {
  readonly step: 'ring';
  readonly action: 'write' | 'mirror' | 'settle' | 'rewind' | 'advance';
  readonly ring: RingId;
  readonly src?: Reference | undefined;
  readonly templates: readonly {
    readonly template: Template;
    /** Executions per execution of the step. */
    readonly times: number;
    readonly slots: readonly Reference[];
  }[];
}

export type Step = KernelStep | RingStep;

/** What a step runs, and where. */
export const templatesOf = (step: Step): RingStep['templates'] =>
  step.step === 'kernel'
    ? [{ template: step.template, slots: step.slots, times: 1 }]
    : step.templates;

export const isas = [
  'aarch64',
  'armv7-neon',
  'thumb2-vfp',
  'helium',
  'x86-sse2',
  'x86-avx2',
  'wasm',
  'dsp',
] as const;

/** C libraries whose memory functions differ: newlib-nano's move and clear single bytes. */
export const compilers = ['gcc-10', 'gcc-12', 'gcc-13'] as const;
export type Compiler = (typeof compilers)[number];

export const libcs = ['glibc', 'newlib-nano'] as const;
export type Libc = (typeof libcs)[number];

/** The instruction set and the compiler's view of the core that code is generated for. */
export interface Target {
  readonly isa: (typeof isas)[number];
  /** Float lanes of a vector register; 1 where there are none. */
  readonly lanes: Lanes;
  /** Architectural vector registers (scalar float registers where lanes is 1). */
  readonly vectorRegisters: number;
  /** -mcpu, where a compiler's schedule makes a difference. */
  readonly tune: string;
  /** Fused multiply-add exists (and the build contracts to it). */
  readonly fma: boolean;
  /** -ffast-math, or what has the same effect: branchless selects, reassociation. */
  readonly fastMath: boolean;
  /** What memset and memcpy come from. @default glibc, or what is as quick */
  readonly libc?: Libc | undefined;
  /** Where the code of another compiler is known to differ. @default GCC 12, whose code is counted */
  readonly compiler?: Compiler | undefined;
}

/** What is kept of the target in what was lowered for it: targets that differ in the rest may share that. */
export type LoweredFor = Pick<Target, 'isa' | 'lanes'>;

export const loweredFor = ({ isa, lanes }: Target): LoweredFor => ({ isa, lanes });

export interface Lowered {
  readonly engine: string;
  readonly target: LoweredFor;
  readonly blockFrames: number;
  readonly buffers: readonly Buffer[];
  readonly rings: readonly Ring[];
  /** The block: blockFrames floats each. */
  readonly input: BufferId;
  readonly output: BufferId;
  readonly steps: readonly Step[];
  /** Machine code of the hot loops, for instruction caches. */
  readonly codeBytes: number;
  /** The code is many functions, which a linker lays anywhere. @default one piece */
  readonly codeScattered?: boolean | undefined;
}
