/** Measured cases: the form of `data/measurements.json`, and of the files that people bring. */
import * as z from 'zod';
import { checked } from '../../device/checked.ts';
import type { DeviceProfile } from '../../device/profile.ts';
import type { Frozen } from '../../units/frozen.ts';
import { StudyError } from '../cost/study-error.ts';
import { type MeasuredKind, measuredKindOf } from '../predict/confidence.ts';

export type Bound = 'value' | 'upper' | 'lower';

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

const orNull = <T extends z.ZodType>(of: T) => of.optional().transform((value) => value ?? null);

/** 'a1-nano with ReLU for Tanh' is a1-nano with another activation. */
const modelOf = (name: string) => {
  const activation = swapped.find((type) => name.endsWith(` with ${type} for Tanh`)) ?? null;
  return { model: name.replace(` with ${activation} for Tanh`, ''), activation };
};

/** Keys that only inform (build, note, ...) are let through. */
const caseSchema = z
  .object({
    id: z.string().min(1),
    device: z.string().min(1),
    core: orNull(z.string()),
    engine: z.string().min(1),
    /** An id of `models/`, or an id and a width's label: 'a2-lite'. */
    model: z.string().min(1),
    width: orNull(z.string()),
    /** The model with every tanh replaced. */
    activation: z.enum(swapped).optional(),
    tanh: orNull(z.enum(['libm', 'fast'])),
    clockHz: orNull(bounded('a clock from 1000000 to 20000000000 hertz', 1e6, 2e10)),
    clockKind: z.string().optional(),
    sampleRateHz: bounded('a rate from 8000 to 1000000 hertz', 8000, 1e6).optional(),
    /** Null where the source does not say: the device's own. */
    blockFrames: orNull(z.int().positive().max(65_536).nullable()),
    cyclesPerSample: bounded('a positive number of cycles per sample, at most 1e9', 1e-9, 1e9),
    bound: z
      .enum(['value', 'upper', 'lower'])
      .optional()
      .transform((bound): Bound => bound ?? 'value'),
    coresUsed: z.int().positive().max(1024).optional(),
    pipeline: pipeline.optional(),
    split: z
      .union([z.enum(['fit', 'check']), pipeline], '"fit", "check" or a pipeline of layers')
      .optional(),
    source: z
      .string()
      .optional()
      .transform((source) => source ?? 'not stated'),
    /** What explains the error that remains, as far as anybody knows. */
    remains: orNull(z.string()),
    /** Why no engine here describes the build that was measured; null where one does. */
    notComparable: orNull(z.string().min(1)),
  })
  .transform(({ clockKind, coresUsed: _, sampleRateHz: __, pipeline, split, ...c }) => {
    const { model, activation } = modelOf(c.model);
    const stated = pipeline ?? (typeof split === 'object' ? split : undefined);
    return {
      ...c,
      model,
      activation: c.activation ?? activation,
      /** The source gives times: its cycles are those of a clock that was taken for granted. */
      clockAssumed: assumedClocks.includes(clockKind),
      /** Layers on the first of two cores. */
      frontLayers: stated?.frontLayers ?? null,
      /** A constant was fitted to it, or it only checks. */
      split: split === 'fit' ? ('fit' as const) : ('check' as const),
    };
  });
const schema = z.object({ cases: z.array(caseSchema).min(1) });

export type MeasuredCase = Frozen<z.output<typeof caseSchema>>;

/** What `parseCases` takes; its JSON Schema is generated from it. */
export const casesSchema: z.ZodType = schema;

/**
 * The document, if it obeys the schema.
 * @throws StudyError 'bad-cases', one line a fault. `file` begins each.
 */
export const parsedBy = <T>(schema: z.ZodType<T>, document: unknown, file: string): T =>
  checked(schema, document, file, (faults) => new StudyError('bad-cases', faults));

/** @throws StudyError 'bad-cases', one line a fault. `file` begins each. */
export const parseCases = (document: unknown, file: string): readonly MeasuredCase[] => {
  const { cases } = parsedBy(schema, document, file);
  const ids = cases.map(({ id }) => id);
  const twice = ids.find((id, i) => ids.indexOf(id) < i);
  if (twice === undefined) return cases;
  throw new StudyError('bad-cases', `${file}: cases: id "${twice}" occurs twice.`);
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
