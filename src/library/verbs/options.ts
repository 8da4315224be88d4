/** What every function of the library takes: names or objects, and where names are looked for. */
import type { DeviceProfile } from '../../device/profile.ts';
import type { Model } from '../../nam/model.ts';
import type { Job } from '../../scenario/parse-scenario.ts';
import { parseScenario } from '../../scenario/parse-scenario.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import { type Library, libraryOf } from '../library.ts';
import { packageRoot } from '../package-info.ts';

/** An id of `models/`, the path of a `.nam` file, or a model that is already read. */
export type ModelName = string | Model;
/** An id of `devices/`, the path of a profile, or a profile that is already read. */
export type DeviceName = string | DeviceProfile;
/** An id of `scenarios/`, the path of a file, or a scenario as its file would hold it. */
export type ScenarioName = string | Scenario;

export interface LibraryOptions {
  /**
   * Where names are looked for, besides the package, and where relative paths start.
   * @default process.cwd()
   */
  readonly cwd?: string | undefined;
  /**
   * What `openLibrary` gave. Worth handing in where many calls follow: files are read and costs are
   * worked out once.
   * @default a new one
   */
  readonly library?: Library | undefined;
}

/** Devices, cores, models and scenarios of the package and of one folder. */
export const openLibrary = (options: Pick<LibraryOptions, 'cwd'> = {}): Library =>
  libraryOf({ cwd: options.cwd ?? process.cwd(), packageRoot });

export const libraryFrom = (options: LibraryOptions): Library =>
  options.library ?? openLibrary(options);

export const modelFrom = (library: Library, model: ModelName): Model =>
  typeof model === 'string' ? library.model(model) : model;

export const deviceFrom = (library: Library, device: DeviceName): DeviceProfile =>
  typeof device === 'string' ? library.device(device) : device;

export const jobsFrom = (
  library: Library,
  scenario: ScenarioName,
  seed: number | undefined,
): readonly Job[] =>
  typeof scenario === 'string'
    ? library.scenario(scenario, seed)
    : parseScenario(JSON.stringify(scenario), 'scenario', 'scenario', { seed });

/** Every device of the library where none is named. */
export const devicesFrom = (
  library: Library,
  devices: DeviceName | readonly DeviceName[] | undefined,
): readonly DeviceProfile[] => {
  if (devices === undefined || devices === 'all') return library.devices();
  const list = Array.isArray(devices)
    ? (devices as readonly DeviceName[])
    : [devices as DeviceName];
  return list.map((device) => deviceFrom(library, device));
};
