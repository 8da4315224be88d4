/** Devices by id or path. */
import { existsSync } from 'node:fs';
import { type DeviceCatalogue, loadCatalogue } from '../device/catalogue.ts';
import type { DeviceProfile } from '../device/profile.ts';
import type { Io } from './io.ts';
import { foldersOf, pathFrom } from './places.ts';

export const deviceCatalogue = (io: Io): DeviceCatalogue => loadCatalogue(foldersOf(io, 'devices'));

/** Throws `DeviceError`, with the nearest ids, where the name is unknown. */
export const findDevice = (catalogue: DeviceCatalogue, io: Io, name: string): DeviceProfile => {
  if (catalogue.ids.includes(name)) return catalogue.find(name);
  const path = pathFrom(io, name);
  return catalogue.find(existsSync(path) ? path : name);
};
