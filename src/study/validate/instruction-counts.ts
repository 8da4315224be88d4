/** Holds the instructions of lowered models against those counted in the compiled libraries. Pure. */
import * as z from 'zod';
import { faultsOf } from '../../device/profile-faults.ts';
import { counts as readCounts } from '../../engine/common/code.ts';
import type { Engine } from '../../engine/engine.ts';
import { countsOf } from '../../kernel/classify.ts';
import {
  addCounts,
  type InstructionClass,
  instructionClasses,
  noCounts,
} from '../../kernel/instruction-class.ts';
import { type ArgumentDistribution, defaultArguments } from '../../kernel/libm.ts';
import type { Lowered } from '../../kernel/lowered.ts';
import type { CoreProfile } from '../../machine/pipeline/core-profile.ts';
import type { Model } from '../../nam/model.ts';
import { slim } from '../../nam/widths.ts';
import { compile } from '../../program/compile.ts';
import { StudyError } from '../cost/study-error.ts';

/** One build of one library, running one model: instructions per sample. */
export interface CountedRow {
  readonly engine: string;
  readonly core: string;
  readonly model: string;
  readonly width: string;
  readonly blockFrames: number;
  /** none: the model has no tanh. */
  readonly tanh: 'libm' | 'fast' | 'none';
  readonly fastMath: boolean;
  /** The compiler's flags, where they matter beyond `fastMath`. */
  readonly build?: string | undefined;
  /** NeuralAudio built with LSTMs of fixed sizes. */
  readonly staticLstm?: boolean | undefined;
  readonly instructionsPerSample: number;
  /**
   * Of these, inside a C library that is not the core's (the Cortex-M7 build links one for application
   * processors): left out on both sides, and with it the classes, from which it cannot be taken out.
   */
  readonly foreignLibrary?: number | undefined;
  /** 'scalar_fma 393 int 336': a class and its instructions per sample, in turn. */
  readonly classes: string;
}

export interface InstructionCountsFile {
  readonly about: string;
  readonly source: string;
  /**
   * Where the arguments of tanh and exp fell while the rows were counted, by model: heard on the counted
   * frames, or, where the weights of the counted network are not published, read off its counts.
   * @default a playing A1 network's
   */
  readonly arguments: Readonly<Record<string, ArgumentDistribution>>;
  /** Why rows whose label a pattern matches miss a bar. */
  readonly causes: readonly { readonly rows: string; readonly cause: string }[];
  readonly rows: readonly CountedRow[];
}

const shares = z.array(z.number().min(0).max(1));
const distribution = z.strictObject({ tanhf: shares, tanh: shares, expf: shares, exp: shares });

const instructionCountsSchema: z.ZodType<InstructionCountsFile> = z.strictObject({
  about: z.string(),
  source: z.string(),
  arguments: z.record(z.string(), distribution),
  causes: z.array(z.strictObject({ rows: z.string(), cause: z.string() })),
  rows: z.array(
    z.strictObject({
      engine: z.string(),
      core: z.string(),
      model: z.string(),
      width: z.string(),
      blockFrames: z.int().positive(),
      tanh: z.enum(['libm', 'fast', 'none']),
      fastMath: z.boolean(),
      build: z.string().optional(),
      staticLstm: z.boolean().optional(),
      instructionsPerSample: z.number().positive(),
      foreignLibrary: z.number().positive().optional(),
      classes: z.string(),
    }),
  ),
});

/** @throws StudyError 'bad-cases', one line a fault. `file` begins each. */
export const parseInstructionCounts = (document: unknown, file: string): InstructionCountsFile => {
  const result = instructionCountsSchema.safeParse(document);
  if (result.success) return result.data;
  const faults = faultsOf(instructionCountsSchema, result.error, document);
  throw new StudyError('bad-cases', faults.map((f) => `${file}: ${f}`).join('\n'));
};

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

export interface CompareCountsRequest {
  readonly file: InstructionCountsFile;
  readonly engineOf: (row: CountedRow) => Engine;
  readonly coreOf: (id: string) => CoreProfile;
  readonly modelOf: (id: string) => Model;
}

/** Calls without what they call. */
const noBodies: ArgumentDistribution = { tanhf: [], tanh: [], expf: [], exp: [] };

/** Instructions per sample of a block. */
export interface BlockInstructions {
  readonly total: number;
  readonly classes: Readonly<Record<InstructionClass, number>>;
  /** Of the total, inside tanh and exp. */
  readonly library: number;
}

const instructionsPerSample = (
  lowered: Lowered,
  distribution: ArgumentDistribution = defaultArguments,
): BlockInstructions => {
  const classes = noCounts();
  let total = 0;
  let library = 0;
  for (const step of lowered.steps) {
    const parts = step.step === 'kernel' ? [{ template: step.template, times: 1 }] : step.templates;
    for (const { template, times } of parts) {
      const share = (times * step.perBlock) / lowered.blockFrames;
      const { counts, instructions } = countsOf(template, distribution);
      addCounts(classes, counts, share);
      total += instructions * share;
      library += (instructions - countsOf(template, noBodies).instructions) * share;
    }
  }
  return { total, classes, library };
};

const labelOf = (row: CountedRow): string => {
  const model =
    row.width === 'full' && row.model !== 'a2' ? row.model : `${row.model}-${row.width}`;
  return `${row.engine} ${row.core} ${model} ${row.blockFrames} ${row.tanh}${row.staticLstm ? ' static' : ''}`;
};

/** Signed, in percent of what was counted. */
const errorOf = (ours: number, counted: number): number => 100 * (ours / counted - 1);

export const compareInstructionCounts = (request: CompareCountsRequest): readonly ComparedRow[] =>
  request.file.rows.map((row): ComparedRow => {
    const core = request.coreOf(row.core);
    const { isa, lanes, vectorRegisters, fma } = core.target;
    const target = { isa, lanes, vectorRegisters, fma, tune: core.id, fastMath: row.fastMath };
    const program = compile(slim(request.modelOf(row.model), row.width).network);
    const lowered = request.engineOf(row).lower(program, target, {
      blockFrames: row.blockFrames,
      tanh: row.tanh === 'fast' ? 'fast' : 'libm',
    });
    const model = row.width === 'full' ? row.model : `${row.model}-${row.width}`;
    const found = instructionsPerSample(lowered, request.file.arguments[model]);
    const foreign = row.foreignLibrary ?? 0;
    const ours = found.total - (foreign > 0 ? found.library : 0);
    const instructions = row.instructionsPerSample - foreign;
    const counted = foreign > 0 ? {} : readCounts(row.classes);
    const classes = instructionClasses
      .map((name): ComparedClass => {
        const count = counted[name] ?? 0;
        const own = found.classes[name];
        return { name, counted: count, ours: own, errorPercent: errorOf(own, count) };
      })
      .filter((c) => c.counted > row.instructionsPerSample / 10)
      .sort((a, b) => b.counted - a.counted);
    const errorPercent = errorOf(ours, instructions);
    const holds =
      Math.abs(errorPercent) <= totalBarPercent &&
      classes.every((c) => Math.abs(c.errorPercent) <= classBarPercent);
    const label = labelOf(row);
    const cause = request.file.causes.find((c) => new RegExp(c.rows).test(label))?.cause ?? null;
    return {
      row,
      label,
      counted: instructions,
      ours,
      errorPercent,
      classes,
      holds,
      cause: holds ? null : cause,
    };
  });
