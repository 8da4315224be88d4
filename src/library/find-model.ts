/** Models by id (a file of a `models` folder) or by path. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { isAbsolute, join, relative } from 'node:path';
import { limits } from '../nam/limits.ts';
import type { Model } from '../nam/model.ts';
import { parseModel } from '../nam/parse-model.ts';
import { readText } from '../units/read-text.ts';
import { LibraryError } from './library-error.ts';
import { suggestion } from './nearest.ts';
import { foldersOf, type Places, pathFrom } from './places.ts';

const ending = '.nam';

/** Paths by id; a model of the current folder stands before one of the package. */
export const modelPaths = (places: Places): ReadonlyMap<string, string> => {
  const paths = new Map<string, string>();
  for (const folder of foldersOf(places, 'models')) {
    if (!existsSync(folder)) continue;
    for (const file of readdirSync(folder).sort()) {
      if (file.endsWith(ending)) paths.set(file.slice(0, -ending.length), join(folder, file));
    }
  }
  return paths;
};

/** As somebody in the current folder would write it. */
const shown = (places: Places, path: string): string => {
  if (!isAbsolute(path)) return path;
  const here = relative(places.cwd, path);
  return here.startsWith('..') || isAbsolute(here) ? path : here;
};

/** Throws `ModelError` for a faulty file, `LibraryError` for a name that means nothing. */
export const findModel = (places: Places, name: string): Model => {
  const paths = modelPaths(places);
  const listed = paths.get(name);
  const path = listed ?? pathFrom(places, name);
  if (listed === undefined && !existsSync(path)) {
    throw new LibraryError(
      'not-found',
      `model ${name}: no such model and no such file. ${suggestion(name, [...paths.keys()], 'models')}`,
    );
  }
  const stat = statSync(path);
  if (stat.isDirectory()) {
    throw new LibraryError(
      'invalid',
      `${shown(places, path)}: expected a ${ending} file, got a folder.`,
    );
  }
  // Not even read: a limit on characters comes too late for a file of gigabytes.
  if (stat.size > 4 * limits.textLength) {
    throw new LibraryError(
      'invalid',
      `${shown(places, path)}: expected a ${ending} file of at most ${4 * limits.textLength} bytes, got ${stat.size}.`,
    );
  }
  return parseModel(readText(path), shown(places, path));
};
