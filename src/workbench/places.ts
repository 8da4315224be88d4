/** Where models, devices and scenarios are looked for: the package, then the current folder. */
import { isAbsolute, join, resolve } from 'node:path';
import type { MachineWords } from '../device/machine-words.ts';
import type { Shelf } from './files.ts';

export interface Places {
  /** Paths are relative to it. */
  readonly cwd: string;
  /** Where the shipped models, devices, cores and scenarios lie. */
  readonly packageRoot: string;
  /** What the system says of the machine, for the device `host`. @default asked when it is needed */
  readonly machine?: MachineWords | undefined;
}

/** A folder of the current folder overrides the package's. */
export const foldersOf = (places: Places, folder: Shelf): string[] => {
  const own = join(places.packageRoot, folder);
  const here = resolve(places.cwd, folder);
  return own === here ? [own] : [own, here];
};

/** A path as the user gave it where that works, so that messages show what was typed. */
export const pathFrom = (places: Places, path: string): string =>
  isAbsolute(path) || resolve(path) === resolve(places.cwd, path)
    ? path
    : resolve(places.cwd, path);
