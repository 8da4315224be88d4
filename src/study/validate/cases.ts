/** Measured cases: the form of `data/measurements.json`, and of the files that people bring. */
import * as z from 'zod';
import { checked } from '../../device/checked.ts';
import type { DeviceProfile } from '../../device/profile.ts';
import type { TanhKind } from '../../engine/engine.ts';
import type { Activation } from '../../nam/network.ts';
import { StudyError } from '../cost/study-error.ts';
import { type MeasuredKind, measuredKindOf } from '../predict/confidence.ts';

export type Bound = 'value' | 'upper' | 'lower';

export interface MeasuredCase {
  readonly id: string;
  readonly device: string;
  readonly core: string | null;
  readonly engine: string;
  /** An id of `models/`, or an id and a width's label: 'a2-lite'. */
  readonly model: string;
  readonly width: string | null;
  /** The model with every tanh replaced. */
  readonly activation: Activation['type'] | null;
  readonly tanh: TanhKind | null;
  readonly clockHz: number | null;
  /** The source gives times: its cycles are those of a clock that was taken for granted. */
  readonly clockAssumed: boolean;
  readonly sampleRateHz: number;
  /** Null where the source does not say: the device's own. */
  readonly blockFrames: number | null;
  readonly cyclesPerSample: number;
  readonly bound: Bound;
  /** Layers on the first of two cores. */
  readonly frontLayers: number | null;
  /** A constant was fitted to it, or it only checks. */
  readonly split: 'fit' | 'check';
  readonly source: string;
  /** What explains the error that remains, as far as anybody knows. */
  readonly remains: string | null;
  /** Why no engine here describes the build that was measured; null where one does. */
  readonly notComparable: string | null;
}

/** Activations that stand for tanh in a measured model. */
const swapped = ['ReLU', 'LeakyReLU', 'Hardtanh', 'Fasttanh'] as const;

const bounded = (error: string, least: number, most: number): z.ZodNumber =>
  z.number({ error }).min(least, { error }).max(most, { error });

const pipeline = z.object({
  kind: z.literal('layer-pipeline').optional(),
  frontLayers: z.int().positive(),
});

/** What `clockKind` says of a clock that nobody looked at while it was measured. */
const assumedClocks: readonly unknown[] = ['assumed', 'specification'];

/** Keys that only inform (build, note, ...) are let through. */
const caseSchema = z.looseObject({
  id: z.string().min(1),
  device: z.string().min(1),
  core: z.string().optional(),
  engine: z.string().min(1),
  model: z.string().min(1),
  width: z.string().optional(),
  activation: z.enum(swapped).optional(),
  tanh: z.enum(['libm', 'fast']).optional(),
  clockHz: bounded('a clock from 1000000 to 20000000000 hertz', 1e6, 2e10).optional(),
  clockKind: z.string().optional(),
  sampleRateHz: bounded('a rate from 8000 to 1000000 hertz', 8000, 1e6).optional(),
  blockFrames: z.int().positive().max(65_536).nullish(),
  cyclesPerSample: bounded('a positive number of cycles per sample, at most 1e9', 1e-9, 1e9),
  bound: z.enum(['value', 'upper', 'lower']).optional(),
  coresUsed: z.int().positive().max(1024).optional(),
  pipeline: pipeline.optional(),
  split: z
    .union([z.enum(['fit', 'check']), pipeline], '"fit", "check" or a pipeline of layers')
    .optional(),
  source: z.string().optional(),
  remains: z.string().optional(),
  notComparable: z.string().min(1).optional(),
});
const schema = z.looseObject({ cases: z.array(caseSchema).min(1) });

/** What `parseCases` takes; its JSON Schema is generated from it. */
export const casesSchema: z.ZodType = schema;

/** 'a1-nano with ReLU for Tanh' is a1-nano with another activation. */
const modelOf = (name: string): Pick<MeasuredCase, 'model' | 'activation'> => {
  const activation = swapped.find((type) => name.endsWith(` with ${type} for Tanh`)) ?? null;
  return { model: name.replace(` with ${activation} for Tanh`, ''), activation };
};

/**
 * The document, if it obeys the schema.
 * @throws StudyError 'bad-cases', one line a fault. `file` begins each.
 */
export const parsedBy = <T>(schema: z.ZodType<T>, document: unknown, file: string): T =>
  checked(schema, document, file, (faults) => new StudyError('bad-cases', faults));

/** @throws StudyError 'bad-cases', one line a fault. `file` begins each. */
export const parseCases = (document: unknown, file: string): readonly MeasuredCase[] => {
  const { cases } = parsedBy(schema, document, file);
  const seen = new Set<string>();
  return cases.map((c): MeasuredCase => {
    if (seen.has(c.id)) {
      throw new StudyError('bad-cases', `${file}: cases: id "${c.id}" occurs twice.`);
    }
    seen.add(c.id);
    const { model, activation } = modelOf(c.model);
    const split = typeof c.split === 'object' ? c.split : null;
    return {
      id: c.id,
      device: c.device,
      core: c.core ?? null,
      engine: c.engine,
      model,
      width: c.width ?? null,
      activation: c.activation ?? activation,
      tanh: c.tanh ?? null,
      clockHz: c.clockHz ?? null,
      clockAssumed: assumedClocks.includes(c.clockKind),
      sampleRateHz: c.sampleRateHz ?? 48_000,
      blockFrames: c.blockFrames ?? null,
      cyclesPerSample: c.cyclesPerSample,
      bound: c.bound ?? 'value',
      frontLayers: (c.pipeline ?? split)?.frontLayers ?? null,
      split: c.split === 'fit' ? 'fit' : 'check',
      source: c.source ?? 'not stated',
      remains: c.remains ?? null,
      notComparable: c.notComparable ?? null,
    };
  });
};

/** What was measured, of what on what; a width may be part of a model's name. */
const identityOf = (c: MeasuredCase): string => {
  const model = c.width === null ? c.model : `${c.model}-${c.width}`;
  return JSON.stringify([c.device, c.engine, model, c.activation, c.bound, c.cyclesPerSample]);
};

/** With what is known of the same measurements: by what was measured on what, whatever their file calls them. */
export const withKnown = (
  cases: readonly MeasuredCase[],
  known: readonly MeasuredCase[],
): readonly MeasuredCase[] =>
  cases.map((c) => {
    const same = known.find((other) => identityOf(other) === identityOf(c));
    return { ...c, notComparable: c.notComparable ?? same?.notComparable ?? null };
  });

/** What values were measured for; `deviceOf` finds the profile that a case names, null where there is none. */
export const measuredKindsOf = (
  cases: readonly MeasuredCase[],
  deviceOf: (id: string) => DeviceProfile | null,
): readonly MeasuredKind[] =>
  cases.flatMap((c) => {
    const chip = deviceOf(c.device)?.chip ?? null;
    const judged = c.bound === 'value' && c.notComparable === null;
    return judged && chip !== null ? [measuredKindOf(c, chip)] : [];
  });
