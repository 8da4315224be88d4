/** Models by id (a file of a `models` folder) or by path. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { isAbsolute, join, relative } from 'node:path';
import { limits } from '../nam/limits.ts';
import type { Model } from '../nam/model.ts';
import { parseModel } from '../nam/parse-model.ts';
import { CliError } from './cli-error.ts';
import type { Io } from './io.ts';
import { suggestion } from './nearest.ts';
import { foldersOf, pathFrom } from './places.ts';

const ending = '.nam';

/** Paths by id; a model of the current folder stands before one of the package. */
export const modelPaths = (io: Io): ReadonlyMap<string, string> => {
  const paths = new Map<string, string>();
  for (const folder of foldersOf(io, 'models')) {
    if (!existsSync(folder)) continue;
    for (const file of readdirSync(folder).sort()) {
      if (file.endsWith(ending)) paths.set(file.slice(0, -ending.length), join(folder, file));
    }
  }
  return paths;
};

/** As somebody in the current folder would write it. */
const shown = (io: Io, path: string): string => {
  if (!isAbsolute(path)) return path;
  const here = relative(io.cwd, path);
  return here.startsWith('..') || isAbsolute(here) ? path : here;
};

/** Throws `ModelError` for a faulty file, `CliError` for a name that means nothing. */
export const findModel = (io: Io, name: string): Model => {
  const paths = modelPaths(io);
  const listed = paths.get(name);
  const path = listed ?? pathFrom(io, name);
  if (listed === undefined && !existsSync(path)) {
    throw new CliError(
      'not-found',
      `model ${name}: no such model and no such file. ${suggestion(name, [...paths.keys()], 'models')}`,
    );
  }
  const stat = statSync(path);
  if (stat.isDirectory()) {
    throw new CliError('invalid', `${shown(io, path)}: expected a ${ending} file, got a folder.`);
  }
  // Not even read: a limit on characters comes too late for a file of gigabytes.
  if (stat.size > 4 * limits.textLength) {
    throw new CliError(
      'invalid',
      `${shown(io, path)}: expected a ${ending} file of at most ${4 * limits.textLength} bytes, got ${stat.size}.`,
    );
  }
  return parseModel(readFileSync(path, 'utf8'), shown(io, path));
};
