/** Scenarios by id (a file of a `scenarios` folder) or by path. */
import { existsSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { type Job, parseScenario } from '../scenario/parse-scenario.ts';
import { readText } from '../units/read-text.ts';
import { LibraryError } from './library-error.ts';
import { suggestion } from './nearest.ts';
import { foldersOf, type Places, pathFrom } from './places.ts';

const ending = '.json';

/** Paths by id; a scenario of the current folder stands before one of the package. */
export const scenarioPaths = (places: Places): ReadonlyMap<string, string> => {
  const paths = new Map<string, string>();
  for (const folder of foldersOf(places, 'scenarios')) {
    if (!existsSync(folder)) continue;
    for (const file of readdirSync(folder).sort()) {
      if (file.endsWith(ending)) paths.set(file.slice(0, -ending.length), join(folder, file));
    }
  }
  return paths;
};

export interface FoundScenario {
  readonly id: string;
  readonly path: string;
  /** The file's document, as it is. */
  readonly document: Readonly<Record<string, unknown>>;
  /** One a combination of its lists. */
  readonly jobs: readonly Job[];
}

/** Throws `ScenarioError` for a faulty file, `LibraryError` for a name that means nothing. */
export const findScenario = (places: Places, name: string, seed?: number): FoundScenario => {
  const paths = scenarioPaths(places);
  const listed = paths.get(name);
  const path = listed ?? pathFrom(places, name);
  if (listed === undefined && !existsSync(path)) {
    throw new LibraryError(
      'not-found',
      `scenario ${name}: no such scenario and no such file. ${suggestion(name, [...paths.keys()], 'scenarios')}`,
    );
  }
  const text = readText(path);
  const id = basename(path, ending);
  const jobs = parseScenario(text, path, id, { seed });
  // `parseScenario` has refused what is no JSON object.
  return { id, path, document: JSON.parse(text) as Record<string, unknown>, jobs };
};
