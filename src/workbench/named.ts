/** What verbs take: names that a workbench looks up, or objects, which are held to the same rules as files. */
import { parseCore, parseProfile } from '../device/parse-profile.ts';
import type { DeviceProfile } from '../device/profile.ts';
import type { CoreProfile } from '../machine/pipeline/core-profile.ts';
import type { Model } from '../nam/model.ts';
import { parseModel } from '../nam/parse-model.ts';
import type { Scenario, ScenarioSlot } from '../scenario/scenario.ts';
import { memoize } from '../units/memoize.ts';
import { listOf } from './options.ts';
import type { Workbench } from './workbench.ts';
import { jsonOf } from './workbench-error.ts';

/** An id of `models/`, the path of a `.nam` file, what `parseModel` gave, or a file's document as an object. */
export type ModelName = string | Model | Readonly<Record<string, unknown>>;
/** An id of `devices/`, the path of a profile, or a profile. */
export type DeviceName = string | DeviceProfile;
/** A scenario as its file would hold it, with objects where a file has names. */
export interface ScenarioObject extends Omit<Scenario, 'device' | 'slots'> {
  readonly device: DeviceName;
  readonly slots: readonly (Omit<ScenarioSlot, 'model'> & {
    readonly model?: ModelName | undefined;
  })[];
}
/** An id of `scenarios/`, the path of a file, or a scenario. */
export type ScenarioName = string | Scenario | ScenarioObject;

/** What a study needs beside its request. @internal */
export interface StudyContext extends Pick<Workbench, 'engines' | 'measured' | 'known'> {
  readonly coreOf: (id: string) => CoreProfile;
  readonly pathOf: (device: DeviceProfile) => string | null;
}

/** What a verb takes from its caller that a workbench has, too. */
export interface OwnCores {
  /** Cores of one's own, which stand before those of the workbench. */
  readonly cores?: readonly CoreProfile[] | undefined;
}

export interface OnDevice extends OwnCores {
  readonly model: ModelName;
  readonly device: DeviceName;
}

export interface OnDevices extends OwnCores {
  /** @default 'all' */
  readonly devices?: DeviceName | readonly DeviceName[] | undefined;
  /** The same as `devices`. */
  readonly device?: DeviceName | undefined;
}

const named = (what: string, { id }: { readonly id: string }): string =>
  id === undefined ? what : `${what} \`${id}\``;

const isParsed = (model: object): model is Model => 'body' in model && 'metadata' in model;

/** @throws ModelError, WorkbenchError */
export const modelFrom = (workbench: Workbench, model: ModelName): Model => {
  if (typeof model === 'string') return workbench.model(model);
  if (isParsed(model)) return model;
  return workbench.checked(model, 'model', (what) => parseModel(jsonOf(model, what), what));
};

/** @throws DeviceError */
export const deviceFrom = (workbench: Workbench, device: DeviceName): DeviceProfile =>
  typeof device === 'string'
    ? workbench.device(device)
    : workbench.checked(device, named('device', device), (what) => parseProfile(device, what));

/** Every device of the workbench where none is named. */
export const devicesFrom = (
  workbench: Workbench,
  devices: DeviceName | readonly DeviceName[] = 'all',
): readonly DeviceProfile[] => {
  const found = (device: DeviceName): readonly DeviceProfile[] =>
    device === 'all' ? workbench.devices.all() : [deviceFrom(workbench, device)];
  return listOf(devices).flatMap(found);
};

const contexts = new WeakMap<Workbench, StudyContext>();

/**
 * Without cores of its own a call has the one context of all such calls, by which studies know that nothing else is asked.
 * @param cores of the caller's own; they stand before those of the workbench
 * @internal
 */
export const contextOf = (workbench: Workbench, cores: OwnCores['cores'] = []): StudyContext =>
  cores.length === 0
    ? memoize(contexts, workbench, () => contextWith(workbench, []))
    : contextWith(workbench, cores);

const contextWith = (workbench: Workbench, cores: readonly CoreProfile[]): StudyContext => {
  const parsed = (core: CoreProfile): CoreProfile =>
    workbench.checked(core, named('core', core), (what) => parseCore(core, what));
  const own = new Map(cores.map((core) => [core.id, parsed(core)]));
  const coreOf = (id: string): CoreProfile => own.get(id) ?? workbench.core(id);
  const { engines, measured, known } = workbench;
  return { engines, coreOf, measured, known, pathOf: (device) => workbench.pathOf(device) };
};

/** A model or a device in a scenario, by the name that stands in its place. */
export class Named<T extends { readonly id: string }> {
  readonly #byName = new Map<string, T>();

  /** The name of an object: its id, with a number where another object has it. */
  add(object: T): string {
    for (let n = 1; ; n += 1) {
      const name = n === 1 ? object.id : `${object.id} ${n}`;
      const other = this.#byName.get(name);
      if (other !== undefined && other !== object) continue;
      this.#byName.set(name, object);
      return name;
    }
  }

  get(name: string): T | undefined {
    return this.#byName.get(name);
  }
}
