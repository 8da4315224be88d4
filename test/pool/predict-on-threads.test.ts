/** Threads share a prediction; the rows know nothing of it. */
import { expect, test } from 'vitest';
import { engines } from '../../src/engine/registry.ts';
import { partOf, predictOnThreads, taskOf } from '../../src/pool/predict-on-threads.ts';
import { predict } from '../../src/study/predict.ts';
import { cellsOf } from '../../src/study/predict-cells.ts';
import type { PredictRequest } from '../../src/study/predict-request.ts';
import { projectLibrary } from '../scenario/library.ts';

const library = projectLibrary();

const request: PredictRequest = {
  models: [library.model('slim-8'), library.model('a2')],
  devices: ['mod-dwarf', 'daisy-seed', 'pi-5', 'valeton-gp-5'].map((id) => library.device(id)),
  engines,
  coreOf: library.core,
  copies: [1, 2],
};

test.each([1, 2, 3])('with %i threads the result is the same', async (threads) => {
  const heard = {
    fidelity: (model: { id: string }, width: { label: string }) =>
      model.id === 'a2' && width.label === 'lite' ? 0.125 : null,
  };
  const whole = { ...request, ...heard };
  expect(await predictOnThreads(whole, threads, 16)).toEqual(predict(whole));
});

test('a worker alone works out every cell', async () => {
  const cells = cellsOf(request);
  const known = await partOf(taskOf(request, cells));
  expect(known.size).toBe(cells.length);
  // What it found is taken as it is: costing a row again would need a core.
  const withoutCores: PredictRequest = {
    ...request,
    coreOf: (id) => {
      throw new Error(`costed again on ${id}`);
    },
  };
  expect(predict(withoutCores, undefined, known)).toEqual(predict(request));
});

test('engine all lists what was skipped in the same order', async () => {
  const all = { ...request, engine: 'all' };
  const result = await predictOnThreads(all, 2, 16);
  expect(result).toEqual(predict(all));
  expect(result.skipped.length).toBeGreaterThan(0);
});

test('of several faults the first in the order of the rows is thrown', async () => {
  const broken: PredictRequest = {
    ...request,
    devices: [...request.devices, ...request.devices],
    coreOf: (id) => {
      const core = library.core(id);
      return { ...core, ports: {}, id: `broken-${core.id}` };
    },
  };
  const message = (() => {
    try {
      predict(broken);
    } catch (error) {
      return (error as Error).message;
    }
    return 'nothing was thrown';
  })();
  expect(message).toContain('broken-');
  await expect(predictOnThreads(broken, 2, 16)).rejects.toThrow(message);
});

test('a request that cannot be is refused before a thread is started', async () => {
  await expect(predictOnThreads({ ...request, blockFrames: [0] }, 2)).rejects.toThrow(
    /block: expected a whole number/,
  );
});
