import { expect, test } from 'vitest';
import { explainImpulse } from '../../../src/workbench/explain.ts';
import { openWorkbench } from '../../../src/workbench/open-workbench.ts';
import { simulateSync } from '../../../src/workbench/simulate.ts';
import { root } from '../predict-fixtures.ts';

const workbench = openWorkbench({ cwd: root });
const ir = { taps: 2048, convolver: 'audiodsptools-fft' } as const;
const asked = { device: 'pi-5', blockFrames: 64, sampleRateHz: 48_000 };
const { impulse, explanation } = explainImpulse(workbench, { ...asked, ir });

const sum = (list: readonly { readonly cycles: number }[]): number =>
  list.reduce((total, { cycles }) => total + cycles, 0);

test('the cycles of an impulse response are those of its slot in a run', () => {
  const quiet = { durationSeconds: 1, disturbances: false } as const;
  const [run] = simulateSync(workbench, { scenario: { ...asked, ...quiet, slots: [{ ir }] } });
  const ours = explanation.total.cyclesPerSample;
  expect((run?.slots[0]?.cyclesPerSample ?? 0) / ours).toBeCloseTo(1, 3);
  // A run's blocks also carry what the pedal does beside its slots.
  const beside = (run?.load.max ?? 0) / impulse.longestLoad;
  expect(beside).toBeGreaterThan(1);
  expect(beside).toBeLessThan(1.15);
});

test('every block and the bursts, shared out over their blocks, are the mean', () => {
  const perBlock = impulse.periods.map(({ cycles, everyBlocks }) => ({
    cycles: cycles / everyBlocks,
  }));
  expect(sum(perBlock) / 64).toBeCloseTo(explanation.total.cyclesPerSample, 1);
  for (const { cycles, kinds } of impulse.periods) expect(sum(kinds)).toBeCloseTo(cycles, 6);
});

test('a burst of 256 samples comes once in four blocks of 64, and transforms and products are the most of it', () => {
  const burst = impulse.periods.find(({ everyBlocks }) => everyBlocks === 4);
  expect(burst?.kinds[0]?.name).toMatch(/product|transform/);
  expect(impulse.longestLoad).toBeGreaterThan(2 * impulse.meanLoad);
});

test('without bursts the longest block is as long as the others', () => {
  const direct = explainImpulse(workbench, { device: 'pi-5', ir: { taps: 256 } }).impulse;
  expect(direct.convolver).toBe('audiodsptools');
  expect(direct.longestLoad / direct.meanLoad).toBeLessThan(1.5);
});
