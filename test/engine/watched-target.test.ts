import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { beforeAll, expect, test, vi } from 'vitest';
import type { Engine } from '../../src/engine/engine.ts';
import { ask, WatchedTarget } from '../../src/engine/watched-target.ts';
import type { Lowered, Target } from '../../src/kernel/lowered.ts';
import { parseModel } from '../../src/nam/parse-model.ts';
import { slim } from '../../src/nam/widths.ts';
import { compile } from '../../src/program/compile.ts';
import type { Program } from '../../src/program/program.ts';
import type { CostBook } from '../../src/study/cost/cost-cache.ts';

const models = resolve(import.meta.dirname, '../../models');
const programOf = (id: string): Program => {
  const file = resolve(models, `${id}.nam`);
  return compile(slim(parseModel(readFileSync(file, 'utf8'), file), 'full').network);
};

const armv8: Target = {
  isa: 'aarch64',
  lanes: 4,
  vectorRegisters: 32,
  tune: 'cortex-a53',
  fma: true,
  fastMath: true,
};
const thumb: Target = { ...armv8, isa: 'thumb2-vfp', lanes: 1, tune: 'cortex-m7' };
const targets: readonly Target[] = [
  ...['cortex-a35', 'cortex-a53', 'cortex-a72', 'cortex-a76', 'apple-m2'].map((tune) => ({
    ...armv8,
    tune,
  })),
  { ...armv8, fastMath: false },
  { ...armv8, isa: 'armv7-neon', tune: 'cortex-a7', vectorRegisters: 16 },
  { ...armv8, isa: 'armv7-neon', tune: 'cortex-a17', vectorRegisters: 16, fastMath: false },
  thumb,
  { ...thumb, tune: 'cortex-m33' },
  { ...thumb, libc: 'newlib-nano' },
  { ...armv8, isa: 'x86-avx2', lanes: 8, vectorRegisters: 16, tune: 'x86-64' },
  { ...armv8, isa: 'dsp', lanes: 2, vectorRegisters: 16, tune: 'sharc-plus' },
];

/** Modules of their own, and with them caches that hold nothing yet. */
const start = async (): Promise<{ engines: readonly Engine[]; book: CostBook }> => {
  vi.resetModules();
  const { engines } = await import('../../src/engine/registry.ts');
  const { CostBook } = await import('../../src/study/cost/cost-cache.ts');
  return { engines, book: new CostBook() };
};

let sharing: Awaited<ReturnType<typeof start>>;
let alone: Awaited<ReturnType<typeof start>>;
beforeAll(async () => {
  sharing = await start();
  alone = await start();
});

/** Every template once: a step that runs one again has its name. */
const text = (lowered: Lowered): string => {
  const listed = new Set<unknown>();
  return JSON.stringify(lowered, (key, value) => {
    if (key === 'data') return value?.length;
    if (key !== 'template') return value;
    if (listed.has(value)) return value.name;
    listed.add(value);
    return value;
  });
};

test.each(['a1-nano', 'a2', 'lstm-1x3'])(
  '%s lowered with what other targets left is what it is alone',
  (id) => {
    const program = programOf(id);
    const options = { blockFrames: 16, tanh: 'fast' } as const;
    for (const [i, engine] of sharing.engines.entries()) {
      for (const target of targets) {
        if (!engine.supports(program, target).supported) continue;
        const shared = sharing.book.lowered(engine, program, target, 16, 'fast');
        // Nobody watches the target here: nothing is shared between two that differ.
        const own = alone.engines[i]?.lower(program, target, options);
        expect(own && text(shared) === text(own), `${engine.id} ${JSON.stringify(target)}`).toBe(
          true,
        );
      }
    }
  },
);

test('targets that differ in nothing that an engine asked have one lowered program', () => {
  const program = programOf('a1-nano');
  const lowered = (target: Target): Lowered => {
    const [namCore] = sharing.engines;
    if (namCore === undefined) throw new Error('Expected an engine.');
    return sharing.book.lowered(namCore, program, target, 48, 'fast');
  };
  expect(lowered({ ...thumb, tune: 'cortex-m33' })).toBe(lowered(thumb));
  expect(lowered({ ...thumb, libc: 'newlib-nano' })).not.toBe(lowered(thumb));
});

test('a copy of a watched target asked for everything', () => {
  const watch = new WatchedTarget(armv8);
  expect({ ...watch.view, libc: undefined }).toEqual({ ...armv8, libc: undefined });
  expect(watch.close().size).toBe(7);
});

test('what is not asked in time is a fault; what was, can be asked again', () => {
  const watch = new WatchedTarget(armv8);
  const isCortex = ({ tune }: Target): boolean => tune.startsWith('cortex');
  expect(ask(watch.view, isCortex)).toBe(true);
  watch.close();
  expect(ask(watch.view, isCortex)).toBe(true);
  expect(() => watch.view.tune).toThrow(RangeError);
});
