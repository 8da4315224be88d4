/** Plays scenarios on virtual pedals, one after the other in this thread. */
import type { DeviceProfile } from '../device/profile.ts';
import type { Model } from '../nam/model.ts';
import type { BlockRecord } from '../pedal/record.ts';
import { type Job, parseScenario } from '../scenario/parse-scenario.ts';
import { part, type Steps } from '../study/cost/steps.ts';
import type { SimulationLibrary } from '../study/simulate/library.ts';
import type { RunResult } from '../study/simulate/run-result.ts';
import { playSteps, prepare } from '../study/simulate/simulate.ts';
import { atOnce, inSteps, type SyncVerb, type Verb } from './hooks.ts';
import type { ScenarioName, ScenarioObject } from './named.ts';
import { deviceFrom, modelFrom, Named } from './named.ts';
import { checkCall, required } from './options.ts';
import type { Workbench } from './workbench.ts';
import { jsonOf } from './workbench-error.ts';

export interface SimulateRequest {
  readonly scenario: ScenarioName;
  /** In place of the scenario's own. */
  readonly seed?: number | undefined;
  /** Sees every block, in one record that is used again. */
  readonly onBlock?: ((record: BlockRecord) => void) | undefined;
  /** Gets the audio, block by block, in an array that is used again; without it nothing is rendered. */
  readonly onAudio?: ((block: Float32Array) => void) | undefined;
}

/** Of an object what `change` makes of it, of a list that of each entry; the rest is as it was. */
const each = (value: unknown, change: (object: object) => unknown): unknown => {
  const one = (entry: unknown): unknown =>
    typeof entry === 'object' && entry !== null ? change(entry) : entry;
  return Array.isArray(value) ? value.map(one) : one(value);
};

/** The scenario with names where it has objects. */
const withNames = (
  workbench: Workbench,
  scenario: ScenarioObject,
  models: Named<Model>,
  devices: Named<DeviceProfile>,
): object => {
  const modelName = (model: object): string => models.add(modelFrom(workbench, model as Model));
  const deviceName = (device: object): string =>
    devices.add(deviceFrom(workbench, device as DeviceProfile));
  const withModel = (part: object): object =>
    'model' in part ? { ...part, model: each(part.model, modelName) } : part;
  const { slots, events, device } = scenario;
  return {
    ...scenario,
    device: each(device, deviceName),
    ...(Array.isArray(slots) ? { slots: each(slots, withModel) } : {}),
    ...(Array.isArray(events) ? { events: each(events, withModel) } : {}),
  };
};

/**
 * The jobs of a scenario: one a combination of its lists, and one where it has none. The library finds what
 * they name, the objects of the scenario included.
 */
export const jobsOf = (
  workbench: Workbench,
  scenario: ScenarioName,
  seed: number | undefined,
): { readonly jobs: readonly Job[]; readonly library: SimulationLibrary } => {
  if (typeof scenario === 'string') {
    return { jobs: workbench.scenario(scenario, seed).jobs, library: workbench };
  }
  const models = new Named<Model>();
  const devices = new Named<DeviceProfile>();
  const text = jsonOf(withNames(workbench, scenario, models, devices), 'scenario');
  const library: SimulationLibrary = {
    engines: workbench.engines,
    core: (id) => workbench.core(id),
    impulse: (file, rate) => workbench.impulse(file, rate),
    audio: (file, rate) => workbench.audio(file, rate),
    device: (name) => devices.get(name) ?? workbench.device(name),
    model: (name) => models.get(name) ?? workbench.model(name),
  };
  return { jobs: parseScenario(text, 'scenario', 'scenario', { seed }), library };
};

function* simulateSteps(bench: Workbench, request: SimulateRequest): Steps<readonly RunResult[]> {
  checkCall(bench, 'simulate', request, ['scenario', 'seed', 'onBlock', 'onAudio']);
  const { onBlock, onAudio, seed } = request;
  const scenario = required('simulate', request.scenario, 'scenario');
  const { jobs, library } = jobsOf(bench, scenario, seed);
  const results: RunResult[] = [];
  for (const [index, job] of jobs.entries()) {
    const simulation = prepare(job, library, { onAudio, cache: bench.costs });
    const [from, to] = [index / jobs.length, (index + 1) / jobs.length];
    results.push(yield* part(playSteps(simulation, index, onBlock), from, to));
  }
  return results;
}

/**
 * One result a combination of the scenario's lists. Loads are shares of a block's budget, responses seconds. The same
 * digest on every host. The method is docs/scenarios.md.
 * @function
 * @throws ScenarioError, WorkbenchError, DeviceError, ModelError for what it names
 * @example const [run] = await simulate(workbench, { scenario: 'anagram-three-a2' });
 */
export const simulate: Verb<SimulateRequest, readonly RunResult[]> = inSteps(simulateSteps);

/** `simulate` without a pause. @function @example const [run] = simulateSync(workbench, { scenario: 'anagram-three-a2', seed: 7 }); */
export const simulateSync: SyncVerb<SimulateRequest, readonly RunResult[]> = atOnce(simulateSteps);
