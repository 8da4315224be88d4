import { expect, test } from 'vitest';
import { namCore } from '../../src/engine/nam-core/engine.ts';
import { namCoreA2Fast } from '../../src/engine/nam-core-a2fast/engine.ts';
import { macsPerSample } from '../../src/nam/measure.ts';
import { compile } from '../../src/program/compile.ts';
import { instructionsOf, programOf, targetOf } from './nam-core-cases.ts';
import { smallNetwork } from './nam-core-network.ts';

const networkOf = (channels: number) =>
  smallNetwork({
    channels: [channels],
    kernelSize: 3,
    dilations: [1, 2, 4, 8],
    activation: { type: 'Tanh' },
  });

const instructions = (channels: number, blockFrames = 64, core = 'cortex-a53'): number =>
  instructionsOf(
    namCore.lower(compile(networkOf(channels)), targetOf(core), { blockFrames, tanh: 'fast' }),
  ).total;

test('three channels cost more instructions than four on four lanes', () => {
  expect(instructions(3)).toBeGreaterThan(instructions(4));
});

test('instructions per multiply-accumulate rise as the width falls', () => {
  const perMac = [16, 12, 8, 4, 2].map((c) => instructions(c) / macsPerSample(networkOf(c)));
  expect(perMac).toEqual([...perMac].sort((a, b) => a - b));
});

test('blocks of 16 frames cost more per sample than blocks of 64', () => {
  for (const channels of [2, 3, 4, 8, 16]) {
    expect(instructions(channels, 16)).toBeGreaterThan(instructions(channels, 64));
  }
  for (const model of ['a2-lite', 'a2-full']) {
    const total = (blockFrames: number): number =>
      instructionsOf(
        namCoreA2Fast.lower(programOf(model), targetOf('cortex-a76'), {
          blockFrames,
          tanh: 'libm',
        }),
      ).total;
    expect(total(16)).toBeGreaterThan(total(64));
  }
});

test('the A2 fast path refuses other shapes and names the generic path', () => {
  const program = compile(networkOf(8));
  const support = namCoreA2Fast.supports(program, targetOf('cortex-a53'));
  expect(support).toMatchObject({ supported: false, fallback: 'nam-core' });
  expect(() =>
    namCoreA2Fast.lower(program, targetOf('cortex-a53'), { blockFrames: 64, tanh: 'libm' }),
  ).toThrow('nam-core-a2fast: the model is no A2');
});

test('the lite tail branches on the sign of every activation where GCC may not reassociate', () => {
  const branches = (fastMath: boolean): number =>
    instructionsOf(
      namCoreA2Fast.lower(
        programOf('a2-lite'),
        { ...targetOf('cortex-a76'), fastMath, compiler: 'gcc-13' },
        { blockFrames: 64, tanh: 'libm' },
      ),
    ).classes.branch ?? 0;
  // Three per layer and frame, 23 layers.
  expect(branches(false) - branches(true)).toBeCloseTo(69, 6);
});
