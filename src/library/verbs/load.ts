/** Reads models, devices and scenarios by name. */
import type { DeviceProfile } from '../../device/profile.ts';
import type { Model } from '../../nam/model.ts';
import type { Job } from '../../scenario/parse-scenario.ts';
import {
  type DeviceName,
  deviceFrom,
  jobsFrom,
  type LibraryOptions,
  libraryFrom,
  type ModelName,
  modelFrom,
  type ScenarioName,
} from './options.ts';

/**
 * A model by id or by the path of its `.nam` file.
 * @throws ModelError naming the JSON path of the fault; LibraryError with the nearest names
 */
export const loadModel = (name: ModelName, options: LibraryOptions = {}): Model =>
  modelFrom(libraryFrom(options), name);

/**
 * A device by id or by the path of its profile.
 * @throws DeviceError, with the nearest names
 */
export const loadDevice = (name: DeviceName, options: LibraryOptions = {}): DeviceProfile =>
  deviceFrom(libraryFrom(options), name);

export interface LoadScenarioOptions extends LibraryOptions {
  /** @default the scenario's own, else 1 */
  readonly seed?: number | undefined;
}

/**
 * The jobs of a scenario: one a combination of its lists, and one where it has none.
 * @throws ScenarioError listing every fault; LibraryError with the nearest names
 */
export const loadScenario = (
  name: ScenarioName,
  options: LoadScenarioOptions = {},
): readonly Job[] => jobsFrom(libraryFrom(options), name, options.seed);
