/**
 * The form of a core profile: issue rules, ports and the figures of each operation, every number with
 * its provenance. An operation inherits from its family; a width from the operation.
 */
import * as z from 'zod';
import { isas } from '../../kernel/lowered.ts';
import { figureOf } from '../../units/figure.ts';
import type { Frozen } from '../../units/frozen.ts';
import { type OperationName, operationNames } from './operation.ts';

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

const ofGlibc = figureOf(bounded(z.number(), 'a number from 0 to 100', 0, 100));

/** What an operation takes. Absent: inherited from the operation's other entries, then its family. */
const figures = z.strictObject({
  /** Cycles until the result can be used. */
  latency: wholeCycles.optional(),
  /** Cycles until a multiply-add can use the result as its accumulator. */
  accumulate: wholeCycles.optional(),
  /** Cycles for which a port is taken, for each register moved. @default 1 */
  occupancy: wholeCycles.optional(),
  /** Ports taken at the same time, where a wide operation needs several. @default 1 */
  units: whole.optional(),
  /** Micro-operations, for each register moved. @default 1 */
  microOps: whole.optional(),
  /** Cycles before the next instruction of any kind may issue (out of order: dispatch). @default 0 */
  blocks: wholeCycles.optional(),
  /** Names of `ports`; any free one will do. */
  ports: z.array(z.string()).min(1).optional(),
  /** Out of order: ports of a second micro-operation for each register moved (data of a store). */
  alsoPorts: z.array(z.string()).min(1).optional(),
});
const operation = z.strictObject({
  ...figures.shape,
  s: figures.optional(),
  d: figures.optional(),
  q: figures.optional(),
  w: figures.optional(),
});
// Every name is one of an operation.
const operations = Object.fromEntries(
  operationNames.map((name) => [name, operation.optional()]),
) as Record<OperationName, z.ZodOptional<typeof operation>>;

const lanes = z.union([z.literal(1), z.literal(2), z.literal(4), z.literal(8), z.literal(16)]);

const pairing = z.strictObject({
  /** Pairs that never issue in the same cycle: 'fma', 'load.q', 'fp' (a family), 'any'. */
  never: z.array(z.tuple([z.string(), z.string()])),
  source: z.string().min(1),
});

/** In order: after one operation, another may not issue for so many cycles. */
const gap = z.strictObject({ after: z.string(), before: z.string(), cycles: wholeCycles });

const core = z.strictObject({
  $schema: z.string().optional(),
  id: z.string().regex(/^[a-z0-9][a-z0-9.-]*$/, {
    error: 'an id of small letters, digits, dots and dashes',
  }),
  name: z.string().min(1),
  /** The long form of sources that figures name in short. */
  sources: z.record(z.string(), z.string()),
  target: z.strictObject({
    isa: z.enum(isas),
    lanes,
    vectorRegisters: z.int().positive().max(1024),
    fma: z.boolean(),
    source: z.string().min(1),
  }),
  issue: z.strictObject({
    order: z.enum(['in-order', 'out-of-order']),
    /** Instructions (in order) or micro-operations (out of order) a cycle. */
    width: whole,
    /** In order: floating-point instructions that may wait while others go on; 0: none. */
    queueDepth: wholeOrNone.optional(),
    /** Out of order: instructions between dispatch and retirement. */
    window: whole.optional(),
    /** Out of order: instructions retired a cycle. @default the width */
    retireWidth: whole.optional(),
    /** Out of order: instructions fetched a cycle, up to the next taken branch. @default the width */
    fetchWidth: whole.optional(),
    /** Out of order: instructions that were fetched and wait for dispatch. */
    fetchQueue: whole.optional(),
    pairing: pairing.optional(),
    gaps: z.array(gap).optional(),
  }),
  /** How many ports there are of each name. */
  ports: z
    .record(z.string(), portCount)
    .refine((ports) => Object.keys(ports).length <= 64, { error: 'at most 64 names of ports' }),
  operations: z.strictObject(operations),
  branches: z.strictObject({
    mispredictCycles: cycles,
    /** In order: cycles without issue after a taken branch. */
    takenCycles: wholeCycles.optional(),
    /** Out of order: branches met in turn whose targets are found at once. */
    nearBranches: whole.optional(),
    /** Out of order: cycles from a taken branch to the target, where there are more. @default 1 */
    farCycles: wholeCycles.optional(),
    /** Out of order: cycles from a call or a return to where it leads. @default 1 */
    callCycles: wholeCycles.optional(),
    /** Out of order: cycles by which the search for targets runs ahead of fetch. @default 0 */
    predictAhead: wholeCycles.optional(),
    /** Out of order: branches of a loop whose end is predicted; a longer one costs a misprediction. */
    historyBranches: whole.optional(),
    /** In order: the longest loop whose end is predicted; a longer one costs a misprediction when it ends. */
    predictedTrips: wholeOrNone.optional(),
  }),
  /** What tanh, exp and the like take where the system's C library is not glibc: a share of glibc's cycles. @default 1 */
  libraryShare: ofGlibc.optional(),
  storeToLoadCycles: wholeCycles,
  /** Out of order: from stores to a load that no single one of them covers. @default storeToLoadCycles */
  partlyStoredCycles: wholeCycles.optional(),
  denormals: z.strictObject({
    /** Extra cycles of an arithmetic operation on a subnormal number that is not flushed. */
    penaltyCycles: cycles,
    /** Vector instructions flush whatever the mode (ARMv7 NEON). */
    vectorAlwaysFlushes: z.boolean(),
  }),
  memory: z.strictObject({
    /** Share of a miss that independent work hides (the reorder window, non-blocking misses). */
    hiddenShare: share,
    /** Misses that can be under way at once. */
    outstandingMisses: whole,
  }),
  notes: z.array(z.string()).optional(),
});

export type OperationFigures = Frozen<z.output<typeof figures>>;
/** A microarchitecture, as a file of `cores/` has it; `schemas/core.schema.json` says what each field means. @useDeclaredType */
export type CoreProfile = Frozen<z.output<typeof core>>;

export const coreSchema: z.ZodType<CoreProfile> = core;
