import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { parseProfile } from '../../src/device/parse-profile.ts';
import { Lowering } from '../../src/engine/common/lowering.ts';
import { appendZero, writeMemcpy } from '../../src/engine/libc/memory.ts';
import { namCore } from '../../src/engine/nam-core/engine.ts';
import { countsOf } from '../../src/kernel/classify.ts';
import type { Lowered, Target } from '../../src/kernel/lowered.ts';
import type { Template } from '../../src/kernel/template.ts';
import { programOf, targetOf } from './nam-core-cases.ts';

const m7 = targetOf('cortex-m7');
const nano: Target = { ...m7, libc: 'newlib-nano' };
const floats = 96;

const zeroing = (target: Target): Template => {
  const lowering = new Lowering(target, 48);
  const at = { buffer: lowering.buffer('x', floats, 'scratch'), offset: 0 };
  appendZero(lowering, { layer: 'a', kind: 'zero' }, at, floats);
  const step = lowering.steps[0];
  if (step?.step !== 'kernel') throw new Error('Expected a kernel.');
  return step.template;
};

const copying = (target: Target): Template =>
  new Lowering(target, 48).template('copy', (b) => writeMemcpy(b, floats));

test("newlib-nano's memset runs 4 instructions a byte, its memcpy 5", () => {
  const bytes = floats * 4;
  expect(countsOf(zeroing(nano)).instructions / bytes).toBeCloseTo(4, 1);
  expect(countsOf(copying(nano)).instructions / bytes).toBeCloseTo(5, 1);
  const { counts } = countsOf(copying(nano));
  expect(counts.load_int + counts.load_fp32).toBe(bytes + 2);
  expect(counts.store_int + counts.store_fp32).toBe(bytes + 2);
});

test('glibc clears and copies words', () => {
  expect(countsOf(zeroing(m7)).instructions / (floats * 4)).toBeLessThan(1);
  expect(countsOf(copying(m7)).instructions / (floats * 4)).toBeLessThan(1);
});

const instructionsPerSample = (lowered: Lowered): number =>
  lowered.steps
    .flatMap((step) =>
      step.step === 'kernel'
        ? [{ template: step.template, times: step.perBlock }]
        : step.templates.map((t) => ({ template: t.template, times: t.times * step.perBlock })),
    )
    .reduce((sum, { template, times }) => sum + times * countsOf(template).instructions, 0) /
  lowered.blockFrames;

test("NAM Core's generic path clears 700 bytes a sample of A1 nano: 2,568 instructions more with newlib-nano, as counted", () => {
  const lowered = (target: Target): Lowered =>
    namCore.lower(programOf('a1-nano-relu'), target, { blockFrames: 48, tanh: 'fast' });
  const more = instructionsPerSample(lowered(nano)) - instructionsPerSample(lowered(m7));
  expect(Math.abs(more / 2568 - 1)).toBeLessThan(0.05);
});

test("the Daisy's firmware links newlib-nano", () => {
  const file = resolve(import.meta.dirname, '../../devices/daisy-seed.json');
  const profile = parseProfile(JSON.parse(readFileSync(file, 'utf8')), 'daisy-seed.json');
  expect(profile.chip?.build.libc?.value).toBe('newlib-nano');
});
