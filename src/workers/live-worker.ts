/**
 * Live: the chain on this host, with the wall clock and the real executors, one block a period. What
 * it measures depends on the host and its load, so it never mixes with virtual results.
 */
import { Histogram } from '../pedal/histogram.ts';
import { distributionOf } from '../pedal/statistics.ts';
import type { Job } from '../scenario/parse-scenario.ts';
import { chainSound } from '../study/simulate/chain-sound.ts';
import { resolveJob } from '../study/simulate/resolve.ts';
import type { LiveResult } from '../study/simulate/run-result.ts';
import { inputOf, simulate } from '../study/simulate/simulate.ts';
import type { Places } from '../workbench/places.ts';
import { workbenchAt } from './workbench-at.ts';

export interface LiveTask {
  /** As the scenario says, for its block and rate. */
  readonly job: Job;
  /** Where what it names is looked for. */
  readonly places: Places;
  /** The profile of this machine. */
  readonly host: string;
  /** The engine that the prediction is made for: the one whose kernels are compiled here. */
  readonly engine: string;
}

/** The host's compiler needs to have seen the code before it counts. */
const warmUpBlocks = 200;
/** A timer's resolution; the rest is waited for by looking at the clock. */
const sleepMilliseconds = 1;

/** What the executors are compiled to: four lanes, every product rounded before it is added. */
const webAssembly = { lanes: 4, fma: false, fastMath: false } as const;

const sleeper = new Int32Array(new SharedArrayBuffer(4));

const waitUntil = (milliseconds: number): void => {
  const left = milliseconds - performance.now() - sleepMilliseconds;
  if (left > 0) Atomics.wait(sleeper, 0, 0, left);
  while (performance.now() < milliseconds);
};

/** The same chain on the host, without what only the virtual pedal knows. */
const onHost = (task: LiveTask, blockFrames: number, sampleRateHz: number): Job => {
  const { job, host, engine } = task;
  const { clockHz: _, events: __, governor: ___, ...scenario } = job.scenario;
  const slots = scenario.slots.map(
    ({ core: _core, engine: _engine, splitAfterLayers: _split, ...slot }) => slot,
  );
  const asked = { device: host, engine, blockFrames, sampleRateHz };
  const simple = { chain: 'serial', disturbances: false } as const;
  return { ...job, scenario: { ...scenario, slots, ...asked, ...simple } };
};

export default (task: LiveTask): LiveResult => {
  const workbench = workbenchAt(task.places);
  const cache = workbench.costs;
  const asked = resolveJob(task.job, workbench, cache);
  const { blockFrames, sampleRateHz } = asked;
  const isKnown = workbench.device(task.host).chip !== null;
  // The sound is that of the chain on any device; only what is predicted hangs on the machine.
  const player = isKnown ? task : { ...task, host: task.job.scenario.device };
  const job = onHost(player, blockFrames, sampleRateHz);
  const resolved = resolveJob(job, workbench, cache);
  const predicted = isKnown ? simulate(job, workbench, { cache, target: webAssembly }) : null;
  const { signal } = inputOf(resolved, workbench);
  const sound = chainSound(resolved, signal, 'silence', () => {});
  for (let i = 0; i < warmUpBlocks; i += 1) sound.play(0, blockFrames, 'ready');

  const period = (1000 * blockFrames) / sampleRateHz;
  const blocks = Math.ceil((job.scenario.durationSeconds * sampleRateHz) / blockFrames);
  const load = new Histogram();
  let late = 0;
  const start = performance.now() + period;
  for (let i = 0; i < blocks; i += 1) {
    const release = start + i * period;
    waitUntil(release);
    const began = performance.now();
    sound.play(i * blockFrames, blockFrames, 'ready');
    const ended = performance.now();
    load.add((ended - began) / period);
    if (ended > release + period) late += 1;
  }
  return {
    scenario: job.name,
    swept: job.swept,
    host: task.host,
    blocks,
    blockFrames,
    sampleRateHz,
    measured: { load: distributionOf(load), lateBlocks: late },
    predicted: predicted === null ? null : { load: predicted.load, engine: predicted.engine },
  };
};
