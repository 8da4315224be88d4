/** Makes a folder and those above it. Node's own `recursive` tries for ever where the system says that there is none to make one in. */
import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { inputError } from './read-text.ts';

const make = (path: string): void => {
  try {
    mkdirSync(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const above = dirname(path);
    if (code === 'EEXIST' && statSync(path).isDirectory()) return;
    if (code !== 'ENOENT' || above === path) throw error;
    make(above);
    mkdirSync(path);
  }
};

/** @throws InputError where it is not there and cannot be made. */
export const makeFolder = (path: string): void => {
  try {
    make(path);
  } catch (error) {
    throw inputError(error, path);
  }
};
