/** Where models, devices and scenarios are looked for: the package, then the current folder. */
import { isAbsolute, join, resolve } from 'node:path';
import type { Io } from './io.ts';

export type ShippedFolder = 'models' | 'devices' | 'scenarios' | 'cores';

/** A folder of the current folder overrides the package's. */
export const foldersOf = (io: Io, folder: ShippedFolder): string[] => {
  const own = join(io.packageRoot, folder);
  const here = resolve(io.cwd, folder);
  return own === here ? [own] : [own, here];
};

/** A path as the user gave it where that works, so that messages show what was typed. */
export const pathFrom = (io: Io, path: string): string =>
  isAbsolute(path) || resolve(path) === resolve(io.cwd, path) ? path : resolve(io.cwd, path);
