/** The rows of a prediction that is spread over threads are those of the verb, whatever becomes of the threads. */
import { expect, test, vi } from 'vitest';
import { openWorkbench } from '../../src/workbench/open-workbench.ts';
import { packageRoot } from '../../src/workbench/package-info.ts';
import { type PredictRequest, predictSync } from '../../src/workbench/predict.ts';
import { predictOnThreads } from '../../src/workers/predict/predict-on-threads.ts';

const places = { cwd: packageRoot, packageRoot };
/** Many rows of few programs: devices of one core and one block share them. */
const devices = [
  ...['class-a53-1500', 'am62', 'imx8m-mini', 'class-a55-1800', 'rk3566', 'class-a7-1000'],
  ...['stm32mp1', 'mod-dwarf', 'class-a35-1300', 'daisy-seed', 'class-m7-480', 'class-m7-600'],
  'tone-master-pro',
];
const width = 'ch:1,ch:2,ch:3,ch:4';
const long: PredictRequest = { models: 'slim-8', devices, engine: 'all', width };
const expected = predictSync(openWorkbench(places), long);

/** On so many threads, what was told of the way and whether anything was lowered on this one. */
const spread = async (request: PredictRequest, workers: number) => {
  const workbench = openWorkbench(places);
  const lowering = workbench.engines.map((engine) => vi.spyOn(engine, 'lower'));
  const shares: number[] = [];
  const onProgress = (share: number): void => void shares.push(share);
  const result = await predictOnThreads(workbench, request, { places, workers }, { onProgress });
  const here = lowering.reduce((sum, { mock }) => sum + mock.calls.length, 0);
  for (const spy of lowering) spy.mockRestore();
  return { result, shares, here };
};

test('many rows of several widths are worked out by threads, a width each', async () => {
  const { result, shares, here } = await spread(long, 2);
  expect(result).toEqual(expected);
  expect(here).toBe(0);
  expect(shares).toEqual([0.25, 0.5, 0.75, 1]);
});

test('one thread, few rows, and rows that a sound decides stay where they are', async () => {
  const few = { ...long, devices: ['pi-4'] };
  for (const [request, workers] of [
    [{ ...long, width: 'ch:3,ch:4' }, 1],
    [few, 2],
  ] as const) {
    const { result, here } = await spread(request, workers);
    expect(result).toEqual(predictSync(openWorkbench(places), request));
    expect(here).toBeGreaterThan(0);
  }
  const heard = { ...long, width: 'ch:1,ch:2', fidelity: () => 0.25 };
  const { result } = await spread(heard, 2);
  expect(result.rows[0]?.fidelity.esrToFull).toBe(0.25);
});

test('a profile that was changed for the call is that of the threads, too', async () => {
  const workbench = openWorkbench(places);
  const changed = devices.map((id) => {
    const device = workbench.device(id);
    const { chip } = device;
    const build = chip && { ...chip.build, tanh: { ...chip.build.tanh, value: 'libm' as const } };
    return { ...device, chip: chip && build && { ...chip, build } };
  });
  const { result, here } = await spread({ ...long, devices: changed }, 2);
  expect(here).toBe(0);
  expect(new Set(result.rows.map(({ tanh }) => tanh))).toEqual(new Set(['libm']));
});

test('what threads cannot work out, the verb meets itself', async () => {
  const nowhere = { cwd: packageRoot, packageRoot: '/nowhere' };
  const workbench = openWorkbench(places);
  const options = { places: nowhere, workers: 2 };
  const result = await predictOnThreads(workbench, long, options, {});
  expect(result).toEqual(expected);
});

test('a signal ends it', async () => {
  const stop = new AbortController();
  const { signal } = stop;
  const onProgress = (): void => stop.abort(new Error('enough'));
  const threads = { places, workers: 2 };
  const asked = predictOnThreads(openWorkbench(places), long, threads, { signal, onProgress });
  await expect(asked).rejects.toThrow('enough');
});
