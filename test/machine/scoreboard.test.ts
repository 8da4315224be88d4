/** The scoreboard as it is compiled: it stays within its memory. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { loadCores } from '../../src/device/core-catalogue.ts';
import { engines } from '../../src/engine/registry.ts';
import type { Target } from '../../src/kernel/lowered.ts';
import type { Template } from '../../src/kernel/template.ts';
import { parametersOf } from '../../src/machine/core-parameters.ts';
import { prepare } from '../../src/machine/prepared.ts';
import { Scoreboard, theScoreboard } from '../../src/machine/scoreboard.ts';
import { parseModel } from '../../src/nam/parse-model.ts';
import { slim, widthsOf } from '../../src/nam/widths.ts';
import { compile } from '../../src/program/compile.ts';
import { compileModule } from '../../tools/compile-modules.ts';

const project = resolve(import.meta.dirname, '../..');
const cores = loadCores([resolve(project, 'cores')]);

/** Every template of both widths of a2 that any engine writes for the core. */
const templatesFor = (target: Target): ReadonlySet<Template> => {
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

test('with every access checked it finds the same cycles, in any order', () => {
  const checked = new Scoreboard(compileModule('scoreboard', { checked: true }));
  let compared = 0;
  for (const id of ['cortex-m7', 'cortex-a35', 'cortex-a72', 'zen5']) {
    const core = cores.find(id);
    const { isa, lanes, vectorRegisters, fma } = core.target;
    const target: Target = { isa, lanes, vectorRegisters, fma, tune: id, fastMath: true };
    for (const template of templatesFor(target)) {
      const prepared = prepare(template);
      const ends = parametersOf(core);
      for (const end of [ends.worst, ends.best, ends.expected]) {
        const other = theScoreboard().simulate(prepared, end);
        expect(checked.simulate(prepared, end), `${template.name} on ${id}`).toEqual(other);
        compared++;
      }
    }
  }
  expect(compared).toBeGreaterThan(500);
});
