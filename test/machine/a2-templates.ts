/** Templates as engines write them, for tests of what reads them. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { engines } from '../../src/engine/registry.ts';
import type { Target } from '../../src/kernel/lowered.ts';
import type { Template } from '../../src/kernel/template.ts';
import type { CoreProfile } from '../../src/machine/pipeline/core-profile.ts';
import { parseModel } from '../../src/nam/parse-model.ts';
import { slim, widthsOf } from '../../src/nam/widths.ts';
import { compile } from '../../src/program/compile.ts';
import { openWorkbench } from '../../src/workbench/open-workbench.ts';

const project = resolve(import.meta.dirname, '../..');
const cores = openWorkbench({ cwd: project }).cores;

/** One for each kind of instruction set. */
export const someCores: readonly CoreProfile[] = [
  'cortex-m7',
  'cortex-a35',
  'cortex-a72',
  'zen5',
].map((id) => cores.find(id));

/** Every template of both widths of a2 that any engine writes for the core. */
export const templatesFor = (core: CoreProfile): ReadonlySet<Template> => {
  const { isa, lanes, vectorRegisters, fma } = core.target;
  const target: Target = { isa, lanes, vectorRegisters, fma, tune: core.id, fastMath: true };
  const model = parseModel(readFileSync(resolve(project, 'models/a2.nam'), 'utf8'), 'a2');
  const programs = widthsOf(model).map((width) => compile(slim(model, width).network));
  const templates = new Set<Template>();
  for (const program of programs) {
    for (const engine of engines) {
      if (!engine.supports(program, target).supported) continue;
      for (const step of engine.lower(program, target, { blockFrames: 48, tanh: 'libm' }).steps) {
        if (step.step === 'kernel') templates.add(step.template);
        else for (const { template } of step.templates) templates.add(template);
      }
    }
  }
  return templates;
};
