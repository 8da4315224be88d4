/** What `predict` says of a pedal, played on the virtual pedal under the same defaults, with its disturbances. */
import { expect, test } from 'vitest';
import type { PredictRow } from '../../src/study/predict/row.ts';
import type { RunResult } from '../../src/study/simulate/run-result.ts';
import { openWorkbench } from '../../src/workbench/open-workbench.ts';
import { predictSync } from '../../src/workbench/predict.ts';
import { simulateSync } from '../../src/workbench/simulate.ts';

const workbench = openWorkbench();
const devices = workbench.devices.ids.filter(
  (id) => id !== 'host' && workbench.device(id).chip !== null,
);

/** Long enough for several of every burst that a profile names. */
const durationSeconds = 2;

const play = ({ model, width, device, copies }: PredictRow): RunResult => {
  const slots = Array.from({ length: copies }, () => ({ model, width: width.label }));
  const [run] = simulateSync(workbench, { scenario: { device, slots, durationSeconds } });
  if (run === undefined) throw new RangeError(`Expected a run of ${model} on ${device}.`);
  return run;
};

const saidOf = ({ model, width, device, copies, load }: PredictRow, run: RunResult): string =>
  `${copies} x ${model} ${width.label} on ${device}: ${load?.low} to ${load?.high} is said, ${run.load.mean} in the mean and ${run.xruns} late blocks were played`;

/** As it is said. */
const percentOf = (share: number): number => Math.round(100 * share);

test.each(['a2', 'a1-standard', 'a1-nano'])(
  'no row of %s that is sure drops a block, and no mean lies outside what is said',
  (models) => {
    const { rows } = predictSync(workbench, { models, devices, copies: [1, 2] });
    const costed = rows.filter(({ verdict, load }) => load !== null && verdict !== 'wont-load');
    expect(costed.some((row) => row.sure)).toBe(true);
    const wrong = costed.flatMap((row) => {
      const load = row.load;
      if (load === null || load.low > 1) return [];
      const run = play(row);
      const mean = percentOf(run.load.mean);
      const outside = mean < percentOf(load.low) || mean > percentOf(load.high);
      return outside || (row.sure && run.xruns > 0) ? [saidOf(row, run)] : [];
    });
    expect(wrong).toEqual([]);
  },
);

test('a row whose whole interval is over loses blocks', () => {
  const { rows } = predictSync(workbench, { models: 'a1-standard', devices, copies: [1] });
  const row = rows.find(({ load, verdict }) => verdict === 'over' && load !== null && load.low > 1);
  expect(row && play(row).xruns).toBeGreaterThan(0);
});
