/** Models and targets of NAM Core's cases, by name. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { countsOf } from '../../src/kernel/classify.ts';
import { type ArgumentDistribution, defaultArguments } from '../../src/kernel/libm.ts';
import type { Lowered, Target } from '../../src/kernel/lowered.ts';
import { parseModel } from '../../src/nam/parse-model.ts';
import { slim } from '../../src/nam/widths.ts';
import { compile } from '../../src/program/compile.ts';
import type { Program } from '../../src/program/program.ts';

const project = resolve(import.meta.dirname, '../..');
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
  'lstm-1x16': ['models/lstm-1x16.nam', 'full'],
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
