import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { editedSizes, editWaveNet } from '../../src/nam/edit-wavenet.ts';
import { receptiveField, weightCount } from '../../src/nam/measure.ts';
import type { WaveNetNetwork } from '../../src/nam/network.ts';
import { parseModel } from '../../src/nam/parse-model.ts';
import { seedWaveNet } from '../../src/nam/seed-weights.ts';
import { slim } from '../../src/nam/widths.ts';
import { writeWaveNet } from '../../src/nam/write-model.ts';
import { candidatesOf } from '../../src/study/advise/candidate.ts';

const models = resolve(import.meta.dirname, '../../models');
const networkOf = (id: string, width: string): WaveNetNetwork => {
  const model = parseModel(readFileSync(join(models, `${id}.nam`), 'utf8'), `${id}.nam`);
  const { network } = slim(model, width);
  if (network.kind !== 'wavenet') throw new Error(`${id} is no WaveNet`);
  return network;
};

const readAgain = (network: WaveNetNetwork): WaveNetNetwork => {
  const text = writeWaveNet(network, { name: 'x', sampleRateHz: 48000 });
  const again = slim(parseModel(text, 'x.nam'), 'full').network;
  if (again.kind !== 'wavenet') throw new Error('Expected a WaveNet.');
  return again;
};

test.each([
  ['a2', 'full'],
  ['a1-standard', 'full'],
  ['a1-nano', 'full'],
])('%s, written and read again, is the same network', (id, width) => {
  const network = networkOf(id, width);
  expect(readAgain(network)).toEqual(network);
});

test.each([
  ['fewer channels', { channels: [12, 6] }],
  ['shorter kernels', { kernelLess: 1 }],
  ['closer taps', { dilationShare: 0.5 }],
  ['fewer layers', { dropped: [2, 1] }],
  ['a bottleneck', { bottleneckShare: 0.5 }],
  ['another activation', { activation: { type: 'ReLU' } as const }],
  ['all together', { channels: [12, 6], kernelLess: 1, dropped: [1, 1], bottleneckShare: 0.75 }],
])('a1-standard with %s is a valid file with no more weights', (_, change) => {
  const network = networkOf('a1-standard', 'full');
  const edited = editWaveNet(network, change);
  expect(weightCount(edited)).toBeLessThanOrEqual(weightCount(network));
  expect(receptiveField(edited)).toBeLessThanOrEqual(receptiveField(network));
  expect(readAgain(edited)).toEqual(edited);
});

test('dilations are halved and stay at least one', () => {
  const edited = editWaveNet(networkOf('a1-standard', 'full'), { dilationShare: 0.5 });
  expect(edited.arrays[0]?.layers.map(({ conv }) => conv.dilation)).toEqual([
    1, 1, 2, 4, 8, 16, 32, 64, 128, 256,
  ]);
  expect(edited.prewarmSamples).toBe(receptiveField(edited));
});

test.each(['a1-standard', 'a1-nano', 'a2'])(
  'sizes of changes of %s are those of the edited network',
  (id) => {
    const network = networkOf(id, 'full');
    const candidates = candidatesOf(network);
    for (let i = 0; i < candidates.length; i += 97) {
      const { change } = candidates[i]!;
      const edited = editWaveNet(network, change);
      expect(editedSizes(network, change), JSON.stringify(change)).toEqual({
        weights: weightCount(edited),
        receptiveField: receptiveField(edited),
      });
    }
  },
);

test('a1-standard has more than ten thousand architectures in its neighbourhood', () => {
  expect(candidatesOf(networkOf('a1-standard', 'full')).length).toBeGreaterThan(10_000);
});

test('a shorter head keeps its newest taps', () => {
  const network = networkOf('a2', 'full');
  const head = editWaveNet(network, { headKernel: 8 }).arrays[0]?.headRechannel;
  expect(head?.kernelSize).toBe(8);
  expect([...(head?.weights ?? [])]).toEqual([
    ...(network.arrays[0]?.headRechannel.weights.slice(8 * 8) ?? []),
  ]);
});

test('seeded weights depend on the seed only', () => {
  const network = networkOf('a1-nano', 'full');
  expect(seedWaveNet(network, 1)).toEqual(seedWaveNet(network, 1));
  expect(seedWaveNet(network, 1)).not.toEqual(seedWaveNet(network, 2));
});
