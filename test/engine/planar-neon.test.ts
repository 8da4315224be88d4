import { describe, expect, test } from 'vitest';
import { planarNeon } from '../../src/engine/planar-neon/engine.ts';
import { compile } from '../../src/program/compile.ts';
import { instructionsPerSample, target, worstDifference } from './planar-neon-counts.ts';
import { stackNetwork } from './planar-neon-network.ts';

const lower = (channels: number, frames: number, on = target('aarch64', 'cortex-a76')) =>
  planarNeon.lower(compile(stackNetwork(channels)), on, { blockFrames: frames, tanh: 'libm' });

describe('the planar kernels compute the audio of the reference executor', () => {
  for (const channels of [3, 8]) {
    for (const [isa, tune] of [
      ['aarch64', 'cortex-a76'],
      ['aarch64', 'cortex-a53'],
      ['armv7-neon', 'cortex-a17'],
    ] as const) {
      for (const frames of tune === 'cortex-a76' ? [16, 47] : [47]) {
        test(`${channels} channels, ${tune}, blocks of ${frames}`, () => {
          const program = compile(stackNetwork(channels));
          const lowered = lower(channels, frames, target(isa, tune));
          expect(worstDifference(program, lowered, 12)).toBeLessThan(1e-5);
        });
      }
    }
  }
});

test('other shapes and instruction sets are refused with what NAM Core would use', () => {
  const neon = target('aarch64', 'cortex-a76');
  expect(planarNeon.supports(compile(stackNetwork(4)), neon)).toMatchObject({
    supported: false,
    fallback: 'nam-core',
  });
  expect(
    planarNeon.supports(compile(stackNetwork(3)), target('thumb2-vfp', 'cortex-m7')),
  ).toMatchObject({ supported: false, fallback: 'nam-core-a2fast' });
});

test('a block of 16 frames costs more per sample than one of 64', () => {
  for (const channels of [3, 8]) {
    expect(instructionsPerSample(lower(channels, 16)).total).toBeGreaterThan(
      instructionsPerSample(lower(channels, 64)).total,
    );
  }
});
