import { expect, test } from 'vitest';
import { pedalbench } from '../../src/engine/pedalbench/engine.ts';
import { compile } from '../../src/program/compile.ts';
import { differenceFromReference } from './difference.ts';
import { instructionsOf, programOf, targetOf } from './nam-core-cases.ts';
import { smallNetwork } from './nam-core-network.ts';

const perSample = (core: string, blockFrames: number): number =>
  instructionsOf(
    pedalbench.lower(programOf('a2-lite'), targetOf(core), { blockFrames, tanh: 'libm' }),
  ).total;

test('on one lane a block of a prime number of frames costs no more than the next smaller one', () => {
  for (const prime of [11, 13, 17, 31, 47, 127]) {
    expect(perSample('cortex-m7', prime)).toBeLessThan(1.02 * perSample('cortex-m7', prime - 1));
  }
});

test('tiles that leave frames over compute the reference audio', () => {
  const shape = { kernelSize: 3, dilations: [1, 4], activation: { type: 'Tanh' } as const };
  for (const core of ['cortex-m7', 'cortex-a53', 'cortex-a17']) {
    for (const channels of [[3], [8], [16, 8]]) {
      const program = compile(smallNetwork({ ...shape, channels }));
      for (const blockFrames of [11, 20, 31, 47]) {
        const target = targetOf(core);
        const worst = differenceFromReference(
          pedalbench,
          program,
          target,
          blockFrames,
          'fast',
          2 * blockFrames,
        );
        expect(worst, `${core} ${channels} ${blockFrames}`).toBeLessThan(1e-5);
      }
    }
  }
});
