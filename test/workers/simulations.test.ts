/** Two threads, one list of simulations: whoever comes first works one out, the other takes what was found. */
import { expect, test, vi } from 'vitest';
import { parametersOf } from '../../src/machine/pipeline/core-parameters.ts';
import { wordsOf } from '../../src/machine/pipeline/core-words.ts';
import { readTemplate } from '../../src/machine/pipeline/read-template.ts';
import { theScoreboard } from '../../src/machine/pipeline/scoreboard.ts';
import { newSharedMemory, Simulations } from '../../src/workers/simulations.ts';
import { fileBeside, startThread } from '../../src/workers/threads.ts';
import { someCores, templatesFor } from '../machine/a2-templates.ts';

/** Far more than any template takes. */
const patience = 20_000;
const poolFile = new URL('../../src/workers/simulate-ahead.ts', import.meta.url).href;

const work = someCores.flatMap((core) =>
  [...templatesFor(core)].map((template) => ({
    spelled: readTemplate(template).prepared,
    core: wordsOf(parametersOf(core).expected),
  })),
);

const asked = (simulations: Simulations): number[] =>
  work.map(({ spelled, core }) => {
    const coreAt = simulations.placeCore(core);
    const codeAt = simulations.placeCode(spelled);
    if (coreAt === null || codeAt === null) throw new Error('does not fit');
    return simulations.ask(coreAt, codeAt) ?? -1;
  });

test('another thread finds what this one finds', async () => {
  const memory = newSharedMemory();
  const simulations = new Simulations(memory);
  const numbers = asked(simulations);
  const worker = startThread(fileBeside(poolFile, 'simulate-ahead-worker'), memory);
  const ended = new Promise<number>((done) => worker.once('exit', done));
  for (const number of numbers) {
    const { spelled, core } = work[number]!;
    const own = theScoreboard().simulate(spelled, core);
    const theirs = await vi.waitUntil(() => simulations.result(number, 1), { timeout: patience });
    expect(theirs).toEqual(own);
  }
  simulations.end();
  expect(await ended).toBe(0);
});

test('a simulation is claimed once, and its result waits for nobody', () => {
  const simulations = new Simulations(newSharedMemory());
  const [number = -1] = asked(simulations);
  expect(simulations.claim(number)).toBe(true);
  expect(simulations.claim(number)).toBe(false);
  // Who claimed it is gone.
  expect(simulations.result(number, 1)).toBe(null);
  simulations.give(number, Float64Array.of(5, 1, 1, 1, 2));
  expect(simulations.result(number, patience)).toEqual(Float64Array.of(5, 1, 1, 1, 2));
});

test('what does not fit is not asked', () => {
  const simulations = new Simulations(newSharedMemory());
  const huge = new Int32Array(1 << 23);
  const at = simulations.placeCore(huge);
  expect(at).toBe(0);
  expect(simulations.placeCore(huge)).toBe(null);
  for (let i = 0; i < 1 << 15; i++) simulations.ask(0, 0);
  expect(simulations.ask(0, 0)).toBe(null);
});

test('after the end nothing is waited for', () => {
  const simulations = new Simulations(newSharedMemory());
  simulations.end();
  expect(simulations.waitFor(0)).toBe(false);
});
