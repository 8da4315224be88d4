/** The Lanczos resampler: its kernels compute what its class does, and its blocks are the container's. */
import { describe, expect, test } from 'vitest';
import {
  Lanczos,
  latencyFrames,
  modelBlocks,
  readBehind,
} from '../../src/engine/resampler/lanczos.ts';
import { lowerLanczos } from '../../src/engine/resampler/lower.ts';
import { createInterpreter } from '../kernel/interpreter/interpreter.ts';

const target = {
  isa: 'aarch64',
  lanes: 4,
  vectorRegisters: 32,
  tune: 'cortex-a76',
  fma: true,
  fastMath: false,
} as const;

const noise = (length: number): Float32Array => {
  let seed = 7;
  return Float32Array.from({ length }, () => {
    seed = (seed * 16_807) % 2_147_483_647;
    return seed / 2_147_483_647 - 0.5;
  });
};

/** The largest difference between interpreted kernels and the class, over the outputs that both show. */
const kernelError = (fromHz: number, toHz: number, framesIn: number, blocks: number): number => {
  const framesOut = Math.ceil((framesIn * toHz) / fromHz);
  const interpreter = createInterpreter(lowerLanczos(fromHz, toHz, framesIn, framesOut, target));
  const direct = new Lanczos(fromHz, toHz);
  direct.push(new Float32Array(readBehind));
  const input = noise(framesIn * blocks);
  const output = new Float32Array(framesIn);
  let worst = 0;
  for (let at = 0; at < input.length; at += framesIn) {
    const block = input.subarray(at, at + framesIn);
    interpreter.process(block, output);
    direct.push(block);
    const expected = direct.pop();
    for (let i = 0; i < Math.min(framesIn, framesOut, expected.length); i++) {
      worst = Math.max(worst, Math.abs(output[i]! - expected[i]!));
    }
  }
  return worst;
};

describe('the Lanczos resampler of AudioDSPTools', () => {
  test('its kernels, interpreted, give the samples of the class', () => {
    expect(kernelError(96_000, 48_000, 64, 6)).toBeLessThan(1e-6);
    expect(kernelError(48_000, 96_000, 32, 6)).toBeLessThan(1e-6);
    expect(kernelError(192_000, 48_000, 64, 6)).toBeLessThan(1e-6);
    // A ring that comes round within a block.
    expect(kernelError(96_000, 48_000, 65_536, 3)).toBeLessThan(1e-6);
    // The first block only: later ones begin at another phase.
    expect(kernelError(44_100, 48_000, 64, 1)).toBeLessThan(1e-4);
    expect(kernelError(88_200, 48_000, 64, 1)).toBeLessThan(1e-4);
  });

  test('a sine comes through at its pitch and level', () => {
    const resampler = new Lanczos(44_100, 48_000);
    const wave = (hz: number, i: number, at = 0): number => Math.sin(2 * Math.PI * hz * (i - at));
    resampler.push(Float32Array.from({ length: 4_410 }, (_, i) => wave(1000 / 44_100, i)));
    const out = resampler.pop();
    // Output k lies at input k x 147 / 160; the table's rows begin one sample later.
    const error = [...out.subarray(100)].map((y, i) =>
      Math.abs(y - wave(1000 / 44_100, (i + 100) * (147 / 160), 1)),
    );
    expect(Math.max(...error)).toBeLessThan(2e-3);
  });

  test('the model gets 32 frames of 64 at 96 kHz each time, and 69 or 70 at 44.1 kHz', () => {
    expect(modelBlocks(96_000, 48_000, 64)).toEqual([32]);
    expect(modelBlocks(192_000, 48_000, 48)).toEqual([12]);
    const blocks = modelBlocks(44_100, 48_000, 64);
    expect(new Set(blocks)).toEqual(new Set([69, 70]));
    expect(blocks).toHaveLength(147);
    expect(blocks.reduce((sum, frames) => sum + frames)).toBe((147 * 64 * 160) / 147);
  });

  test('the latency is what the container reports', () => {
    expect(latencyFrames(96_000, 48_000)).toBe(42);
    expect(latencyFrames(44_100, 48_000)).toBe(27);
  });
});
