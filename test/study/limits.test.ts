import { expect, test } from 'vitest';
import { engines } from '../../src/engine/registry.ts';
import type { BlockCost } from '../../src/machine/cost.ts';
import type { LstmNetwork } from '../../src/nam/network.ts';
import { costPoint } from '../../src/study/cost/cost-point.ts';
import { checkProducts, longerBlock } from '../../src/study/cost/longer-block.ts';
import { cache, chipOf, coreOf } from './predict-fixtures.ts';

const lstm = (hiddenSize: number): LstmNetwork => ({
  kind: 'lstm',
  inChannels: 1,
  layers: [
    {
      inputSize: 1,
      hiddenSize,
      weights: new Float32Array(4 * hiddenSize * (1 + hiddenSize)),
      bias: new Float32Array(4 * hiddenSize),
      initialHidden: new Float32Array(hiddenSize),
      initialCell: new Float32Array(hiddenSize),
    },
  ],
  headWeights: new Float32Array(hiddenSize),
  headBias: new Float32Array(1),
  prewarmSamples: 24_000,
});

const costed = (hiddenSize: number, blockFrames: number) => {
  const chip = chipOf('pi-5');
  const core = coreOf('cortex-a76');
  return costPoint(cache, {
    ...{ network: lstm(hiddenSize), chip, core, engines, engine: 'nam-core' },
    ...{ blockFrames, copies: 1, parallel: false },
  });
};

test('what one step would work on for many seconds is refused before it begins, with what would do', () => {
  const started = performance.now();
  expect(() => costed(3072, 64)).toThrow(
    'block: expected at most 40000000 multiply-accumulates a block, got 2416902144 (37764096 a sample in 64 frames). Take blocks of at most 1 frames, or a narrower model.',
  );
  expect(() => costed(4096, 64)).toThrow(/in 64 frames\)\. Take a narrower model\.$/);
  expect(performance.now() - started).toBeLessThan(1000);
  expect(costed(16, 64).engine?.id).toBe('nam-core');
});

const costOf = (hiddenSize: number, blockFrames: number): BlockCost => {
  const point = costed(hiddenSize, blockFrames);
  if (point.engine === null) throw new RangeError('Expected a cost, got a refusal.');
  return point.cost;
};

test('whoever walks every frame of a wide LSTM says that predict answers longer blocks of it', () => {
  expect(() => checkProducts(lstm(512), 64)).toThrow(/38 frames.* predict answers longer blocks/);
});

test('a wide LSTM costs the same in every frame', () => {
  const [short, long, longer] = [4, 8, 24].map((frames) => costOf(200, frames));
  if (!(short && long && longer)) throw new RangeError('Expected three costs.');
  const followed = longerBlock(long, short, 24);
  for (const corner of ['best', 'expected', 'worst'] as const) {
    const share = followed.total[corner] / longer.total[corner];
    expect(Math.abs(share - 1)).toBeLessThan(corner === 'worst' ? 0.03 : 0.001);
  }
  expect(followed.summary.instructions).toBeCloseTo(longer.summary.instructions, 3);
  expect(followed.steps.reduce((sum, { calls }) => sum + calls, 0)).toBeCloseTo(
    longer.steps.reduce((sum, { calls }) => sum + calls, 0),
    6,
  );
});

test('an LSTM of 512 is costed in blocks of 64, in seconds', () => {
  const started = performance.now();
  const { blockFrames, total } = costOf(512, 64);
  expect(performance.now() - started).toBeLessThan(20_000);
  expect(blockFrames).toBe(64);
  // By each frame, on a Pi 5, no less than its multiply-accumulates by four lanes and two units.
  expect(total.expected).toBeGreaterThan((64 * 1_051_136) / 8);
}, 60_000);
