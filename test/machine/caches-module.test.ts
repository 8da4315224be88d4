/** The caches as they are compiled: they stay within their memory, and a pass leaves nothing behind. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { engines } from '../../src/engine/registry.ts';
import type { Lowered, Target } from '../../src/kernel/lowered.ts';
import { Caches, type Hierarchy, theCaches } from '../../src/machine/memory/caches.ts';
import { levelNumbers } from '../../src/machine/memory/touch-layout.ts';
import { walkOfBlock } from '../../src/machine/memory/walk-of-block.ts';
import { parseModel } from '../../src/nam/parse-model.ts';
import { slim, widthsOf } from '../../src/nam/widths.ts';
import { compile } from '../../src/program/compile.ts';
import { openWorkbench } from '../../src/workbench/open-workbench.ts';
import { compileModule } from '../../tools/compile-modules.ts';

const project = resolve(import.meta.dirname, '../..');
const cores = openWorkbench({ cwd: project }).cores;

/** Both widths of a2 by every engine, in blocks that make rings lie across lines. */
const programs = (): Lowered[] => {
  const { isa, lanes, vectorRegisters, fma } = cores.find('cortex-a53').target;
  const target: Target = { isa, lanes, vectorRegisters, fma, tune: 'cortex-a53', fastMath: true };
  const model = parseModel(readFileSync(resolve(project, 'models/a2.nam'), 'utf8'), 'a2');
  return widthsOf(model).flatMap((width) => {
    const program = compile(slim(model, width).network);
    return engines
      .filter((engine) => engine.supports(program, target).supported)
      .flatMap((engine) =>
        [7, 64].map((blockFrames) => engine.lower(program, target, { blockFrames, tanh: 'fast' })),
      );
  });
};

/** Two levels of 512 and 4096 lines, then memory. */
const hierarchy: Hierarchy = {
  levels: Float64Array.of(512, 128, 1, 4096, 256, 1),
  levelCount: 6 / levelNumbers,
  last: Int32Array.of(1, 1, 1),
  servers: 2,
  costs: Float64Array.of(10, 3, 100, 20, 15, 5, 150, 40),
};

const foundBy = (caches: Caches, lowered: Lowered): readonly Float64Array[] => {
  const walk = walkOfBlock(lowered, 64, 0b111);
  const { records, trails } = caches.findReuse(walk, 64);
  const others = caches.footprints(trails, records.ages);
  records.ages.forEach((blocks, a) => {
    if (blocks === 0) others[a] = -1;
  });
  const steps = lowered.steps.length;
  const waits = caches.findWaits(walk, records, hierarchy, others, steps, true);
  const { columns, steady, cold } = waits;
  return [records.numbers, trails.numbers, trails.gaps, others, steady, cold, ...columns];
};

test('with every access checked they find the same, in any order', () => {
  const all = programs();
  expect(all.length).toBeGreaterThan(10);
  const found = all.map((lowered) => foundBy(theCaches(), lowered));
  const checked = new Caches(compileModule('caches', { checked: true }));
  for (const [i, lowered] of [...all.entries()].reverse()) {
    expect(foundBy(checked, lowered), lowered.engine).toEqual(found[i]);
  }
  expect(found.some(([, , , , steady]) => steady?.some((lines) => lines > 0))).toBe(true);
});
