import { describe, expect, test } from 'vitest';
import { t3kEmbedded } from '../../src/engine/t3k-embedded/engine.ts';
import { mirrorShares } from '../../src/engine/t3k-embedded/mirror.ts';
import { neonTiles, tileVectors } from '../../src/engine/t3k-embedded/neon-layer.ts';
import { scalarTile } from '../../src/engine/t3k-embedded/scalar-tile.ts';
import type { Lowered, Target } from '../../src/kernel/lowered.ts';
import { compile } from '../../src/program/compile.ts';
import { instructionsPerSample, target, worstDifference } from './planar-neon-counts.ts';
import { type StackOptions, stackNetwork } from './planar-neon-network.ts';

const neon: Target = target('aarch64', 'cortex-a76', true);
const m7: Target = target('thumb2-vfp', 'cortex-m7', true);

const lower = (channels: number, frames: number, on: Target, options: StackOptions = {}): Lowered =>
  t3kEmbedded.lower(compile(stackNetwork(channels, options)), on, {
    blockFrames: frames,
    tanh: 'fast',
  });

const short: StackOptions = {
  layers: [
    [6, 1],
    [6, 7],
    [15, 3],
    [3, 40],
    [6, 2],
  ],
};

describe('the generated kernels compute the audio of the reference executor', () => {
  for (const on of [neon, m7]) {
    for (const channels of [1, 2, 3, 4, 5, 6, 8]) {
      for (const frames of [16, 53]) {
        test(`${channels} channels, ${on.tune}, blocks of ${frames}`, () => {
          const program = compile(stackNetwork(channels, short));
          const lowered = lower(channels, frames, on, short);
          expect(worstDifference(program, lowered, 30)).toBeLessThan(1e-5);
        });
      }
    }
    for (const channels of [3, 8]) {
      test(`the A2 with ${channels} channels, ${on.tune}, blocks of 48`, () => {
        const program = compile(stackNetwork(channels));
        expect(worstDifference(program, lower(channels, 48, on), 12)).toBeLessThan(1e-5);
      });
    }
  }
});

test('tiles are those that the generator picks for the published engines', () => {
  expect(scalarTile(3, 48)).toEqual({ frames: 6, outputs: 3, inputs: 1 });
  expect(scalarTile(3, 16)).toEqual({ frames: 4, outputs: 3, inputs: 2 });
  expect(scalarTile(8, 48)).toEqual({ frames: 4, outputs: 4, inputs: 2 });
  expect([tileVectors(3), tileVectors(8)]).toEqual([4, 2]);
});

test('what the assembly leaves goes to the tile that the generator picked for the block', () => {
  expect(neonTiles(3, 48)).toMatchObject({ assembly: 3, intrinsics: 0, singles: 0 });
  expect(neonTiles(3, 8)).toMatchObject({ assembly: 0, intrinsicsVectors: 2, intrinsics: 1 });
  expect(neonTiles(3, 28)).toMatchObject({ assembly: 1, intrinsicsVectors: 1, intrinsics: 3 });
});

test('tiles straddle the mirror as often as the published engine was seen to', () => {
  const d = [1, 3, 7, 17, 41, 101, 239].map((dilation) => 5 * dilation);
  const lookbacks = [...d.slice(1), ...d, 14, 182, ...d];
  const straddling = (frames: number, tile: number): number =>
    lookbacks.reduce((sum, lookback) => sum + mirrorShares(lookback, frames, tile).straddling, 0);
  expect(straddling(48, 16)).toBeCloseTo(15, 0);
  expect(straddling(16, 16)).toBeCloseTo(9, 0);
  expect(straddling(48, 6)).toBeCloseTo(13, 0);
  expect(straddling(48, 4)).toBeCloseTo(13, 0);
});

test('shares of tiles are those of a ring that is followed until it repeats', () => {
  const followed = (lookback: number, frames: number, tile: number, from: number): number[] => {
    const columns = lookback + frames;
    const side = (column: number): number => (column < frames ? 1 : column >= columns ? -1 : 0);
    let [straddling, mirrored, blocks, position] = [0, 0, 0, 0];
    do {
      for (let f = from; f + tile <= frames; f += tile) {
        const first = side(position + f);
        if (first !== side(position + f + tile - 1)) straddling += 1;
        else if (first !== 0) mirrored += 1;
      }
      position = (position + frames) % columns;
      blocks += 1;
    } while (position !== 0);
    return [straddling / blocks, mirrored / blocks];
  };
  for (const lookback of [0, 1, 2, 5, 14, 35, 182, 505]) {
    for (const frames of [1, 7, 16, 48, 53]) {
      for (const tile of [1, 3, 4, 6, 16]) {
        for (const from of [0, 5]) {
          const { straddling, mirrored } = mirrorShares(lookback, frames, tile, from);
          expect([straddling, mirrored]).toEqual(followed(lookback, frames, tile, from));
        }
      }
    }
  }
});

test('what the generator has no kernels for is refused', () => {
  const tanh = compile(stackNetwork(3, { activation: 'Tanh' }));
  expect(t3kEmbedded.supports(tanh, neon)).toMatchObject({
    supported: false,
    fallback: 'nam-core',
  });
  expect(() => t3kEmbedded.lower(tanh, neon, { blockFrames: 48, tanh: 'fast' })).toThrow(/Tanh/);
  expect(t3kEmbedded.supports(compile(stackNetwork(16, short)), neon).supported).toBe(false);
  expect(t3kEmbedded.supports(compile(stackNetwork(16, short)), m7).supported).toBe(true);
});

test('a frame left over costs more than a tiled one', () => {
  for (const on of [neon, m7]) {
    const perSample = (frames: number): number => instructionsPerSample(lower(8, frames, on)).total;
    expect(perSample(51)).toBeGreaterThan(1.02 * perSample(48));
  }
});
