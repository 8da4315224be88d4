import { expect, test } from 'vitest';
import type { Engine } from '../../src/engine/engine.ts';
import { namCore } from '../../src/engine/nam-core/engine.ts';
import { namCoreA2Fast } from '../../src/engine/nam-core-a2fast/engine.ts';
import { instructionsOf, programOf, targetOf } from './nam-core-cases.ts';

/**
 * Instructions per sample of NeuralAmpModelerCore (August 2026, GCC 12.2 -O3, fast tanh) on the
 * project's own models, counted in a user-mode emulator: blocks in which Eigen takes other paths.
 */
const counted: readonly (readonly [Engine, string, string, Readonly<Record<number, number>>])[] = [
  [namCore, 'cortex-a53', 'a1-nano', { 1: 32_824, 2: 21_349, 4: 15_823, 8: 13_050, 12: 12_309 }],
  [namCore, 'cortex-m7', 'a1-nano', { 1: 29_264, 2: 20_868, 4: 16_672, 8: 14_542, 12: 14_143 }],
  [namCore, 'cortex-a17', 'a1-nano', { 1: 41_893, 2: 27_367, 4: 20_347, 8: 16_809 }],
  [namCore, 'cortex-a53', 'a1-standard', { 1: 46_516, 2: 54_937, 3: 46_715, 4: 38_953 }],
  [namCore, 'cortex-m7', 'a1-standard', { 1: 90_470, 2: 147_278, 3: 135_999, 4: 106_935 }],
  [namCore, 'cortex-a17', 'a1-standard', { 1: 66_408, 2: 74_659, 3: 64_690, 4: 54_041 }],
  [namCoreA2Fast, 'cortex-a53', 'a2-lite', { 1: 9_340, 2: 6_691, 3: 5_845, 4: 4_197, 8: 3_214 }],
  [namCoreA2Fast, 'cortex-a53', 'a2-full', { 1: 20_124, 2: 16_208, 3: 14_799, 4: 43_613 }],
  [namCoreA2Fast, 'cortex-m7', 'a2-full', { 1: 61_726, 2: 57_986, 3: 56_811, 4: 103_111 }],
  [namCoreA2Fast, 'cortex-a17', 'a2-full', { 1: 29_251, 2: 25_057, 3: 23_672, 4: 53_917 }],
];

for (const [engine, core, model, blocks] of counted) {
  test(`${engine.id} takes the counted instructions in short blocks: ${model} on ${core}`, () => {
    for (const [block, count] of Object.entries(blocks)) {
      const { total } = instructionsOf(
        engine.lower(programOf(model), targetOf(core), {
          blockFrames: Number(block),
          tanh: 'fast',
        }),
      );
      expect(Math.abs(total / count - 1), `${block}: ${total} for ${count}`).toBeLessThan(0.1);
    }
  });
}
