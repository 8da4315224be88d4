import fc from 'fast-check';
import { expect, test } from 'vitest';
import { namCore, namCoreInline } from '../../src/engine/nam-core/engine.ts';
import { namCoreA2Fast } from '../../src/engine/nam-core-a2fast/engine.ts';
import type { Target } from '../../src/kernel/lowered.ts';
import { compile } from '../../src/program/compile.ts';
import { differenceFromReference } from './difference.ts';
import { programOf, targetOf } from './nam-core-cases.ts';
import { smallNetwork } from './nam-core-network.ts';

const avx2: Target = {
  isa: 'x86-avx2',
  lanes: 8,
  vectorRegisters: 16,
  tune: 'generic',
  fma: true,
  fastMath: false,
};
const targets: Readonly<Record<string, Target>> = {
  'one lane': targetOf('cortex-m7'),
  'one lane, newlib-nano': { ...targetOf('cortex-m7'), libc: 'newlib-nano' },
  'four lanes': targetOf('cortex-a53'),
  'four lanes, 32 bit': targetOf('cortex-a17'),
  'eight lanes': avx2,
};

const tanh = { type: 'Tanh' } as const;

for (const [name, target] of Object.entries(targets)) {
  test(`nam-core computes the reference's audio at widths 1 to 8 and 16/8 on ${name}`, () => {
    const widths = [[1], [2], [3], [4], [5], [6], [7], [8], [16, 8]];
    for (const channels of widths) {
      const shape = { channels, kernelSize: 3, dilations: [1, 4], activation: tanh };
      const program = compile(smallNetwork(shape));
      for (const blockFrames of [16, 48, 64]) {
        for (const engine of [namCore, namCoreInline]) {
          const worst = differenceFromReference(engine, program, target, blockFrames, 'fast', 192);
          expect(worst, `${engine.id} ${channels} ${blockFrames}`).toBeLessThan(1e-5);
        }
      }
    }
  });

  test(`nam-core-a2fast computes the reference's audio on ${name}`, () => {
    for (const model of ['a2-lite', 'a2-full']) {
      const worst = differenceFromReference(
        namCoreA2Fast,
        programOf(model),
        target,
        64,
        'libm',
        256,
      );
      expect(worst, model).toBeLessThan(1e-5);
    }
  }, 60_000);
}

test('random small shapes give the reference audio on every number of lanes', () => {
  const shapes = fc.record({
    channels: fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 2 }),
    kernelSize: fc.integer({ min: 1, max: 7 }),
    dilations: fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 3 }),
    activation: fc.constantFrom(
      { type: 'ReLU' } as const,
      { type: 'Tanh' } as const,
      { type: 'LeakyReLU', negativeSlopes: [0.01] } as const,
      { type: 'Hardswish' } as const,
      { type: 'LeakyHardtanh' } as const,
      { type: 'SiLU' } as const,
    ),
    gating: fc.constantFrom('none' as const, 'gated' as const, 'blended' as const),
    seed: fc.integer({ min: 1, max: 1000 }),
  });
  const blocks = fc.constantFrom(1, 7, 16, 23, 48);
  const targetNames = fc.constantFrom(...Object.keys(targets));
  const engine = fc.constantFrom(namCore, namCoreInline);
  fc.assert(
    fc.property(shapes, blocks, targetNames, engine, (shape, blockFrames, target, chosen) => {
      const program = compile(smallNetwork(shape));
      const on = targets[target] ?? avx2;
      return (
        differenceFromReference(chosen, program, on, blockFrames, 'fast', 4 * blockFrames) < 1e-5
      );
    }),
    { numRuns: 40, seed: 11 },
  );
}, 60_000);
