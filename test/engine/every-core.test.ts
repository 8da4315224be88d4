/** Support is honest: what an engine takes, it lowers to code that runs on the core and computes the model's sound. */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { engines } from '../../src/engine/registry.ts';
import type { Lowered, Target } from '../../src/kernel/lowered.ts';
import type { Template } from '../../src/kernel/template.ts';
import type { CoreProfile } from '../../src/machine/pipeline/core-profile.ts';
import { timeTemplate } from '../../src/machine/pipeline/pipeline.ts';
import { parseModel } from '../../src/nam/parse-model.ts';
import { slim, widthsOf } from '../../src/nam/widths.ts';
import { compile } from '../../src/program/compile.ts';
import type { Program } from '../../src/program/program.ts';
import { openWorkbench } from '../../src/workbench/open-workbench.ts';
import { differenceFromReference } from './difference.ts';

const project = resolve(import.meta.dirname, '../..');
const cores = openWorkbench({ cwd: project }).cores;
const blockFrames = 16;

const targetOf = ({ id, target }: CoreProfile): Target => ({
  isa: target.isa,
  lanes: target.lanes,
  vectorRegisters: target.vectorRegisters,
  fma: target.fma,
  tune: id,
  fastMath: false,
  // As the one product with this core is built: its player takes no other code.
  compiler: id === 'cortex-a57' ? 'gcc-10' : undefined,
});

/** Of the eight widths of slim-8 those that fill vectors and those that do not. */
const isWalked = (id: string, label: string): boolean =>
  id !== 'slim-8' || ['ch:1', 'ch:3', 'ch:6', 'ch:8'].includes(label);

/** The widths of these models, by name. */
const programs: ReadonlyMap<string, Program> = new Map(
  ['a2', 'a1-nano', 'a1-standard', 'slim-8', 'lstm-1x3', 'lstm-1x16'].flatMap((id) => {
    const path = `models/${id}.nam`;
    const model = parseModel(readFileSync(resolve(project, path), 'utf8'), path);
    return widthsOf(model)
      .filter((width) => isWalked(id, width.label))
      .map((width) => [`${id} ${width.label}`, compile(slim(model, width).network)] as const);
  }),
);

const templatesOf = (lowered: Lowered): ReadonlySet<Template> =>
  new Set(
    lowered.steps.flatMap((step) =>
      step.step === 'kernel' ? [step.template] : step.templates.map((t) => t.template),
    ),
  );

const messageOf = (run: () => unknown): string | null => {
  try {
    run();
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
};

test('the walk sees every core that ships', () => {
  const files = readdirSync(resolve(project, 'cores')).filter((file) => file.endsWith('.json'));
  expect(cores.ids).toEqual(files.map((file) => basename(file, '.json')).sort());
});

describe('an engine that says it takes a model', () => {
  for (const engine of engines) {
    test(`has code for it that runs on the core: ${engine.id}`, () => {
      const wrong: string[] = [];
      for (const id of cores.ids) {
        const core = cores.find(id);
        const target = targetOf(core);
        for (const [name, program] of programs) {
          const support = engine.supports(program, target);
          const lower = (): Lowered => engine.lower(program, target, { blockFrames, tanh: 'libm' });
          if (!support.supported) {
            expect(support.reason.length, `${id} ${name}`).toBeGreaterThan(10);
            expect(messageOf(lower), `${id} ${name}: lower refuses too`).not.toBeNull();
            continue;
          }
          const fault = messageOf(() => {
            for (const template of templatesOf(lower())) {
              const { cycles } = timeTemplate(template, core);
              if (!(cycles.expected >= 0)) throw new Error(`${template.name}: ${cycles.expected}`);
            }
          });
          if (fault !== null) wrong.push(`${id} ${name}: ${fault}`);
        }
      }
      expect(wrong).toEqual([]);
    }, 300_000);
  }
});

/** Few, because prewarming takes thousands of frames: every kind of core, every kind of network. */
const samples: readonly (readonly [string, string])[] = [
  ['sharc-plus', 'slim-8 ch:3'],
  ['sharc-plus', 'lstm-1x3 full'],
  ['cortex-m7', 'lstm-1x3 full'],
  ['cortex-m7', 'a2 lite'],
  ['cortex-m55', 'slim-8 ch:3'],
  ['cortex-a53', 'a2 lite'],
  ['cortex-a57', 'a2 full'],
  ['zen5', 'slim-8 ch:3'],
];

describe('the kernels of an engine compute the sound of the reference executor', () => {
  for (const engine of engines) {
    test(`on cores of every kind: ${engine.id}`, () => {
      let compared = 0;
      for (const [id, name] of samples) {
        const target = targetOf(cores.find(id));
        const program = programs.get(name);
        if (program === undefined) throw new Error(`no program ${name}`);
        if (!engine.supports(program, target).supported) continue;
        // NeuralAudio's LSTM knows the fast tanh only.
        const worst = differenceFromReference(engine, program, target, blockFrames, 'fast', 64);
        expect(worst, `${id} ${name}`).toBeLessThan(2e-5);
        compared += 1;
      }
      expect(compared).toBeGreaterThan(0);
    }, 300_000);
  }
});
