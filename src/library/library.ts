/** What studies look up by name, from the files of the package and of the current folder. */
import type { Model } from '../nam/model.ts';
import type { SimulationLibrary } from '../study/simulate/library.ts';
import { deviceCatalogue, findDevice } from './find-device.ts';
import { findModel } from './find-model.ts';
import { openLibrary } from './open-library.ts';
import { foldersOf, type Places } from './places.ts';

/** Unknown names throw what the finders throw, with the nearest names. */
export const libraryOf = (places: Places): SimulationLibrary => {
  const files = openLibrary({
    folder: places.cwd,
    deviceFolders: foldersOf(places, 'devices'),
    coreFolders: foldersOf(places, 'cores'),
    models: {},
  });
  const devices = deviceCatalogue(places);
  const models = new Map<string, Model>();
  return {
    ...files,
    device: (name) => findDevice(devices, places, name),
    model: (name) => {
      const known = models.get(name) ?? findModel(places, name);
      models.set(name, known);
      return known;
    },
  };
};
