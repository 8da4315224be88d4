/** A second thread simulates ahead; the rows know nothing of it. */
import { expect, test } from 'vitest';
import { engines } from '../../src/engine/registry.ts';
import type { CoreParameters } from '../../src/machine/pipeline/core-parameters.ts';
import type { CoreProfile } from '../../src/machine/pipeline/core-profile.ts';
import type { Prepared } from '../../src/machine/pipeline/prepared.ts';
import { type Helper, helpSimulate } from '../../src/machine/pipeline/simulate.ts';
import { finish, type Steps } from '../../src/study/cost/steps.ts';
import { predict } from '../../src/study/predict/predict.ts';
import type { PredictRequest } from '../../src/study/predict/request.ts';
import type { PredictResult } from '../../src/study/predict/row.ts';
import { predictOnThreads } from '../../src/workers/predict-on-threads.ts';
import { projectLibrary } from '../scenario/library.ts';

const library = projectLibrary();

/** On cores that nothing has been simulated on yet. */
const newRequest = (): PredictRequest => {
  const cores = new Map<string, CoreProfile>();
  return {
    models: [library.model('slim-8'), library.model('a2')],
    devices: ['mod-dwarf', 'daisy-seed', 'pi-5', 'valeton-gp-5'].map((id) => library.device(id)),
    engines,
    coreOf: (id) => {
      const core = cores.get(id) ?? structuredClone(library.core(id));
      cores.set(id, core);
      return core;
    },
    copies: [1, 2],
  };
};

const request = newRequest();
const through = async (steps: Steps<PredictResult>): Promise<PredictResult> => finish(steps);

test.each([1, 2, 3])('with %i threads the result is the same', async (threads) => {
  const heard = {
    fidelity: (model: { id: string }, width: { label: string }) =>
      model.id === 'a2' && width.label === 'lite' ? 0.125 : null,
  };
  const whole = { ...newRequest(), ...heard };
  expect(await predictOnThreads(whole, threads, through, 16)).toEqual(
    predict({ ...request, ...heard }),
  );
});

/** Who remembers what is asked, and has nothing. */
class Listener implements Helper {
  readonly asked = new Map<CoreParameters, Set<Prepared>>();
  readonly unforeseen: Prepared[] = [];
  taken = 0;

  ask(prepared: Prepared, core: CoreParameters): void {
    const asked = this.asked.get(core) ?? new Set();
    this.asked.set(core, asked.add(prepared));
  }

  take(prepared: Prepared, core: CoreParameters): null {
    this.taken++;
    if (!this.asked.get(core)?.has(prepared)) this.unforeseen.push(prepared);
    return null;
  }
}

test.each(['auto', 'all'])('what engine %s simulates was foreseen, and nothing else', (engine) => {
  const listener = new Listener();
  helpSimulate(listener);
  try {
    predict({ ...newRequest(), engine });
  } finally {
    helpSimulate(null);
  }
  expect(listener.unforeseen).toEqual([]);
  const asked = [...listener.asked.values()].reduce((sum, { size }) => sum + size, 0);
  expect(asked).toBe(listener.taken);
  expect(asked).toBeGreaterThan(100);
});

test('engine all lists what was skipped in the same order', async () => {
  const result = await predictOnThreads({ ...newRequest(), engine: 'all' }, 2, through, 16);
  expect(result).toEqual(predict({ ...request, engine: 'all' }));
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
  await expect(predictOnThreads(broken, 2, through, 16)).rejects.toThrow(message);
});

test('a request that cannot be is refused before a thread is started', async () => {
  await expect(predictOnThreads({ ...request, blockFrames: [0] }, 2, through)).rejects.toThrow(
    /block: expected a whole number/,
  );
});
