/** Devices by id or path. */
import { existsSync } from 'node:fs';
import { type DeviceCatalogue, loadCatalogue } from '../device/catalogue.ts';
import type { DeviceProfile } from '../device/profile.ts';
import { foldersOf, type Places, pathFrom } from './places.ts';

export const deviceCatalogue = (places: Places): DeviceCatalogue =>
  loadCatalogue(foldersOf(places, 'devices'));

/** Throws `DeviceError`, with the nearest ids, where the name is unknown. */
export const findDevice = (
  catalogue: DeviceCatalogue,
  places: Places,
  name: string,
): DeviceProfile => {
  if (catalogue.ids.includes(name)) return catalogue.find(name);
  const path = pathFrom(places, name);
  return catalogue.find(existsSync(path) ? path : name);
};
