/**
 * The form of a core profile: issue rules, ports and the figures of each operation, every number with
 * its provenance. An operation inherits from its family; a width from the operation.
 */
import * as z from 'zod';
import type { Target } from '../../kernel/lowered.ts';
import { type Figure, figureOf } from '../../units/figure.ts';
import { type OperationName, operationNames } from './operation.ts';

/** What an operation takes. Absent: inherited from the operation's other entries, then its family. */
export interface OperationFigures {
  /** Cycles until the result can be used. */
  readonly latency?: Figure | undefined;
  /** Cycles until a multiply-add can use the result as its accumulator. */
  readonly accumulate?: Figure | undefined;
  /** Cycles for which a port is taken, for each register moved. @default 1 */
  readonly occupancy?: Figure | undefined;
  /** Ports taken at the same time, where a wide operation needs several. @default 1 */
  readonly units?: Figure | undefined;
  /** Micro-operations, for each register moved. @default 1 */
  readonly microOps?: Figure | undefined;
  /** Cycles before the next instruction of any kind may issue (out of order: dispatch). @default 0 */
  readonly blocks?: Figure | undefined;
  /** Names of `ports`; any free one will do. */
  readonly ports?: readonly string[] | undefined;
  /** Out of order: ports of a second micro-operation for each register moved (data of a store). */
  readonly alsoPorts?: readonly string[] | undefined;
}

export interface OperationProfile extends OperationFigures {
  readonly s?: OperationFigures | undefined;
  readonly d?: OperationFigures | undefined;
  readonly q?: OperationFigures | undefined;
  readonly w?: OperationFigures | undefined;
}

export interface PairingProfile {
  /** Pairs that never issue in the same cycle: 'fma', 'load.q', 'fp' (a family), 'any'. */
  readonly never: readonly (readonly [string, string])[];
  readonly source: string;
}

/** In order: after one operation, another may not issue for so many cycles. */
export interface GapProfile {
  readonly after: string;
  readonly before: string;
  readonly cycles: Figure;
}

export interface CoreProfile {
  readonly $schema?: string | undefined;
  readonly id: string;
  readonly name: string;
  /** The long form of sources that figures name in short. */
  readonly sources: Readonly<Record<string, string>>;
  readonly target: Pick<Target, 'isa' | 'lanes' | 'vectorRegisters' | 'fma'> & {
    readonly source: string;
  };
  readonly issue: {
    readonly order: 'in-order' | 'out-of-order';
    /** Instructions (in order) or micro-operations (out of order) a cycle. */
    readonly width: Figure;
    /** In order: floating-point instructions that may wait while others go on; 0: none. */
    readonly queueDepth?: Figure | undefined;
    /** Out of order: instructions between dispatch and retirement. */
    readonly window?: Figure | undefined;
    /** Out of order: instructions retired a cycle. @default the width */
    readonly retireWidth?: Figure | undefined;
    /** Out of order: instructions fetched a cycle, up to the next taken branch. @default the width */
    readonly fetchWidth?: Figure | undefined;
    /** Out of order: instructions that were fetched and wait for dispatch. */
    readonly fetchQueue?: Figure | undefined;
    readonly pairing?: PairingProfile | undefined;
    readonly gaps?: readonly GapProfile[] | undefined;
  };
  /** How many ports there are of each name. */
  readonly ports: Readonly<Record<string, Figure>>;
  readonly operations: Readonly<Partial<Record<OperationName, OperationProfile>>>;
  readonly branches: {
    readonly mispredictCycles: Figure;
    /** In order: cycles without issue after a taken branch. */
    readonly takenCycles?: Figure | undefined;
    /** Out of order: branches met in turn whose targets are found at once. */
    readonly nearBranches?: Figure | undefined;
    /** Out of order: cycles from a taken branch to the target, where there are more. @default 1 */
    readonly farCycles?: Figure | undefined;
    /** Out of order: cycles from a call or a return to where it leads. @default 1 */
    readonly callCycles?: Figure | undefined;
    /** Out of order: cycles by which the search for targets runs ahead of fetch. @default 0 */
    readonly predictAhead?: Figure | undefined;
    /** Out of order: branches of a loop whose end is foreseen; a longer one costs a misprediction. */
    readonly historyBranches?: Figure | undefined;
    /** In order: the longest loop whose end is foreseen; a longer one costs a misprediction when it ends. */
    readonly predictedTrips?: Figure | undefined;
  };
  readonly storeToLoadCycles: Figure;
  /** Out of order: from stores to a load that no single one of them covers. @default storeToLoadCycles */
  readonly partlyStoredCycles?: Figure | undefined;
  readonly denormals: {
    /** Extra cycles of an arithmetic operation on a subnormal number that is not flushed. */
    readonly penaltyCycles: Figure;
    /** Vector instructions flush whatever the mode (ARMv7 NEON). */
    readonly vectorAlwaysFlushes: boolean;
  };
  readonly memory: {
    /** Share of a miss that independent work hides (the reorder window, non-blocking misses). */
    readonly hiddenShare: Figure;
    /** Misses that can be under way at once. */
    readonly outstandingMisses: Figure;
  };
  readonly notes?: readonly string[] | undefined;
}

const bounded = (
  number: z.ZodNumber | z.ZodInt,
  error: string,
  least: number,
  most: number,
): z.ZodType<number> => number.min(least, { error }).max(most, { error });

/** Units of one name, each of which the scoreboard keeps. */
const portCount = figureOf(bounded(z.int(), 'a positive integer, at most 64', 1, 64));
const cycles = figureOf(bounded(z.number(), 'a number of cycles from 0 to 100000', 0, 100_000));
const whole = figureOf(bounded(z.int(), 'a positive integer, at most 4096', 1, 4096));
const wholeOrNone = figureOf(bounded(z.int(), 'an integer from 0 to 1000000', 0, 1_000_000));
const wholeCycles = figureOf(bounded(z.int(), 'an integer of cycles from 0 to 100000', 0, 100_000));
const share = figureOf(z.number({ error: 'a share from 0 to 1' }).min(0).max(1));

const figuresShape = {
  latency: wholeCycles.optional(),
  accumulate: wholeCycles.optional(),
  occupancy: wholeCycles.optional(),
  units: whole.optional(),
  microOps: whole.optional(),
  blocks: wholeCycles.optional(),
  ports: z.array(z.string()).min(1).optional(),
  alsoPorts: z.array(z.string()).min(1).optional(),
};
const figures = z.strictObject(figuresShape);
const operation = z.strictObject({
  ...figuresShape,
  s: figures.optional(),
  d: figures.optional(),
  q: figures.optional(),
  w: figures.optional(),
});

const lanes = z.union([z.literal(1), z.literal(2), z.literal(4), z.literal(8), z.literal(16)]);

export const coreSchema: z.ZodType<CoreProfile> = z.strictObject({
  $schema: z.string().optional(),
  id: z.string().regex(/^[a-z0-9][a-z0-9.-]*$/, {
    error: 'an id of small letters, digits, dots and dashes',
  }),
  name: z.string().min(1),
  sources: z.record(z.string(), z.string()),
  target: z.strictObject({
    isa: z.enum([
      'aarch64',
      'armv7-neon',
      'thumb2-vfp',
      'helium',
      'x86-sse2',
      'x86-avx2',
      'wasm',
      'dsp',
    ]),
    lanes,
    vectorRegisters: z.int().positive().max(1024),
    fma: z.boolean(),
    source: z.string().min(1),
  }),
  issue: z.strictObject({
    order: z.enum(['in-order', 'out-of-order']),
    width: whole,
    queueDepth: wholeOrNone.optional(),
    window: whole.optional(),
    retireWidth: whole.optional(),
    fetchWidth: whole.optional(),
    fetchQueue: whole.optional(),
    pairing: z
      .strictObject({
        never: z.array(z.tuple([z.string(), z.string()])),
        source: z.string().min(1),
      })
      .optional(),
    gaps: z
      .array(z.strictObject({ after: z.string(), before: z.string(), cycles: wholeCycles }))
      .optional(),
  }),
  ports: z
    .record(z.string(), portCount)
    .refine((ports) => Object.keys(ports).length <= 64, { error: 'at most 64 names of ports' }),
  operations: z.strictObject(
    Object.fromEntries(operationNames.map((name) => [name, operation.optional()])),
  ),
  branches: z.strictObject({
    mispredictCycles: cycles,
    takenCycles: wholeCycles.optional(),
    nearBranches: whole.optional(),
    farCycles: wholeCycles.optional(),
    callCycles: wholeCycles.optional(),
    predictAhead: wholeCycles.optional(),
    historyBranches: whole.optional(),
    predictedTrips: wholeOrNone.optional(),
  }),
  storeToLoadCycles: wholeCycles,
  partlyStoredCycles: wholeCycles.optional(),
  denormals: z.strictObject({ penaltyCycles: cycles, vectorAlwaysFlushes: z.boolean() }),
  memory: z.strictObject({ hiddenShare: share, outstandingMisses: whole }),
  notes: z.array(z.string()).optional(),
});
