/** What studies look up by name, from the files of the package and of the current folder. */
import type { Model } from '../nam/model.ts';
import { openLibrary } from '../pool/open-library.ts';
import type { SimulationLibrary } from '../study/simulate/library.ts';
import { deviceCatalogue, findDevice } from './find-device.ts';
import { findModel } from './find-model.ts';
import type { Io } from './io.ts';
import { foldersOf } from './places.ts';

/** Unknown names throw what the finders throw, with the nearest names. */
export const libraryOf = (io: Io): SimulationLibrary => {
  const files = openLibrary({
    folder: io.cwd,
    deviceFolders: foldersOf(io, 'devices'),
    coreFolders: foldersOf(io, 'cores'),
    models: {},
  });
  const devices = deviceCatalogue(io);
  const models = new Map<string, Model>();
  return {
    ...files,
    device: (name) => findDevice(devices, io, name),
    model: (name) => {
      const known = models.get(name) ?? findModel(io, name);
      models.set(name, known);
      return known;
    },
  };
};
