import { expect, test } from 'vitest';
import { engines } from '../../src/engine/registry.ts';
import type { LstmNetwork } from '../../src/nam/network.ts';
import { costPoint } from '../../src/study/cost/cost-point.ts';
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

test('what one step would work on for many seconds is refused before it begins, with the block that would do', () => {
  const started = performance.now();
  expect(() => costed(512, 64)).toThrow(
    'block: expected at most 40000000 multiply-accumulates a block, got 67272704 (1051136 a sample in 64 frames). Take blocks of at most 38 frames, or a narrower model.',
  );
  expect(() => costed(16, 65_536)).toThrow('Take blocks of at most');
  expect(performance.now() - started).toBeLessThan(1000);
  expect(costed(16, 64).engine?.id).toBe('nam-core');
});
