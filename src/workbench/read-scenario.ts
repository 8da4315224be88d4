/** Scenarios by id (a file of a `scenarios` folder) or by path. */
import { type Job, parseScenario } from '../scenario/parse-scenario.ts';
import type { Files } from './files.ts';
import { suggestion } from './suggestion.ts';
import { WorkbenchError } from './workbench-error.ts';

export interface FoundScenario {
  /** The file's name without folder and extension. */
  readonly id: string;
  readonly path: string;
  /** The file's document, as it is. */
  readonly document: Readonly<Record<string, unknown>>;
  /** One a combination of its lists. */
  readonly jobs: readonly Job[];
}

/** @param seed in place of the scenario's own. Throws `ScenarioError` for a faulty file, `WorkbenchError` for a name that means nothing. */
export const readScenario = (
  files: Files,
  name: string,
  paths: ReadonlyMap<string, string>,
  seed?: number,
): FoundScenario => {
  const listed = paths.get(name);
  const path = listed ?? files.pathOf(name);
  if (listed === undefined && !files.exists(path)) {
    throw new WorkbenchError(
      'not-found',
      `scenario ${name}: no such scenario and no such file. ${suggestion(name, [...paths.keys()], 'scenarios')}`,
    );
  }
  const text = files.readText(path);
  const id = path.replace(/^.*[\\/]/, '').replace(/\.json$/, '');
  const jobs = parseScenario(text, path, id, { seed });
  // `parseScenario` has refused what is no JSON object.
  return { id, path, document: JSON.parse(text) as Record<string, unknown>, jobs };
};
