/** What studies look up by name, from the files of the package and of the current folder. */
import type { DeviceCatalogue } from '../device/catalogue.ts';
import type { DeviceProfile } from '../device/profile.ts';
import type { Model } from '../nam/model.ts';
import type { Job } from '../scenario/parse-scenario.ts';
import { CostBook } from '../study/cost/cost-cache.ts';
import type { MeasuredPair } from '../study/predict/verdict.ts';
import type { SimulationLibrary } from '../study/simulate/library.ts';
import { deviceCatalogue, findDevice } from './find-device.ts';
import { findModel, modelPaths } from './find-model.ts';
import { findScenario, scenarioPaths } from './find-scenario.ts';
import { measuredPairs } from './measured.ts';
import { openLibrary as openFiles } from './open-library.ts';
import { foldersOf, type Places } from './places.ts';

/** Everything that has a name. What was read once is not read again. */
export interface Library extends SimulationLibrary {
  readonly places: Places;
  /** Remembers costs between calls; the numbers are the same without it. */
  readonly book: CostBook;
  /** The pairs of core and engine that the package has measurements of. */
  readonly measured: readonly MeasuredPair[];
  readonly modelIds: readonly string[];
  readonly deviceIds: readonly string[];
  readonly scenarioIds: readonly string[];
  devices(): readonly DeviceProfile[];
  /** One job a combination of the scenario's lists. */
  scenario(name: string, seed?: number): readonly Job[];
}

/** Unknown names throw what the finders throw, with the nearest names. */
export const libraryOf = (places: Places): Library => {
  const files = openFiles({
    folder: places.cwd,
    deviceFolders: foldersOf(places, 'devices'),
    coreFolders: foldersOf(places, 'cores'),
    models: {},
  });
  const catalogue: DeviceCatalogue = deviceCatalogue(places);
  const models = new Map<string, Model>();
  let measured: readonly MeasuredPair[] | null = null;
  return {
    ...files,
    places,
    book: new CostBook(),
    get measured() {
      measured ??= measuredPairs(places);
      return measured;
    },
    get modelIds() {
      return [...modelPaths(places).keys()];
    },
    get scenarioIds() {
      return [...scenarioPaths(places).keys()];
    },
    deviceIds: catalogue.ids,
    devices: () => catalogue.all(),
    device: (name) => findDevice(catalogue, places, name),
    model: (name) => {
      const known = models.get(name) ?? findModel(places, name);
      models.set(name, known);
      return known;
    },
    scenario: (name, seed) => findScenario(places, name, seed).jobs,
  };
};
