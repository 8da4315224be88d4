import { expect, test } from 'vitest';
import { variantsOf } from '../../src/scenario/sweep.ts';
import { parseShard } from '../../src/study/parts/part.ts';
import { numberJobs, shardOf } from '../../src/workers/sweep/shard.ts';
import { jobsOf } from './library.ts';

const scenario = {
  device: ['pi-4', 'pi-5'],
  slots: [{ model: 'a2', width: ['lite', 'full'] }, { cyclesPerSample: 10 }],
  durationSeconds: 1,
};

test('every combination of the lists is a job, the last list fastest', () => {
  expect(jobsOf(scenario).map((job) => Object.values(job.swept))).toEqual([
    ['pi-4', 'lite'],
    ['pi-4', 'full'],
    ['pi-5', 'lite'],
    ['pi-5', 'full'],
  ]);
  expect(jobsOf(scenario)[1]?.scenario.slots[0]?.width).toBe('full');
});

test('a list of lists sweeps a field that is a list by nature', () => {
  const chains = [[{ cyclesPerSample: 1 }], [{ cyclesPerSample: 1 }, { cyclesPerSample: 2 }]];
  const jobs = jobsOf({ device: 'pi-4', slots: chains, durationSeconds: 1 });
  expect(jobs.map((job) => job.scenario.slots.length)).toEqual([1, 2]);
});

test('a job is named by its content, not by the order of its keys', () => {
  const [one] = jobsOf({ device: 'pi-4', slots: [{ cyclesPerSample: 1 }], durationSeconds: 1 });
  const [same] = jobsOf({ durationSeconds: 1, slots: [{ cyclesPerSample: 1 }], device: 'pi-4' });
  const [other] = jobsOf({ durationSeconds: 2, slots: [{ cyclesPerSample: 1 }], device: 'pi-4' });
  expect(same?.id).toBe(one?.id);
  expect(other?.id).not.toBe(one?.id);
});

test('shards are disjoint and together whole', () => {
  const jobs = numberJobs(jobsOf(scenario));
  const parts = [1, 2, 3].flatMap((part) => shardOf(jobs, { part, of: 3 }));
  expect(parts.map((job) => job.index).sort()).toEqual([0, 1, 2, 3]);
  expect(parseShard('2/3')).toEqual({ part: 2, of: 3 });
  for (const wrong of ['0/3', '4/3', '1', '1/', 'a/b', '-1/2', '1/2/3']) {
    expect(parseShard(wrong)).toBe(null);
  }
});

test('a document without lists is one variant, itself', () => {
  const plain = { device: 'x', slots: [{ a: 1 }], disturbances: { add: [{ name: 'n' }] } };
  expect(variantsOf(plain, 'x.json')).toEqual([{ swept: {}, document: plain }]);
});
