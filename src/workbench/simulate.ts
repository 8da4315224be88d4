/** Plays scenarios on virtual pedals, one after the other in this thread. */
import type { DeviceProfile } from '../device/profile.ts';
import type { Model } from '../nam/model.ts';
import type { BlockRecord } from '../pedal/record.ts';
import { type Job, parseScenario } from '../scenario/parse-scenario.ts';
import { finish, part, type Steps } from '../study/cost/steps.ts';
import type { SimulationLibrary } from '../study/simulate/library.ts';
import type { RunResult } from '../study/simulate/run-result.ts';
import { playSteps, prepare } from '../study/simulate/simulate.ts';
import { type Hooks, workThrough } from './hooks.ts';
import {
  deviceFrom,
  isScenarioObject,
  modelFrom,
  Named,
  type ScenarioName,
  type ScenarioObject,
} from './named.ts';
import { checkOptions, required } from './options.ts';
import type { Workbench } from './workbench.ts';

export interface SimulateRequest {
  readonly scenario: ScenarioName;
  /** In place of the scenario's own. */
  readonly seed?: number | undefined;
  /** Sees every block, in one record that is used again. */
  readonly onBlock?: ((record: BlockRecord) => void) | undefined;
  /** Gets the audio, block by block, in an array that is used again; without it nothing is rendered. */
  readonly onAudio?: ((block: Float32Array) => void) | undefined;
}

export interface NamedJobs {
  readonly jobs: readonly Job[];
  /** Finds what the jobs name, the objects of the scenario included. */
  readonly library: SimulationLibrary;
}

type ByName = Readonly<Record<string, unknown>>;

/** A list is swept over: each of its entries by itself. */
const eachOf = (value: unknown, nameOf: (one: unknown) => unknown): unknown =>
  Array.isArray(value) ? value.map(nameOf) : nameOf(value);

/** The scenario with names where it has objects. */
const withNames = (
  workbench: Workbench,
  scenario: ScenarioObject,
  models: Named<Model>,
  devices: Named<DeviceProfile>,
): ByName => {
  const modelName = (model: unknown): unknown =>
    typeof model === 'object' && model !== null
      ? models.add(modelFrom(workbench, model as Model))
      : model;
  const deviceName = (device: unknown): unknown =>
    typeof device === 'object' && device !== null
      ? devices.add(deviceFrom(workbench, device as DeviceProfile))
      : device;
  const withModel = (part: unknown): unknown =>
    typeof part === 'object' && part !== null && 'model' in part
      ? { ...part, model: eachOf(part.model, modelName) }
      : part;
  const { slots, events }: ByName = { ...scenario };
  return {
    ...scenario,
    device: eachOf(scenario.device, deviceName),
    ...(Array.isArray(slots) ? { slots: slots.map(withModel) } : {}),
    ...(Array.isArray(events) ? { events: events.map(withModel) } : {}),
  };
};

/** The jobs of a scenario: one a combination of its lists, and one where it has none. */
export const jobsOf = (
  workbench: Workbench,
  scenario: ScenarioName,
  seed: number | undefined,
): NamedJobs => {
  if (typeof scenario === 'string') {
    return { jobs: workbench.scenario(scenario, seed).jobs, library: workbench };
  }
  if (!isScenarioObject(scenario)) return scenario;
  const models = new Named<Model>();
  const devices = new Named<DeviceProfile>();
  const text = JSON.stringify(withNames(workbench, scenario, models, devices));
  const library: SimulationLibrary = {
    engines: workbench.engines,
    core: (id) => workbench.core(id),
    impulse: (file, rate) => workbench.impulse(file, rate),
    audio: (file, rate) => workbench.audio(file, rate),
    executor: (network, tanh) => workbench.executor(network, tanh),
    device: (name) => devices.get(name) ?? workbench.device(name),
    model: (name) => models.get(name) ?? workbench.model(name),
  };
  return { jobs: parseScenario(text, 'scenario', 'scenario', { seed }), library };
};

function* simulateSteps(
  workbench: Workbench,
  request: SimulateRequest,
): Steps<readonly RunResult[]> {
  checkOptions('simulate', request, ['scenario', 'seed', 'onBlock', 'onAudio']);
  const { onBlock, onAudio, seed } = request;
  const scenario = required('simulate', request.scenario, 'scenario');
  const { jobs, library } = jobsOf(workbench, scenario, seed);
  const results: RunResult[] = [];
  for (const [index, job] of jobs.entries()) {
    const simulation = prepare(job, library, { onAudio, book: workbench.costs });
    const [from, to] = [index / jobs.length, (index + 1) / jobs.length];
    results.push(yield* part(playSteps(simulation, index, onBlock), from, to));
  }
  return results;
}

/**
 * One result a combination of the scenario's lists. The same digest on every host.
 * @throws ScenarioError, WorkbenchError, DeviceError, ModelError for what it names
 * @example const [run] = await simulate(workbench, { scenario: 'anagram-three-a2' });
 */
export const simulate = async (
  workbench: Workbench,
  request: SimulateRequest,
  hooks?: Hooks,
): Promise<readonly RunResult[]> => workThrough(simulateSteps(workbench, request), hooks);

/** `simulate` without a pause. */
export const simulateSync = (
  workbench: Workbench,
  request: SimulateRequest,
): readonly RunResult[] => finish(simulateSteps(workbench, request));
