/**
 * The form of a scenario: one experiment, with what is expected of it. Units are in the names.
 * The messages say what is expected; `parse-scenario.ts` adds what was found.
 */
import * as z from 'zod';
import { signalNames } from '../audio/signals.ts';
import { convolverIds } from '../engine/engine.ts';
import { frequencyGovernors } from '../pedal/clock-control.ts';
import { widthPolicies } from '../pedal/width-policy.ts';
import type { Frozen } from '../units/frozen.ts';

const positive = (what: string, most: number) => z.number(what).positive(what).max(most, what);
const within = (what: string, least: number, most: number): z.ZodType<number> =>
  z.number(what).min(least, what).max(most, what);
const whole = (what: string, least: number, most: number): z.ZodType<number> =>
  z.int(what).min(least, what).max(most, what);
const text = (what: string): z.ZodType<string> => z.string(what).min(1, what);
const flag: z.ZodType<boolean> = z.boolean('true or false');
const oneOf = <T extends string>(names: readonly T[]): z.ZodType<T> =>
  z.enum(names as [T, ...T[]], { error: `one of ${names.map((n) => `"${n}"`).join(', ')}` });

const blockFrames = whole('a whole number of frames from 1 to 8192', 1, 8192);
const clockHz = whole('a whole number of hertz, at least 1000000', 1_000_000, 10_000_000_000);
const seconds = within('a number of seconds from 0 to 86400', 0, 86_400);
const cyclesPerSample = within('a number of cycles per sample from 0 to 1000000000', 0, 1e9);
const celsius = within('degrees Celsius from -100 to 1000', -100, 1000);
const load = within('a load above 0, at most 1000000', Number.MIN_VALUE, 1e6);
const share = within('a share from 0 to 1', 0, 1);
const core = whole('a core by number, from 0', 0, 63);
const width = text('a width: a ratio "0.5", channels "ch:8" or a label');

/** A number of seconds, or a span that is drawn from. */
export type Span = number | { readonly min: number; readonly max: number };

const spanOf = (least: number): z.ZodType<Span> => {
  const what = `a number of seconds from ${least} to 86400`;
  const each = within(what, least, 86_400);
  const both = z.strictObject({ min: each, max: each });
  const range = both.refine((s) => s.min <= s.max, 'min not above max');
  return z.union([each, range], `${what}, or { "min": seconds, "max": seconds }`);
};

const place = oneOf(['beside', 'audio-thread']);
const taps = whole('a whole number of taps from 1 to 65536', 1, 65_536);
const window = positive('a number of seconds above 0, at most 86400', 86_400);
const degrees = within('degrees from 0 to 1000', 0, 1000);

/** Exactly one of `model`, `ir` and `cyclesPerSample` says what the slot is. */
const slot = z
  .strictObject({
    name: text('a name').optional(),
    model: text('a model by id or path').optional(),
    width: width.optional(),
    /** Layers that run on the first of two cores, the rest on the next (pipelined chains). */
    splitAfterLayers: whole('a whole number of layers, at least 1', 1, 10_000).optional(),
    ir: z
      .strictObject({
        file: text('a WAV file').optional(),
        /** A built-in impulse of this length. */
        taps: taps.optional(),
        truncateTaps: taps.optional(),
        /** @default the device's, and `pedalbench` where there is a `method` */
        convolver: oneOf(convolverIds).optional(),
        /** How `pedalbench` goes about it. @default by the length */
        method: oneOf(['direct', 'partitioned']).optional(),
      })
      .refine((ir) => ir.method === undefined || (ir.convolver ?? 'pedalbench') === 'pedalbench', {
        message: '"method" only with the convolver "pedalbench", whose choice it is',
      })
      .optional(),
    cyclesPerSample: cyclesPerSample.optional(),
    /** Extra cost while the slot's state is denormal and the device does not flush. */
    denormalCyclesPerSample: cyclesPerSample.optional(),
    /** Time in which the slot's state falls to a thousandth in silence: a reverb's tail. */
    tailSeconds: seconds.optional(),
    engine: text('an engine by id').optional(),
    /** The model runs at so many times its own rate, between filters. @default 1 */
    oversample: z.union([z.literal(1), z.literal(2), z.literal(4)], '1, 2 or 4').optional(),
    bypassed: flag.optional(),
    core: core.optional(),
    branch: text('the name of a branch').optional(),
  })
  .refine((s) => [s.model, s.ir, s.cyclesPerSample].filter((v) => v !== undefined).length === 1, {
    message: 'exactly one of "model", "ir" and "cyclesPerSample"',
  })
  .refine(
    (s) => s.model !== undefined || (s.width ?? s.splitAfterLayers ?? s.oversample) === undefined,
    { message: '"width", "splitAfterLayers" and "oversample" only where there is a "model"' },
  )
  .refine((s) => s.ir === undefined || (s.ir.file === undefined) !== (s.ir.taps === undefined), {
    message: '"ir" with either a "file" or a number of "taps"',
  });

/** Exactly one action: `width`, `model` (with a `width`), `bypassed`, `blockFrames` or `clockHz`. */
const event = z
  .strictObject({
    atSeconds: seconds,
    slot: text('the name of a slot').optional(),
    model: text('a model by id or path').optional(),
    width: width.optional(),
    bypassed: flag.optional(),
    blockFrames: blockFrames.optional(),
    clockHz: clockHz.optional(),
    /** Where a new network is built and prewarmed. */
    place: place.optional(),
    /** From storage to memory, before the prewarm. */
    loadSeconds: seconds.optional(),
  })
  .refine(
    (e) =>
      [e.model ?? e.width, e.bypassed, e.blockFrames, e.clockHz].filter((v) => v !== undefined)
        .length === 1,
    'exactly one of "width", "model", "bypassed", "blockFrames" and "clockHz"',
  )
  .refine((e) => e.slot !== undefined || (e.model ?? e.width ?? e.bypassed) === undefined, {
    message: 'the "slot" that it is about',
  });

const burst = z.strictObject({
  name: text('a name'),
  kind: oneOf(['interrupt', 'graph', 'memory', 'cache']),
  core: core.optional(),
  /** From one start to the next: shorter ones are no events on any chip. */
  everySeconds: spanOf(0.000001),
  durationSeconds: spanOf(0),
  firstAtSeconds: seconds.optional(),
  /** memory: how many times longer waiting for memory takes. */
  factor: within('a factor from 1 to 1000', 1, 1000).optional(),
});

const dvfs = z.strictObject({
  governor: oneOf(frequencyGovernors).optional(),
  minClockHz: clockHz.optional(),
  rampSeconds: seconds.optional(),
});

const thermal = z.strictObject({
  ambientCelsius: celsius.optional(),
  startCelsius: celsius.optional(),
  riseCelsius: degrees.optional(),
  timeConstantSeconds: window.optional(),
  throttleCelsius: celsius.optional(),
  throttledClockHz: clockHz.optional(),
  hysteresisCelsius: degrees.optional(),
  otherCoresBusy: within('a number of cores from 0 to 1024', 0, 1024).optional(),
});

const disturbances = z.strictObject({
  interrupt: flag.optional(),
  graph: flag.optional(),
  memory: flag.optional(),
  cache: flag.optional(),
  dvfs: z.union([flag, dvfs], 'true, false or an object').optional(),
  thermal: z.union([flag, thermal], 'true, false or an object').optional(),
  add: z.array(burst).max(256, 'at most 256 disturbances').optional(),
});

const governor = z
  .strictObject({
    slot: text('the name of a slot'),
    /** Widest first. */
    widths: z.array(width).min(2, 'at least two widths, widest first').max(64, 'at most 64 widths'),
    policy: oneOf(Object.keys(widthPolicies) as (keyof typeof widthPolicies)[]),
    upper: load,
    lower: load,
    windowSeconds: window.optional(),
    holdSeconds: seconds.optional(),
    place: place.optional(),
  })
  .refine((g) => g.lower < g.upper, '"lower" below "upper"');

const expectation = z.strictObject({
  maxLoad: load.optional(),
  minHeadroom: within('a headroom from -1000000 to 1', -1e6, 1).optional(),
  maxXruns: whole('a whole number, 0 or more', 0, 1e9).optional(),
  minXruns: whole('a whole number, 0 or more', 0, 1e9).optional(),
  maxResponseSeconds: window.optional(),
});

const scenario = z
  .strictObject({
    $schema: z.string().optional(),
    title: text('a title').optional(),
    description: z.string().optional(),
    device: text('a device by id or path'),
    engine: text('an engine by id, or "auto"').optional(),
    tanh: oneOf(['libm', 'fast']).optional(),
    sampleRateHz: whole('a whole number of hertz from 8000 to 384000', 8000, 384_000).optional(),
    /** False: models run at the session's rate. @default what the device's player does */
    resample: flag.optional(),
    blockFrames: blockFrames.optional(),
    clockHz: clockHz.optional(),
    /** Periods that the audio stack buffers, and what its driver needs of the last. */
    periods: whole('a whole number of periods from 2 to 16', 2, 16).optional(),
    slackSeconds: seconds.optional(),
    flushDenormals: flag.optional(),
    chain: oneOf(['serial', 'parallel', 'pipelined']).optional(),
    slots: z.array(slot).min(1, 'at least one slot').max(64, 'at most 64 slots'),
    audio: z
      .strictObject({
        signal: oneOf(signalNames).optional(),
        file: text('a WAV file').optional(),
        gain: positive('a factor above 0, at most 1000000', 1e6).optional(),
      })
      .refine((a) => (a.signal === undefined) !== (a.file === undefined), {
        message: 'either a "signal" or a "file"',
      })
      .optional(),
    durationSeconds: window,
    seed: whole('a whole number, 0 or more', 0, Number.MAX_SAFE_INTEGER).optional(),
    disturbances: z.union([flag, disturbances], 'true, false or an object').optional(),
    events: z.array(event).max(10_000, 'at most 10000 events').optional(),
    governor: governor.optional(),
    expect: expectation.optional(),
    /** Headroom below which the verdict is `tight`. @default the device's */
    marginShare: share.optional(),
  })
  .superRefine(({ durationSeconds, events }, context) => {
    for (const [i, { atSeconds }] of (events ?? []).entries()) {
      if (atSeconds <= durationSeconds) continue;
      const message = `a time before the end, which is at ${durationSeconds} seconds`;
      context.addIssue({ code: 'custom', path: ['events', i, 'atSeconds'], message });
    }
  });

/** An experiment, as a file of `scenarios/` has it; `schemas/scenario.schema.json` says what each field means. @useDeclaredType */
export type Scenario = Frozen<z.output<typeof scenario>>;
export type ScenarioSlot = Scenario['slots'][number];
export type ImpulseSpec = NonNullable<ScenarioSlot['ir']>;
export type ScenarioEvent = NonNullable<Scenario['events']>[number];
export type Disturbances = Frozen<z.output<typeof disturbances>>;
export type ScenarioBurst = NonNullable<Disturbances['add']>[number];
export type Expectation = NonNullable<Scenario['expect']>;

/** One experiment: no field is a list that is not one by nature. */
export const scenarioSchema: z.ZodType<Scenario> = scenario;

/** Fields that are lists by nature; any other list in a scenario is a sweep. */
export const listFields: ReadonlySet<string> = new Set(['slots', 'events', 'add', 'widths']);
