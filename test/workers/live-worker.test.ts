/** What is played by the wall clock, beside what is predicted for the machine at hand. */
import { expect, test } from 'vitest';
import type { MachineWords } from '../../src/device/machine-words.ts';
import { packageRoot } from '../../src/workbench/package-info.ts';
import live from '../../src/workers/live-worker.ts';
import { jobOf } from '../scenario/library.ts';

const played = (machine: MachineWords) =>
  live({
    job: jobOf({ device: 'pi-4', slots: [{ model: 'a1-nano' }], durationSeconds: 0.05 }),
    places: { cwd: packageRoot, packageRoot, machine },
    host: 'host',
    engine: 'pedalbench',
  });

test('a machine that nothing describes is measured without a prediction', () => {
  const result = played({ cpuinfo: null, topKilohertz: null, brand: null });
  expect(result).toMatchObject({ host: 'host', predicted: null });
  expect(result.measured.load.mean).toBeGreaterThan(0);
});

test('a machine that is described is predicted, too', () => {
  const cpuinfo = 'vendor_id : AuthenticAMD\ncpu family : 25\nmodel : 1\nmodel name : AMD EPYC\n';
  const result = played({ cpuinfo, topKilohertz: 3_500_000, brand: null });
  expect(result.predicted?.load.p50).toBeGreaterThan(0);
});
