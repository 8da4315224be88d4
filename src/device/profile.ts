/**
 * The form of a device profile: a product with its cores, memories, audio settings and shipping engine,
 * every number with its provenance. Where nobody has published the chip, `chip` is null and the profile
 * holds evidence only.
 */
import * as z from 'zod';
import type { TanhKind } from '../engine/engine.ts';
import { type Compiler, compilers, type Libc, libcs } from '../kernel/lowered.ts';
import type { DataKind } from '../machine/memory/memory-system.ts';
import { type Figure, type FigureKind, figureKinds, figureOf } from '../units/figure.ts';

/** A statement that is no number: a name, a flag, a switch, with its provenance. */
export interface Stated<T> {
  readonly value: T;
  readonly kind: FigureKind;
  readonly source: string;
  readonly note?: string | undefined;
}

const deviceTiers = [
  'linux-pedal',
  'dsp-pedal',
  'budget-multifx',
  'mcu',
  'linux-sbc',
  'computer',
  'class',
  'host',
] as const;
export type DeviceTier = (typeof deviceTiers)[number];

export interface CacheProfile {
  readonly name: string;
  readonly sizeBytes: Figure;
  readonly lineBytes: Figure;
  readonly ways: Figure;
  /** Load-to-use cycles of a hit, of the core's clock. */
  readonly latencyCycles: Figure;
  /** Cores that share it. */
  readonly sharedBy: Figure;
}

export interface ClusterProfile {
  readonly name: string;
  /** A file of `cores/`. */
  readonly coreId: string;
  readonly count: Figure;
  readonly clockHz: Figure;
  /** Cores of this cluster that audio may run on; 0 where the cluster does other work. */
  readonly audioCores: Figure;
  /** From the core outwards. */
  readonly dataCaches: readonly CacheProfile[];
  readonly instructionCache: CacheProfile | null;
}

export interface DramProfile {
  readonly name: string;
  readonly latencyNanoseconds: Figure;
  readonly bandwidthBytesPerSecond: Figure;
}

export interface RegionProfile {
  readonly name: string;
  readonly sizeBytes: Figure;
  /** What the firmware keeps for itself. */
  readonly reservedBytes?: Figure | undefined;
  /** Extra cycles of an access that no cache serves; 0: tightly coupled. */
  readonly waitCycles: Figure;
  readonly cached: boolean;
  /** Flash: holds code and weights, but nothing that changes. @default false */
  readonly readOnly?: boolean | undefined;
}

export interface MemoryProfile {
  readonly dram: DramProfile | null;
  readonly regions: readonly RegionProfile[];
  readonly placement: Stated<Readonly<Record<DataKind, string>>> | null;
  /** Builds with these engines place otherwise: a library that allocates from the heap lies where the heap does. */
  readonly enginePlacements?:
    | Readonly<Record<string, Stated<Readonly<Record<DataKind, string>>>>>
    | undefined;
  readonly prefetch: { readonly streams: Figure; readonly visibleShare: Figure } | null;
  /** Memory that models may fill; where regions say it, null. */
  readonly modelLimitBytes: Figure | null;
}

export interface AudioProfile {
  readonly sampleRateHz: Figure;
  readonly blockFrames: Figure;
  readonly allowedBlockFrames: Stated<readonly number[]>;
  /** Blocks that the stack buffers; 2 is a ping-pong. */
  readonly periods: Figure;
  readonly stack: 'jack' | 'alsa' | 'dma';
  /** What is heard when a block is late. */
  readonly lateBlock: 'silence' | 'repeat';
  /** What the player puts around a model of another rate: AudioDSPTools' container, or nothing. @default nothing */
  readonly resampler?: Stated<'lanczos' | 'none'> | undefined;
}

export interface HostProfile {
  /** Share of an audio core that the host, the codec and the rest of the firmware keep. */
  readonly reserveShare: Figure;
  /** Time per block until the models may start and after they end: wake-up, graph, conversion. */
  readonly secondsPerBlock: Figure;
  /** Headroom below which a verdict is `tight`. */
  readonly marginShare: Figure;
}

export interface BuildProfile {
  /** The engine that the product ships, which `auto` stands for. */
  readonly engine: Stated<string>;
  /** Engines that builds for this device use, in turn, for models that the shipping one refuses. */
  readonly alternatives: Stated<readonly string[]>;
  readonly tanh: Stated<TanhKind>;
  readonly flags: Stated<string>;
  /** -mcpu or -mtune: what the compiler scheduled for. */
  readonly tune: string;
  /** -ffast-math or what has the same effect. */
  readonly fastMath: boolean;
  /** The C library that firmware links. @default glibc, or what is as quick */
  readonly libc?: Stated<Libc> | undefined;
  /** The compiler of the build. @default gcc-12 */
  readonly compiler?: Stated<Compiler> | undefined;
}

export const interferenceKinds = ['interrupt', 'graph', 'memory', 'cache'] as const;

export interface InterferenceProfile {
  readonly name: string;
  readonly what: (typeof interferenceKinds)[number];
  readonly everySeconds: Figure;
  readonly durationSeconds: Figure;
}

export interface DvfsProfile {
  readonly governor: Stated<string>;
  readonly minClockHz: Figure;
  /** Time to reach the top clock. */
  readonly rampSeconds: Figure;
}

/** A first-order model: temperature approaches ambient + rise with the time constant. */
export interface ThermalProfile {
  readonly throttleCelsius: Figure;
  readonly throttledClockHz: Figure;
  readonly ambientCelsius: Figure;
  /** Steady rise over ambient with one core at full load, at the top clock. */
  readonly riseCelsius: Figure;
  readonly timeConstantSeconds: Figure;
}

export interface ChipProfile {
  readonly soc: Stated<string>;
  readonly clusters: readonly ClusterProfile[];
  readonly memory: MemoryProfile;
  readonly audio: AudioProfile;
  readonly host: HostProfile;
  readonly build: BuildProfile;
  /** Subnormal numbers become zero on audio threads. */
  readonly flushToZero: Stated<boolean>;
  readonly interference: readonly InterferenceProfile[];
  readonly os: Stated<string> | null;
  readonly dvfs: DvfsProfile | null;
  readonly thermal: ThermalProfile | null;
}

/**
 * runs, refuses: the product does, or does not, run the model for want of power. converts: it turns
 * the file into a form of its own, whose cost does not depend on the model. no-nam: it takes no NAM
 * files at all.
 */
const evidenceStatements = ['runs', 'refuses', 'converts', 'no-nam'] as const;
export type EvidenceStatement = (typeof evidenceStatements)[number];

export interface Evidence {
  readonly statement: EvidenceStatement;
  /** A known model (see `known-models.ts`); absent where the statement is about every model. */
  readonly model?: string | undefined;
  readonly copies?: number | undefined;
  readonly blockFrames?: number | undefined;
  /** The engine that the statement is about, where it is not the shipping one. */
  readonly engine?: string | undefined;
  /** Cores over which the model is pipelined, and after which layer, where that is the statement. */
  readonly splitAfterLayers?: number | undefined;
  readonly firmware?: string | undefined;
  readonly kind: FigureKind;
  readonly source: string;
  readonly note?: string | undefined;
}

export interface DeviceProfile {
  readonly $schema?: string | undefined;
  readonly id: string;
  readonly name: string;
  readonly tier: DeviceTier;
  readonly chip: ChipProfile | null;
  readonly evidence: readonly Evidence[];
  readonly notes?: readonly string[] | undefined;
}

/** The sentence of what is expected travels in `message`; `parse-profile.ts` adds what was found and the fix. */
const whole = (expected: string, least: number, most: number): z.ZodType<number> =>
  z
    .int({ error: expected })
    .min(least, { error: expected })
    .max(most, { error: expected })
    .meta({ description: expected });
const real = (expected: string, least: number, most: number): z.ZodType<number> =>
  z
    .number({ error: expected })
    .min(least, { error: expected })
    .max(most, { error: expected })
    .meta({ description: expected });

const clock = figureOf(
  whole('a positive integer of hertz, from 1000000 to 20000000000', 1_000_000, 20_000_000_000),
);
/** Caches and memories; nothing smaller has been built, so a smaller number is one of kilobytes. */
const size = figureOf(whole('an integer of bytes, from 1024 to 2^40', 1024, 2 ** 40));
const lineSize = figureOf(whole('a positive integer of bytes, at most 4096', 1, 4096));
const sizeOrNone = figureOf(whole('an integer of bytes, from 0 to 2^40', 0, 2 ** 40));
const count = figureOf(whole('a positive integer, at most 1024', 1, 1024));
const frames = figureOf(whole('a positive integer of frames, at most 65536', 1, 65_536));
const countOrNone = figureOf(whole('an integer from 0 to 1024', 0, 1024));
const rate = figureOf(whole('a positive integer of hertz, from 8000 to 1000000', 8_000, 1_000_000));
const latency = figureOf(real('a number of cycles from 0 to 100000', 0, 100_000));
const nanoseconds = figureOf(real('a number of nanoseconds from 1 to 1000000', 1, 1_000_000));
const duration = figureOf(real('a number of seconds from 0 to 86400', 0, 86_400));
/** From one start to the next. */
const interval = figureOf(real('a number of seconds from 0.000001 to 86400', 1e-6, 86_400));
const blockDuration = figureOf(real('a number of seconds from 0 to 0.1', 0, 0.1));
const bandwidth = figureOf(
  real('a number of bytes per second, from 1000000 to 1e13', 1_000_000, 1e13),
);
const share = figureOf(real('a share from 0 to 1', 0, 1));
const celsius = figureOf(real('degrees Celsius', -50, 200));

const statedOf = <T>(value: z.ZodType<T>): z.ZodType<Stated<T>> =>
  z.strictObject({
    value,
    kind: z.enum(figureKinds),
    source: z.string().min(1),
    note: z.string().optional(),
  }) as unknown as z.ZodType<Stated<T>>;

const cache = z.strictObject({
  name: z.string().min(1),
  sizeBytes: size,
  lineBytes: lineSize,
  ways: count,
  latencyCycles: latency,
  sharedBy: count,
});

const cluster = z.strictObject({
  name: z.string().min(1),
  coreId: z.string().min(1),
  count,
  clockHz: clock,
  audioCores: countOrNone,
  dataCaches: z.array(cache).max(8),
  instructionCache: cache.nullable(),
});

const placement = statedOf(
  z.strictObject({
    weights: z.string(),
    history: z.string(),
    scratch: z.string(),
    code: z.string(),
  }),
);

const memory = z.strictObject({
  dram: z
    .strictObject({
      name: z.string().min(1),
      latencyNanoseconds: nanoseconds,
      bandwidthBytesPerSecond: bandwidth,
    })
    .nullable(),
  regions: z.array(
    z.strictObject({
      name: z.string().min(1),
      sizeBytes: size,
      reservedBytes: sizeOrNone.optional(),
      waitCycles: latency,
      cached: z.boolean(),
      readOnly: z.boolean().optional(),
    }),
  ),
  placement: placement.nullable(),
  enginePlacements: z.record(z.string(), placement).optional(),
  prefetch: z.strictObject({ streams: countOrNone, visibleShare: share }).nullable(),
  modelLimitBytes: size.nullable(),
});

const audio = z.strictObject({
  sampleRateHz: rate,
  blockFrames: frames,
  allowedBlockFrames: statedOf(z.array(z.int().positive().max(65_536)).min(1).max(64)),
  periods: count,
  stack: z.enum(['jack', 'alsa', 'dma']),
  lateBlock: z.enum(['silence', 'repeat']),
  resampler: statedOf(z.enum(['lanczos', 'none'])).optional(),
});

const chip = z.strictObject({
  soc: statedOf(z.string().min(1)),
  clusters: z.array(cluster).min(1).max(16),
  memory,
  audio,
  host: z.strictObject({ reserveShare: share, secondsPerBlock: blockDuration, marginShare: share }),
  build: z.strictObject({
    engine: statedOf(z.string().min(1)),
    alternatives: statedOf(z.array(z.string().min(1))),
    tanh: statedOf(z.enum(['libm', 'fast'])),
    flags: statedOf(z.string()),
    tune: z.string().min(1),
    fastMath: z.boolean(),
    libc: statedOf(z.enum(libcs)).optional(),
    compiler: statedOf(z.enum(compilers)).optional(),
  }),
  flushToZero: statedOf(z.boolean()),
  interference: z.array(
    z.strictObject({
      name: z.string().min(1),
      what: z.enum(interferenceKinds),
      everySeconds: interval,
      durationSeconds: duration,
    }),
  ),
  os: statedOf(z.string()).nullable(),
  dvfs: z
    .strictObject({ governor: statedOf(z.string()), minClockHz: clock, rampSeconds: duration })
    .nullable(),
  thermal: z
    .strictObject({
      throttleCelsius: celsius,
      throttledClockHz: clock,
      ambientCelsius: celsius,
      riseCelsius: celsius,
      timeConstantSeconds: duration,
    })
    .nullable(),
});

const evidence = z.strictObject({
  statement: z.enum(evidenceStatements),
  model: z.string().optional(),
  copies: z.int().positive().optional(),
  blockFrames: z.int().positive().optional(),
  engine: z.string().optional(),
  splitAfterLayers: z.int().positive().optional(),
  firmware: z.string().optional(),
  kind: z.enum(figureKinds),
  source: z.string().min(1),
  note: z.string().optional(),
});

export const deviceSchema: z.ZodType<DeviceProfile> = z.strictObject({
  $schema: z.string().optional(),
  id: z.string().regex(/^[a-z0-9][a-z0-9.-]*$/, {
    error: 'an id of small letters, digits, dots and dashes',
  }),
  name: z.string().min(1),
  tier: z.enum(deviceTiers),
  chip: chip.nullable(),
  evidence: z.array(evidence),
  notes: z.array(z.string()).optional(),
});
