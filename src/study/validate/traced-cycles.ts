/** Holds the pipeline's cycles of lowered models against those of traced binaries with the same figures. Pure. */
import { z } from 'zod';
import { faultsOf } from '../../device/profile-faults.ts';
import type { Engine } from '../../engine/engine.ts';
import type { Lowered, Target } from '../../kernel/lowered.ts';
import type { CoreProfile } from '../../machine/pipeline/core-profile.ts';
import { timeTemplate } from '../../machine/pipeline/pipeline.ts';
import type { Model } from '../../nam/model.ts';
import { slim } from '../../nam/widths.ts';
import { compile } from '../../program/compile.ts';
import { StudyError } from '../cost/study-error.ts';

/** One build, running one model. */
export interface TracedRow {
  readonly engine: string;
  readonly core: string;
  readonly model: string;
  readonly width: string;
  readonly fastMath: boolean;
  /** @default that of the file */
  readonly compiledFor?: string | undefined;
  /** NeuralAudio built with LSTMs of fixed sizes. */
  readonly staticLstm?: boolean | undefined;
  readonly instructionsPerSample: number;
  readonly cyclesPerSample: number;
  /** With integer operations as a public bench measured them. */
  readonly withPublishedOperations?: number | undefined;
  readonly mispredictsPerSample: number;
  readonly takenBranchesPerSample: number;
}

export interface TracedCyclesFile {
  readonly about: string;
  readonly source: string;
  /** The core that the compiler scheduled for. */
  readonly compiledFor: string;
  readonly blockFrames: number;
  readonly rows: readonly TracedRow[];
}

const tracedCyclesSchema: z.ZodType<TracedCyclesFile> = z.strictObject({
  about: z.string(),
  source: z.string(),
  compiledFor: z.string(),
  blockFrames: z.int().positive(),
  rows: z.array(
    z.strictObject({
      engine: z.string(),
      core: z.string(),
      model: z.string(),
      width: z.string(),
      fastMath: z.boolean(),
      compiledFor: z.string().optional(),
      staticLstm: z.boolean().optional(),
      instructionsPerSample: z.number().positive(),
      cyclesPerSample: z.number().positive(),
      withPublishedOperations: z.number().positive().optional(),
      mispredictsPerSample: z.number().min(0),
      takenBranchesPerSample: z.number().min(0),
    }),
  ),
});

/** @throws StudyError 'bad-cases', one line a fault. `name` begins each. */
export const parseTracedCycles = (document: unknown, name: string): TracedCyclesFile => {
  const result = tracedCyclesSchema.safeParse(document);
  if (result.success) return result.data;
  const faults = faultsOf(tracedCyclesSchema, result.error, document);
  throw new StudyError('bad-cases', faults.map((f) => `${name}: ${f}`).join('\n'));
};

export interface ComparedTrace {
  readonly row: TracedRow;
  /** Cycles per sample of our pipeline, caches perfect. */
  readonly ours: number;
  /** Ours over the traced: of cycles, and of instructions, without which the first says little. */
  readonly ratio: number;
  readonly instructionRatio: number;
}

export interface CompareTracesRequest {
  readonly file: TracedCyclesFile;
  readonly engineOf: (row: TracedRow) => Engine;
  readonly coreOf: (id: string) => CoreProfile;
  readonly modelOf: (id: string) => Model;
}

/** Of a block, caches perfect. */
export const pipelinePerSample = (
  lowered: Lowered,
  core: CoreProfile,
): { readonly cycles: number; readonly instructions: number } => {
  let [cycles, instructions] = [0, 0];
  for (const step of lowered.steps) {
    const parts = step.step === 'kernel' ? [{ template: step.template, times: 1 }] : step.templates;
    for (const { template, times } of parts) {
      const share = (times * step.perBlock) / lowered.blockFrames;
      const time = timeTemplate(template, core, undefined, 'expected');
      cycles += time.cycles.expected * share;
      instructions += time.instructions * share;
    }
  }
  return { cycles, instructions };
};

export const compareTraces = (request: CompareTracesRequest): readonly ComparedTrace[] =>
  request.file.rows.map((row): ComparedTrace => {
    const core = request.coreOf(row.core);
    const { isa, lanes, vectorRegisters, fma } = core.target;
    const tune = row.compiledFor ?? request.file.compiledFor;
    const target: Target = { isa, lanes, vectorRegisters, fma, tune, fastMath: row.fastMath };
    const program = compile(slim(request.modelOf(row.model), row.width).network);
    const { blockFrames } = request.file;
    const lowered = request.engineOf(row).lower(program, target, { blockFrames, tanh: 'fast' });
    const { cycles, instructions } = pipelinePerSample(lowered, core);
    return {
      row,
      ours: cycles,
      ratio: cycles / row.cyclesPerSample,
      instructionRatio: instructions / row.instructionsPerSample,
    };
  });
