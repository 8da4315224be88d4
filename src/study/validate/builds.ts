/** Builds of the real libraries that ran models of ours: lowered alike, and their cycles held against the pipeline's. Pure. */
import * as z from 'zod';
import type { Engine, TanhKind } from '../../engine/engine.ts';
import { createNeuralAudio } from '../../engine/neural-audio/engine.ts';
import type { Lowered, Target } from '../../kernel/lowered.ts';
import type { Template } from '../../kernel/template.ts';
import type { CoreProfile } from '../../machine/pipeline/core-profile.ts';
import { timeTemplate } from '../../machine/pipeline/pipeline.ts';
import type { Model } from '../../nam/model.ts';
import { slim } from '../../nam/widths.ts';
import { compile } from '../../program/compile.ts';
import { engineById } from '../cost/engine-choice.ts';
import { parsedBy } from './cases.ts';

/** One build, running one model. */
export interface BuildRow {
  readonly engine: string;
  readonly core: string;
  readonly model: string;
  readonly width: string;
  readonly fastMath: boolean;
  /** NeuralAudio built with LSTMs of fixed sizes. */
  readonly staticLstm?: boolean | undefined;
}

/** Where builds find what they name. */
export interface BuildSources {
  readonly engines: readonly Engine[];
  readonly coreOf: (id: string) => CoreProfile;
  readonly modelOf: (id: string) => Model;
}

/** The block as the build runs it. `tune`: the core that its compiler scheduled for. */
export const lowerBuild = (
  { engine: id, core, model, width, fastMath, staticLstm = false }: BuildRow,
  { engines, coreOf, modelOf }: BuildSources,
  { tune, blockFrames, tanh }: Pick<Target, 'tune'> & { blockFrames: number; tanh: TanhKind },
): Lowered => {
  const { isa, lanes, vectorRegisters, fma } = coreOf(core).target;
  const engine = staticLstm ? createNeuralAudio({ staticLstm }) : engineById(id, engines);
  const program = compile(slim(modelOf(model), width).network);
  const target: Target = { isa, lanes, vectorRegisters, fma, tune, fastMath };
  return engine.lower(program, target, { blockFrames, tanh });
};

/** What a block runs, with how often a sample. */
export const templatesPerSample = (lowered: Lowered): readonly (readonly [Template, number])[] =>
  lowered.steps.flatMap((step) => {
    const share = step.perBlock / lowered.blockFrames;
    if (step.step === 'kernel') return [[step.template, share] as const];
    return step.templates.map(({ template, times }) => [template, times * share] as const);
  });

/** Of a block, caches perfect. */
export const pipelinePerSample = (
  lowered: Lowered,
  core: CoreProfile,
): { readonly cycles: number; readonly instructions: number } => {
  let [cycles, instructions] = [0, 0];
  for (const [template, share] of templatesPerSample(lowered)) {
    const time = timeTemplate(template, core, undefined, 'expected');
    cycles += time.cycles.expected * share;
    instructions += time.instructions * share;
  }
  return { cycles, instructions };
};

export interface TracedRow extends BuildRow {
  /** @default that of the file */
  readonly compiledFor?: string | undefined;
  readonly instructionsPerSample: number;
  readonly cyclesPerSample: number;
}

export interface TracedCyclesFile {
  /** The core that the compiler scheduled for. */
  readonly compiledFor: string;
  readonly blockFrames: number;
  readonly rows: readonly TracedRow[];
}

/** What nobody compares (mispredictions, taken branches, ...) is let through. */
const tracedCyclesSchema: z.ZodType<TracedCyclesFile> = z.looseObject({
  compiledFor: z.string(),
  blockFrames: z.int().positive(),
  rows: z.array(
    z.looseObject({
      engine: z.string(),
      core: z.string(),
      model: z.string(),
      width: z.string(),
      fastMath: z.boolean(),
      compiledFor: z.string().optional(),
      staticLstm: z.boolean().optional(),
      instructionsPerSample: z.number().positive(),
      cyclesPerSample: z.number().positive(),
    }),
  ),
});

/** @throws StudyError 'bad-cases', one line a fault. `name` begins each. */
export const parseTracedCycles = (document: unknown, name: string): TracedCyclesFile =>
  parsedBy(tracedCyclesSchema, document, name);

export interface ComparedTrace {
  readonly row: TracedRow;
  /** Cycles per sample of our pipeline, caches perfect. */
  readonly ours: number;
  /** Ours over the traced: of cycles, and of instructions, without which the first says little. */
  readonly ratio: number;
  readonly instructionRatio: number;
}

export const compareTraces = (
  { rows, blockFrames, ...file }: TracedCyclesFile,
  sources: BuildSources,
): readonly ComparedTrace[] =>
  rows.map((row): ComparedTrace => {
    const tune = row.compiledFor ?? file.compiledFor;
    const lowered = lowerBuild(row, sources, { tune, blockFrames, tanh: 'fast' });
    const { cycles, instructions } = pipelinePerSample(lowered, sources.coreOf(row.core));
    return {
      row,
      ours: cycles,
      ratio: cycles / row.cyclesPerSample,
      instructionRatio: instructions / row.instructionsPerSample,
    };
  });
