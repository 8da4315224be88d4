import { expect, test } from 'vitest';
import { chipOf, rowOf } from './predict-fixtures.ts';

/** Published ratios of two costs on one machine: the clock and whatever else both share drop out. */
type Side = readonly [model: string, width: string, engine: string, block: number];
const planar = 'planar-neon';
const fast = 'nam-core-a2fast';
const full = (engine: string): Side => ['a2', 'full', engine, 64];
const standard: Side = ['a1-standard', 'full', 'nam-core', 64];
const pullRequest = 'NeuralAmpModelerCore, pull request 313';
const runners = 'Sawblade REPORT v0.6, x86 Linux runners, NAM Core 0.6.0';
// The share of glibc's cycles that Apple's C library takes was fitted to it.
const appleRunners = 'Sawblade REPORT v0.6, macOS arm64 runners, NAM Core 0.6.0';
// Of whole calls, resamplers included. Of smaller A1 networks (0.375, 0.275) too much is predicted: models at half of what they
// take, resamplers as they are, so that these weigh more.
const unit = 'a player for the Tone Master Pro, pcavadas/tmp-nam @2c172f4';
const called = (id: string, width: string): Side => [id, width, 'auto', 32];

const published: readonly (readonly [string, string, Side, Side, number])[] = [
  [pullRequest, 'pi-5', ['a2', 'lite', fast, 32], ['a2', 'lite', planar, 32], 2.87],
  [pullRequest, 'pi-5', full(fast), full(planar), 2.15],
  [pullRequest, 'apple-m2', ['a2', 'full', planar, 32], full(planar), 1.031],
  [pullRequest, 'apple-m2', ['a2', 'lite', planar, 32], ['a2', 'lite', planar, 64], 1.067],
  [runners, 'host', full(fast), standard, 0.371],
  [runners, 'host', full('nam-core'), standard, 0.433],
  [appleRunners, 'apple-m1', full(fast), standard, 0.5],
  [unit, 'tone-master-pro', called('a1-lite', 'full'), called('a1-standard', 'full'), 0.675],
  [unit, 'tone-master-pro', called('a2', 'full'), called('a1-standard', 'full'), 0.796],
  [unit, 'tone-master-pro', called('a2', 'lite'), called('a1-standard', 'full'), 0.386],
];

/** Cycles of a call: a device's own engine computes tanh as the device does, and the host's part of the call counts. */
const cyclesOf = (on: string, [id, width, engine, block]: Side): number => {
  const asked = { width, engine, blockFrames: [block] };
  const row = rowOf(id, on, engine === 'auto' ? asked : { ...asked, tanh: 'libm' });
  const { host, clusters } = chipOf(on);
  const [cluster] = clusters;
  const call = (host.secondsPerBlock.value * (cluster?.clockHz.value ?? 0)) / block;
  return (row.cyclesPerSample?.expected ?? Number.NaN) + (engine === 'auto' ? call : 0);
};

for (const [source, on, above, below, measured] of published) {
  test(`${source}: ${above.join(' ')} over ${below.join(' ')} on ${on} is ${measured} within 15 %`, () => {
    const ratio = cyclesOf(on, above) / cyclesOf(on, below);
    expect(Math.abs(ratio / measured - 1)).toBeLessThan(0.15);
  });
}

test('a ratio that the C library of a core was fitted to makes no row of that core a fitted one', () => {
  for (const tanh of ['libm', 'fast'] as const) {
    const row = rowOf('a1-standard', 'apple-m1', { engine: 'nam-core', tanh });
    expect(row.confidence).toBe('estimated');
  }
});
