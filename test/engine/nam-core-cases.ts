/** The counted cases of NAM Core: models by their names there, targets by core. */
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { TanhKind } from '../../src/engine/engine.ts';
import { countsOf } from '../../src/kernel/classify.ts';
import { type ArgumentDistribution, defaultArguments } from '../../src/kernel/libm.ts';
import type { Lowered, Target } from '../../src/kernel/lowered.ts';
import { parseModel } from '../../src/nam/parse-model.ts';
import { slim } from '../../src/nam/widths.ts';
import { compile } from '../../src/program/compile.ts';
import type { Program } from '../../src/program/program.ts';
import { countedArguments, heardArguments } from './nam-core-arguments.ts';

const project = resolve(import.meta.dirname, '../..');
const shared = resolve(project, '../shared/reference');
const countsFile = resolve(shared, 'counts/instructions.json');

export const countsAreThere: boolean = existsSync(countsFile);

export interface CountedCase {
  readonly model: string;
  readonly engine: string;
  readonly core: string;
  readonly build: string;
  readonly tanh: string;
  readonly blockFrames: number;
  readonly instructionsPerSample: number;
  readonly classes: Readonly<Record<string, number>>;
  readonly callsPerSample: Readonly<Record<string, number>>;
  /** Instructions per sample by symbol, the largest. */
  readonly topFunctions: readonly (readonly [string, number])[];
}

export const countedCases = (): readonly CountedCase[] =>
  countsAreThere
    ? (JSON.parse(readFileSync(countsFile, 'utf8')) as { cases: CountedCase[] }).cases.filter(
        (row) => row.engine.startsWith('nam-core'),
      )
    : [];

const neon = { isa: 'aarch64', lanes: 4, vectorRegisters: 32, fma: true, fastMath: false } as const;

const targets: Readonly<Record<string, Target>> = {
  'cortex-a17': {
    isa: 'armv7-neon',
    lanes: 4,
    vectorRegisters: 16,
    tune: 'cortex-a17',
    fma: true,
    fastMath: false,
  },
  'cortex-m7': {
    isa: 'thumb2-vfp',
    lanes: 1,
    vectorRegisters: 32,
    tune: 'cortex-m7',
    fma: true,
    fastMath: false,
  },
  zen5: {
    isa: 'x86-sse2',
    lanes: 4,
    vectorRegisters: 16,
    tune: 'generic',
    fma: false,
    fastMath: false,
  },
};

export const targetOf = (core: string): Target => targets[core] ?? { ...neon, tune: core };

/** Files and widths behind the names of the counted cases. */
const files: Readonly<Record<string, readonly [string, string]>> = {
  'a2-lite': ['models/a2.nam', 'lite'],
  'a2-full': ['models/a2.nam', 'full'],
  'a1-standard': ['models/a1-standard.nam', 'full'],
  'a1-lite': ['models/a1-lite.nam', 'full'],
  'a1-nano': ['models/a1-nano.nam', 'full'],
  'a1-nano-relu': ['models/a1-nano-relu.nam', 'full'],
  'slim-a1@4/2': ['models/slim-a1.nam', 'ch:4/2'],
  'lstm-1x3': ['../shared/reference/nam/lstm.nam', 'full'],
  'lstm-1x16': ['models/lstm-1x16.nam', 'full'],
  'wavenet-tiny': ['../shared/reference/nam/wavenet.nam', 'full'],
  'slimmable_wavenet@1': ['../shared/reference/nam/slimmable_wavenet.nam', 'ch:1'],
  'slimmable_wavenet@3': ['../shared/reference/nam/slimmable_wavenet.nam', 'ch:3'],
};

const programs = new Map<string, Program>();

export const programOf = (name: string): Program => {
  const known = programs.get(name);
  if (known) return known;
  const [path, width] = files[name] ?? [name, 'full'];
  const model = parseModel(readFileSync(resolve(project, path), 'utf8'), path);
  const program = compile(slim(model, width).network);
  programs.set(name, program);
  return program;
};

/** The counted networks whose weights are given, in the reference's own files. */
const given: Readonly<Record<string, string>> = {
  'a1-standard': 'nam/wavenet_a1_standard.nam',
  'lstm-1x3': 'nam/lstm.nam',
  'wavenet-tiny': 'nam/wavenet.nam',
};

export const givenModels: readonly string[] = Object.keys(given);

export const heardArgumentsOf = (name: string): ArgumentDistribution =>
  heardArguments(shared, programOf(resolve(shared, given[name] ?? name)));

/** From the counts of the A53's builds; null for models that call no tanh. */
export const countedArgumentsOf = (name: string): ArgumentDistribution | null => {
  const of = (tanh: string) =>
    countedCases().find(
      (row) =>
        row.model === name &&
        row.engine === 'nam-core' &&
        row.core === 'cortex-a53' &&
        row.blockFrames === 64 &&
        row.tanh === tanh,
    );
  const [libm, fast] = [of('libm'), of('fast')];
  const calls = libm?.callsPerSample.__tanhf;
  if (!libm || !fast || calls === undefined) return null;
  return countedArguments({
    callsPerSample: calls,
    expCallsPerSample: libm.callsPerSample.__expf ?? 0,
    expm1PerSample: libm.topFunctions.find(([symbol]) => symbol === '__expm1f')?.[1] ?? 0,
    libm: libm.classes,
    fast: fast.classes,
  });
};

const distributions = new Map<string, ArgumentDistribution>();

/** Where the arguments of tanh and exp fell: heard where the weights are given, else read off the counts. */
export const argumentsOf = (name: string): ArgumentDistribution => {
  const known = distributions.get(name);
  if (known) return known;
  const distribution = givenModels.includes(name)
    ? heardArgumentsOf(name)
    : (countedArgumentsOf(name) ?? defaultArguments);
  distributions.set(name, distribution);
  return distribution;
};

export const tanhOf = (row: CountedCase): TanhKind => (row.tanh === 'fast' ? 'fast' : 'libm');

/** Finer classes of the counts, as ours. */
export const mergedClasses = (
  classes: Readonly<Record<string, number>>,
): Readonly<Record<string, number>> => {
  const merged: Record<string, number> = {};
  for (const [name, count] of Object.entries(classes)) {
    const key = name === 'vec_move' ? 'vec_other' : name.replace(/_(dup|multi)$/, '');
    merged[key] = (merged[key] ?? 0) + count;
  }
  return merged;
};

export interface Instructions {
  readonly total: number;
  readonly classes: Readonly<Record<string, number>>;
  readonly kinds: Readonly<Record<string, number>>;
  /** Of the total, inside tanh and exp. */
  readonly library: number;
}

/** Calls without what they call. */
const noBodies: ArgumentDistribution = { tanhf: [], tanh: [], expf: [], exp: [] };

/** Instructions per sample of a lowered block. */
export const instructionsOf = (
  lowered: Lowered,
  distribution: ArgumentDistribution = defaultArguments,
): Instructions => {
  const classes: Record<string, number> = {};
  const kinds: Record<string, number> = {};
  let total = 0;
  let library = 0;
  for (const step of lowered.steps) {
    const runs = step.step === 'kernel' ? [{ template: step.template, times: 1 }] : step.templates;
    for (const { template, times } of runs) {
      const share = (times * step.perBlock) / lowered.blockFrames;
      const { counts, instructions } = countsOf(template, distribution);
      total += instructions * share;
      library += (instructions - countsOf(template, noBodies).instructions) * share;
      kinds[step.kind] = (kinds[step.kind] ?? 0) + instructions * share;
      for (const [name, count] of Object.entries(counts)) {
        classes[name] = (classes[name] ?? 0) + count * share;
      }
    }
  }
  return { total, classes, kinds, library };
};
