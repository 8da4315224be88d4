/**
 * The form of a device profile: a product with its cores, memories, audio settings and shipping engine,
 * every number with its provenance. Where nobody has published the chip, `chip` is null and the profile
 * holds evidence only.
 */
import * as z from 'zod';
import { type ConvolverId, convolverIds } from '../engine/engine.ts';
import { compilers, libcs } from '../kernel/lowered.ts';
import { figureKinds, figureOf } from '../units/figure.ts';
import type { Frozen } from '../units/frozen.ts';

/** The sentence of what is expected travels in `message`; `parse-profile.ts` adds what was found and the fix. */
const whole = (error: string, least: number, most: number): z.ZodType<number> =>
  z.int({ error }).min(least, { error }).max(most, { error }).meta({ description: error });
const real = (error: string, least: number, most: number): z.ZodType<number> =>
  z.number({ error }).min(least, { error }).max(most, { error }).meta({ description: error });

/** Made anew each time: what is shared is a reference in the JSON Schema. */
const text = (): z.ZodString => z.string().min(1);
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
const wait = figureOf(real('a number of nanoseconds from 1 to 1000000', 1, 1_000_000));
const duration = figureOf(real('a number of seconds from 0 to 86400', 0, 86_400));
/** From one start to the next. */
const interval = figureOf(real('a number of seconds from 0.000001 to 86400', 1e-6, 86_400));
const blockDuration = figureOf(real('a number of seconds from 0 to 0.1', 0, 0.1));
const bandwidth = figureOf(
  real('a number of bytes per second, from 1000000 to 1e13', 1_000_000, 1e13),
);
const share = figureOf(real('a share from 0 to 1', 0, 1));
const celsius = figureOf(real('degrees Celsius', -50, 200));

const provenance = () => ({ kind: z.enum(figureKinds), source: text() });

/** A statement that is no number: a name, a flag, a switch, with its provenance. */
const statedOf = <T extends z.ZodType>(value: T) =>
  z.strictObject({ value, ...provenance(), note: z.string().optional() });

const cache = z.strictObject({
  name: text(),
  sizeBytes: size,
  lineBytes: lineSize,
  ways: count,
  /** Load-to-use cycles of a hit, of the core's clock. */
  latencyCycles: latency,
  /** Cores that share it. */
  sharedBy: count,
});

const cluster = z.strictObject({
  name: text(),
  /** A file of `cores/`. */
  coreId: text(),
  count,
  clockHz: clock,
  /** Cores of this cluster that audio may run on; 0 where the cluster does other work. */
  audioCores: countOrNone,
  /** From the core outwards. */
  dataCaches: z.array(cache).max(8),
  instructionCache: cache.nullable(),
});

/** The name of a region each. */
const placement = statedOf(
  z.strictObject({
    weights: z.string(),
    history: z.string(),
    scratch: z.string(),
    code: z.string(),
  }),
);

const memory = z.strictObject({
  dram: z.nullable(
    z.strictObject({ name: text(), latencyNanoseconds: wait, bandwidthBytesPerSecond: bandwidth }),
  ),
  regions: z.array(
    z.strictObject({
      name: text(),
      sizeBytes: size,
      /** What the firmware keeps for itself. */
      reservedBytes: sizeOrNone.optional(),
      /** Extra cycles of an access that no cache serves; 0: tightly coupled. */
      waitCycles: latency,
      cached: z.boolean(),
      /** Flash: holds code and weights, but nothing that changes. @default false */
      readOnly: z.boolean().optional(),
    }),
  ),
  placement: placement.nullable(),
  /** Builds with these engines place otherwise: a library that allocates from the heap lies where the heap does. */
  enginePlacements: z.record(z.string(), placement).optional(),
  prefetch: z.strictObject({ streams: countOrNone, visibleShare: share }).nullable(),
  /** Memory that models may fill; where regions say it, null. */
  modelLimitBytes: size.nullable(),
});

const audio = z.strictObject({
  sampleRateHz: rate,
  blockFrames: frames,
  allowedBlockFrames: statedOf(z.array(z.int().positive().max(65_536)).min(1).max(64)),
  /** Blocks that the stack buffers; 2 is a ping-pong. */
  periods: count,
  stack: z.enum(['jack', 'alsa', 'dma']),
  /** What is heard when a block is late. */
  lateBlock: z.enum(['silence', 'repeat']),
  /** What the player puts around a model of another rate: AudioDSPTools' container, SpeexDSP's at quality 5, or nothing. @default nothing */
  resampler: statedOf(z.enum(['lanczos', 'speex', 'none'])).optional(),
});

const host = z.strictObject({
  /** Share of an audio core that the host, the codec and the rest of the firmware keep. */
  reserveShare: share,
  /** Time per block until the models may start and after they end: wake-up, graph, conversion. */
  secondsPerBlock: blockDuration,
  /** Headroom below which a verdict is `tight`. */
  marginShare: share,
});

const build = z.strictObject({
  /** The engine that the product ships, which `auto` stands for. */
  engine: statedOf(text()),
  /** Engines that builds for this device use, in turn, for models that the shipping one refuses. */
  alternatives: statedOf(z.array(text())),
  tanh: statedOf(z.enum(['libm', 'fast'])),
  flags: statedOf(z.string()),
  /** -mcpu or -mtune: what the compiler scheduled for. */
  tune: text(),
  /** -ffast-math or what has the same effect. */
  fastMath: z.boolean(),
  /** The C library that firmware links. @default glibc, or what is as quick */
  libc: statedOf(z.enum(libcs)).optional(),
  /** The compiler of the build. @default gcc-12 */
  compiler: statedOf(z.enum(compilers)).optional(),
  /** What its player convolves impulse responses with. @default audiodsptools, as NeuralAmpModelerPlugin */
  convolver: statedOf(z.enum(convolverIds)).optional(),
});

export const interferenceKinds = ['interrupt', 'graph', 'memory', 'cache'] as const;

/** A first-order model: temperature approaches ambient + rise with the time constant. */
const thermal = z.strictObject({
  throttleCelsius: celsius,
  throttledClockHz: clock,
  ambientCelsius: celsius,
  /** Steady rise over ambient with one core at full load, at the top clock. */
  riseCelsius: celsius,
  timeConstantSeconds: duration,
});

const chip = z.strictObject({
  soc: statedOf(text()),
  clusters: z.array(cluster).min(1).max(16),
  memory,
  audio,
  host,
  build,
  /** Subnormal numbers become zero on audio threads. */
  flushToZero: statedOf(z.boolean()),
  interference: z.array(
    z.strictObject({
      name: text(),
      what: z.enum(interferenceKinds),
      everySeconds: interval,
      durationSeconds: duration,
    }),
  ),
  os: statedOf(z.string()).nullable(),
  dvfs: z.nullable(
    z.strictObject({
      governor: statedOf(z.string()),
      minClockHz: clock,
      /** Time to reach the top clock. */
      rampSeconds: duration,
    }),
  ),
  thermal: thermal.nullable(),
});

const evidence = z.strictObject({
  /**
   * runs, refuses: the product does, or does not, run the model for want of power. converts: it turns
   * the file into a form of its own, whose cost does not depend on the model. no-nam: it takes no NAM
   * files at all.
   */
  statement: z.enum(['runs', 'refuses', 'converts', 'no-nam']),
  /** A known model (see `known-models.ts`); absent where the statement is about every model. */
  model: z.string().optional(),
  copies: z.int().positive().optional(),
  blockFrames: z.int().positive().optional(),
  /** The engine that the statement is about, where it is not the shipping one. */
  engine: z.string().optional(),
  /** Cores over which the model is pipelined, and after which layer, where that is the statement. */
  splitAfterLayers: z.int().positive().optional(),
  firmware: z.string().optional(),
  ...provenance(),
  note: z.string().optional(),
});

const tiers = [
  'linux-pedal',
  'dsp-pedal',
  'budget-multifx',
  'mcu',
  'linux-sbc',
  'computer',
  'class',
  'host',
] as const;
export type DeviceTier = (typeof tiers)[number];

const device = z.strictObject({
  $schema: z.string().optional(),
  id: z.string().regex(/^[a-z0-9][a-z0-9.-]*$/, {
    error: 'an id of small letters, digits, dots and dashes',
  }),
  name: text(),
  tier: z.enum(tiers),
  chip: chip.nullable(),
  evidence: z.array(evidence),
  /** Whose player the figures are of, where the maker's own firmware takes no .nam. */
  player: z.string().optional(),
  notes: z.array(z.string()).optional(),
});

/** A product, as a file of `devices/` has it; `schemas/device.schema.json` says what each field means. @useDeclaredType */
export type DeviceProfile = Frozen<z.output<typeof device>>;
export type ChipProfile = NonNullable<DeviceProfile['chip']>;
export type ClusterProfile = ChipProfile['clusters'][number];
export type CacheProfile = ClusterProfile['dataCaches'][number];
export type BuildProfile = ChipProfile['build'];
export type Evidence = DeviceProfile['evidence'][number];

export const deviceSchema: z.ZodType<DeviceProfile> = device;

/** What plays impulse responses there. */
export const convolverOf = ({ build }: ChipProfile): ConvolverId =>
  build.convolver?.value ?? 'audiodsptools';
