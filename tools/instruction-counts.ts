/** Holds the instructions of lowered models against those counted in the compiled libraries. Pure. */
import * as z from 'zod';
import type { Counts } from '../src/engine/common/code.ts';
import { countsOf } from '../src/kernel/classify.ts';
import {
  addCounts,
  type InstructionClass,
  instructionClasses,
  noCounts,
} from '../src/kernel/instruction-class.ts';
import { type ArgumentDistribution, defaultArguments } from '../src/kernel/libm.ts';
import type { Lowered } from '../src/kernel/lowered.ts';
import {
  type BuildSources,
  buildSchema,
  lowerBuild,
  templatesPerSample,
} from '../src/study/validate/builds.ts';
import { parsedBy } from '../src/study/validate/cases.ts';
import type { Frozen } from '../src/units/frozen.ts';

const shares = z.array(z.number().min(0).max(1));
const distribution = z.strictObject({ tanhf: shares, tanh: shares, expf: shares, exp: shares });

const isClass = (name: string): name is InstructionClass =>
  instructionClasses.some((known) => known === name);

/** @throws RangeError where a class is unknown or a count no number */
const readCounts = (text: string): Counts => {
  const result: Partial<Record<InstructionClass, number>> = {};
  for (const [, name = '', count] of text.matchAll(/(\S+) (\S+)/g)) {
    if (!isClass(name) || !Number.isFinite(Number(count))) {
      throw new RangeError(`Expected "class count" pairs, got "${text}".`);
    }
    result[name] = (result[name] ?? 0) + Number(count);
  }
  return result;
};

/** Instructions per sample of one build. */
const countedRow = buildSchema
  .extend({
    blockFrames: z.int().positive(),
    /** none: the model has no tanh. */
    tanh: z.enum(['libm', 'fast', 'none']),
    /** The compiler's flags, where they matter beyond `fastMath`. */
    build: z.string().optional(),
    instructionsPerSample: z.number().positive(),
    /**
     * Of these, inside a C library that is not the core's (the Cortex-M7 build links one for application
     * processors): left out on both sides, and with it the classes, from which it cannot be taken out.
     */
    foreignLibrary: z.number().positive().optional(),
    /** 'scalar_fma 393 int 336': a class and its instructions per sample, in turn. */
    classes: z.string(),
  })
  .strict();

const instructionCountsSchema = z.strictObject({
  about: z.string(),
  source: z.string(),
  /**
   * Where the arguments of tanh and exp fell while the rows were counted, by model: heard on the counted
   * frames, or, where the weights of the counted network are not published, read off its counts.
   * @default a playing A1 network's
   */
  arguments: z.record(z.string(), distribution),
  /** Why rows whose label a pattern matches miss a bar. */
  causes: z.array(z.strictObject({ rows: z.string(), cause: z.string() })),
  rows: z.array(countedRow),
});
export type InstructionCountsFile = Frozen<z.output<typeof instructionCountsSchema>>;
type CountedRow = InstructionCountsFile['rows'][number];

/** @throws StudyError 'bad-cases', one line a fault. `file` begins each. */
export const parseInstructionCounts = (document: unknown, file: string): InstructionCountsFile =>
  parsedBy(instructionCountsSchema, document, file);

/** The bars: in total, and for each class above a tenth of the total. */
export const totalBarPercent = 10;
export const classBarPercent = 20;

export interface ComparedClass {
  readonly name: InstructionClass;
  readonly counted: number;
  readonly ours: number;
  readonly errorPercent: number;
}

export interface ComparedRow {
  readonly row: CountedRow;
  /** 'nam-core cortex-a53 a1-nano 64 fast'. */
  readonly label: string;
  /** Without a foreign library, as ours. */
  readonly counted: number;
  readonly ours: number;
  readonly errorPercent: number;
  /** Those above a tenth of the total, the largest first. */
  readonly classes: readonly ComparedClass[];
  readonly holds: boolean;
  /** Where it does not hold; null where nobody has found out. */
  readonly cause: string | null;
}

/** Calls without what they call. */
const noBodies: ArgumentDistribution = { tanhf: [], tanh: [], expf: [], exp: [] };

/** Instructions per sample of a block; `library`: of the total, inside tanh and exp. */
const instructionsPerSample = (
  lowered: Lowered,
  distribution: ArgumentDistribution = defaultArguments,
) => {
  const classes = noCounts();
  let [total, library] = [0, 0];
  for (const [template, share] of templatesPerSample(lowered)) {
    const { counts, instructions } = countsOf(template, distribution);
    addCounts(classes, counts, share);
    total += instructions * share;
    library += (instructions - countsOf(template, noBodies).instructions) * share;
  }
  return { total, classes, library };
};

/** Signed, in percent of what was counted. */
const errorOf = (ours: number, counted: number): number => 100 * (ours / counted - 1);

const compareRow = (
  row: CountedRow,
  file: InstructionCountsFile,
  sources: BuildSources,
): ComparedRow => {
  const { engine, core, model: id, width, blockFrames, tanh, foreignLibrary: foreign = 0 } = row;
  const model = width === 'full' ? id : `${id}-${width}`;
  const kind = tanh === 'fast' ? 'fast' : 'libm';
  const lowered = lowerBuild(row, sources, { tune: core, blockFrames, tanh: kind });
  const found = instructionsPerSample(lowered, file.arguments[model]);
  const ours = found.total - (foreign > 0 ? found.library : 0);
  const counted = row.instructionsPerSample - foreign;
  const countedClasses = foreign > 0 ? {} : readCounts(row.classes);
  const classes = instructionClasses
    .map((name): ComparedClass => {
      const [count, own] = [countedClasses[name] ?? 0, found.classes[name]];
      return { name, counted: count, ours: own, errorPercent: errorOf(own, count) };
    })
    .filter((c) => c.counted > row.instructionsPerSample / 10)
    .sort((a, b) => b.counted - a.counted);
  const errorPercent = errorOf(ours, counted);
  const isNear = ({ errorPercent: off }: ComparedClass): boolean =>
    Math.abs(off) <= classBarPercent;
  const holds = Math.abs(errorPercent) <= totalBarPercent && classes.every(isNear);
  const named = id === 'a2' ? `${id}-${width}` : model;
  const label = `${engine} ${core} ${named} ${blockFrames} ${tanh}${row.staticLstm ? ' static' : ''}`;
  const cause = file.causes.find((c) => new RegExp(c.rows).test(label))?.cause ?? null;
  return { row, label, counted, ours, errorPercent, classes, holds, cause: holds ? null : cause };
};

export const compareInstructionCounts = (
  file: InstructionCountsFile,
  sources: BuildSources,
): readonly ComparedRow[] => file.rows.map((row) => compareRow(row, file, sources));
