/** Builds of the real libraries that ran models of ours: lowered alike, and their cycles checked against the pipeline's. Pure. */
import * as z from 'zod';
import type { Engine, TanhKind } from '../../engine/engine.ts';
import { createNeuralAudio } from '../../engine/neural-audio/engine.ts';
import { compilers, type Lowered, type Target } from '../../kernel/lowered.ts';
import type { Template } from '../../kernel/template.ts';
import type { CoreProfile } from '../../machine/pipeline/core-profile.ts';
import { timeTemplate } from '../../machine/pipeline/pipeline.ts';
import type { Model } from '../../nam/model.ts';
import { slim } from '../../nam/widths.ts';
import { compile } from '../../program/compile.ts';
import type { Frozen } from '../../units/frozen.ts';
import { engineById } from '../cost/engine-choice.ts';
import { groupedBy } from '../explain/account.ts';
import { type ErrorSummary, quantile, summarize } from './error-summary.ts';

/** One build, running one model. `staticLstm`: NeuralAudio built with LSTMs of fixed sizes. */
const anyBuild = z.object({
  engine: z.string(),
  model: z.string(),
  width: z.string(),
  staticLstm: z.boolean().optional(),
});
export const buildSchema = anyBuild.extend({
  core: z.string(),
  fastMath: z.boolean(),
  compiler: z.enum(compilers).optional(),
});
export type BuildRow = Frozen<z.output<typeof buildSchema>>;

/** Where builds find what they name. */
export interface BuildSources {
  readonly engines: readonly Engine[];
  readonly coreOf: (id: string) => CoreProfile;
  readonly modelOf: (id: string) => Model;
}

interface Compiled extends Pick<Target, 'tune'>, Partial<Pick<Target, 'isa' | 'lanes' | 'fma'>> {
  readonly blockFrames: number;
  readonly tanh: TanhKind;
}

/** The block as the build runs it. `tune`: the core that its compiler scheduled for; what a build for every processor leaves out stands beside it. */
export const lowerBuild = (
  { engine: id, core, model, width, fastMath, compiler, staticLstm = false }: BuildRow,
  { engines, coreOf, modelOf }: BuildSources,
  { blockFrames, tanh, ...compiled }: Compiled,
): Lowered => {
  const { isa, lanes, vectorRegisters, fma } = coreOf(core).target;
  const engine = staticLstm ? createNeuralAudio({ staticLstm }) : engineById(id, engines);
  const program = compile(slim(modelOf(model), width).network);
  const target: Target = { isa, lanes, vectorRegisters, fma, ...compiled, fastMath, compiler };
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
const pipelinePerSample = (lowered: Lowered, core: CoreProfile) => {
  let [cycles, instructions] = [0, 0];
  for (const [template, share] of templatesPerSample(lowered)) {
    const time = timeTemplate(template, core, undefined, 'expected');
    cycles += time.cycles.expected * share;
    instructions += time.instructions * share;
  }
  return { cycles, instructions };
};

/** Builds run by a simulator. `compiledFor`: the core that the compiler scheduled for; a row without is as the file says. */
export const tracedCyclesSchema = z.object({
  compiledFor: z.string(),
  blockFrames: z.int().positive(),
  rows: z.array(
    buildSchema.extend({
      compiledFor: z.string().optional(),
      instructionsPerSample: z.number().positive(),
      cyclesPerSample: z.number().positive(),
    }),
  ),
});
type TracedCyclesFile = Frozen<z.output<typeof tracedCyclesSchema>>;

/** Ours over the traced: of cycles, and of instructions, without which the first says little. */
export const compareTraces = (
  { rows, blockFrames, ...file }: TracedCyclesFile,
  sources: BuildSources,
) =>
  rows.map((row) => {
    const tune = row.compiledFor ?? file.compiledFor;
    const lowered = lowerBuild(row, sources, { tune, blockFrames, tanh: 'fast' });
    const { cycles, instructions } = pipelinePerSample(lowered, sources.coreOf(row.core));
    const instructionRatio = instructions / row.instructionsPerSample;
    return { row, ratio: cycles / row.cyclesPerSample, instructionRatio };
  });

export type ComparedTrace = ReturnType<typeof compareTraces>[number];

/** Models on a computer at hand, whole blocks one after another. */
export const hostTimesSchema = z.object({
  machine: z.object({ core: z.string(), clockHz: z.number().positive() }),
  rows: z.array(
    anyBuild.extend({
      tanh: z.enum(['libm', 'fast']),
      blockFrames: z.int().positive(),
      nanosecondsPerSample: z.number().positive(),
    }),
  ),
});
type HostTimesFile = Frozen<z.output<typeof hostTimesSchema>>;

/** Builds for every x86: four lanes, no fused multiply-add. */
const plainX86 = { tune: 'x86-64', isa: 'x86-sse2', lanes: 4, fma: false } as const;

/** Our pipeline's time at the clock of the machine, over what was measured. */
export const compareTimes = (
  { machine: { core, clockHz }, rows }: HostTimesFile,
  sources: BuildSources,
) =>
  rows.map(({ tanh, blockFrames, ...build }) => {
    const row = { ...build, core, fastMath: false };
    const lowered = lowerBuild(row, sources, { ...plainX86, blockFrames, tanh });
    const { cycles } = pipelinePerSample(lowered, sources.coreOf(core));
    const ratio = (1e9 * cycles) / clockHz / build.nanosecondsPerSample;
    return { row: { ...row, tanh, blockFrames }, ratio };
  });

export type ComparedTime = ReturnType<typeof compareTimes>[number];

/** How far the pipeline is from builds of one engine on one core. */
export interface BuildSummary extends ErrorSummary {
  /** Cycles of a trace-driven simulator that has our figures, or times on a computer at hand. */
  readonly against: 'traced' | 'timed';
  readonly core: string;
  readonly engine: string;
  /** Ours over theirs. */
  readonly medianRatio: number | null;
}

/** A summary a core and engine, in the order of the rows. */
export const summarizeBuilds = (
  against: BuildSummary['against'],
  compared: readonly { readonly row: { core: string; engine: string }; readonly ratio: number }[],
): readonly BuildSummary[] => {
  const groups = groupedBy(compared, ({ row }) => JSON.stringify([row.core, row.engine]));
  return [...groups.values()].flatMap((group): BuildSummary[] => {
    const [first] = group;
    if (first === undefined) return [];
    const { core, engine } = first.row;
    const ratios = group.map(({ ratio }) => ratio);
    const errors = summarize(ratios.map((ratio) => 100 * (ratio - 1)));
    return [{ against, core, engine, medianRatio: quantile(ratios, 0.5), ...errors }];
  });
};
