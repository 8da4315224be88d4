/** Models by id (a file of a `models` folder) or by path. */
import { limits } from '../nam/limits.ts';
import type { Model } from '../nam/model.ts';
import { parseModel } from '../nam/parse-model.ts';
import type { Files } from './files.ts';
import { suggestion } from './suggestion.ts';
import { WorkbenchError } from './workbench-error.ts';

/** Throws `ModelError` for a faulty file, `WorkbenchError` for a name that means nothing. */
export const readModel = (
  files: Files,
  name: string,
  listed: string | undefined,
  ids: () => readonly string[],
): Model => {
  const path = listed ?? files.pathOf(name);
  if (listed === undefined && !files.exists(path)) {
    throw new WorkbenchError(
      'not-found',
      `model ${name}: no such model and no such file. ${suggestion(name, ids(), 'models')}`,
    );
  }
  const shown = files.shown(path);
  const size = files.sizeOf(path);
  if (size === null) {
    throw new WorkbenchError('invalid', `${shown}: expected a .nam file, got a folder.`);
  }
  // Not even read: a limit on characters comes too late for a file of gigabytes.
  if (size > 4 * limits.textLength) {
    throw new WorkbenchError(
      'invalid',
      `${shown}: expected a .nam file of at most ${4 * limits.textLength} bytes, got ${size}.`,
    );
  }
  return parseModel(files.readText(path), shown);
};
