import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { targetKey, tuneGroupOf } from '../../src/engine/common/tune-group.ts';
import { engines } from '../../src/engine/registry.ts';
import type { Lowered, Target } from '../../src/kernel/lowered.ts';
import { parseModel } from '../../src/nam/parse-model.ts';
import { slim } from '../../src/nam/widths.ts';
import { compile } from '../../src/program/compile.ts';
import type { Program } from '../../src/program/program.ts';
import { CostCache } from '../../src/study/cost/cost-cache.ts';

const folders = {
  shipped: resolve(import.meta.dirname, '../../models'),
  counted: resolve(import.meta.dirname, '../fixtures/counted-models'),
};
const programOf = (id: string, from: keyof typeof folders = 'shipped'): Program => {
  const file = resolve(folders[from], `${id}.nam`);
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
const armv7: Target = { ...armv8, isa: 'armv7-neon', vectorRegisters: 16 };
const thumb: Target = { ...armv8, isa: 'thumb2-vfp', lanes: 1, tune: 'cortex-m7' };

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

test.each([
  ['a1-nano', armv8, 'cortex-a35', 'cortex-a55'],
  ['a2', armv8, 'cortex-a72', 'cortex-a57'],
  ['a2', armv8, 'cortex-a76', 'cortex-x1'],
  ['lstm-1x3', armv8, 'cortex-a53', 'cortex-a35'],
  ['a1-nano', armv7, 'cortex-a17', 'cortex-a15'],
  ['a1-nano', thumb, 'cortex-m7', 'cortex-m33'],
] as const)('%s: targets of one key are lowered alike (%o, %s and %s)', (id, base, one, other) => {
  const program = programOf(id);
  const [a, b] = [one, other].map((tune): Target => ({ ...base, tune })) as [Target, Target];
  expect(targetKey(a)).toBe(targetKey(b));
  for (const engine of engines) {
    if (!engine.supports(program, a).supported) continue;
    const options = { blockFrames: 16, tanh: 'fast' } as const;
    const same =
      text(engine.lower(program, a, options)) === text(engine.lower(program, b, options));
    expect(same, engine.id).toBe(true);
  }
});

test('every field of a target but the core itself is in its key', () => {
  const { tune: _, ...fields } = { ...thumb, libc: 'newlib-nano' } as const;
  const changed: Target[] = [
    { ...thumb, isa: 'dsp' },
    { ...thumb, lanes: 2 },
    { ...thumb, vectorRegisters: 16 },
    { ...thumb, fma: false },
    { ...thumb, fastMath: false },
    { ...thumb, libc: 'newlib-nano' },
  ];
  expect(changed.length).toBe(Object.keys(fields).length);
  expect(new Set([thumb, ...changed].map(targetKey)).size).toBe(changed.length + 1);
});

test('the groups are by core', () => {
  const groups = [
    'cortex-a7',
    'cortex-a76',
    'cortex-a72',
    'cortex-a35',
    'apple-m2',
    'cortex-m7',
    'generic',
  ];
  expect(groups.map((tune) => tuneGroupOf({ ...armv8, tune }))).toEqual([
    'cortex-a7',
    'other',
    'cortex-a72',
    'in-order',
    'apple',
    'other',
    'in-order',
  ]);
});

test('alike targets have one lowered program', () => {
  const [cache, program] = [new CostCache(), programOf('a1-nano')];
  const [namCore] = engines;
  const lowered = (target: Target): Lowered | undefined =>
    namCore && cache.lowered(namCore, program, target, 48, 'fast');
  expect(lowered({ ...thumb, tune: 'cortex-m33' })).toBe(lowered(thumb));
  expect(lowered({ ...thumb, libc: 'newlib-nano' })).not.toBe(lowered(thumb));
});

const builds: readonly Target[] = [
  armv8,
  { ...armv8, tune: 'cortex-a72', compiler: 'gcc-13' },
  { ...armv8, tune: 'apple-m2', fastMath: false },
  { ...armv7, tune: 'cortex-a7' },
  { ...armv7, tune: 'cortex-a15', fastMath: false },
  { ...thumb, libc: 'newlib-nano' },
  { ...armv8, isa: 'x86-avx2', lanes: 8, vectorRegisters: 16, tune: 'znver3' },
];

test.each([
  ['a1-nano', 'shipped'],
  ['a2', 'shipped'],
  ['lstm-1x3', 'shipped'],
  ['linear-256', 'counted'],
  ['convnet-bn-c8', 'counted'],
] as const)('%s: what an engine sees of a target is all that its code depends on', (id, from) => {
  const program = programOf(id, from);
  for (const engine of engines) {
    for (const target of builds) {
      const seen = engine.seen?.(program, target) ?? target;
      if (seen === target || !engine.supports(program, target).supported) continue;
      const options = { blockFrames: 16, tanh: 'libm' } as const;
      const lowered = engine.lower(program, target, options);
      const name = `${engine.id} for ${target.isa}, ${target.tune}`;
      expect(text(engine.lower(program, seen, options)) === text(lowered), name).toBe(true);
      expect(engine.supports(program, seen)).toEqual(engine.supports(program, target));
    }
  }
});
