/** A workbench on the files of the package and of a folder. */
import { folderFiles } from './folder-files.ts';
import { checkOptions } from './options.ts';
import { hasProfiles, packageRoot, tool } from './package-info.ts';
import type { Places } from './places.ts';
import { readMachine } from './read-machine.ts';
import { Workbench } from './workbench.ts';
import { WorkbenchError } from './workbench-error.ts';

/**
 * Reads nothing yet. What is read is read once: open another where files have changed.
 * @example const workbench = openWorkbench({ cwd: 'captures' });
 * @throws WorkbenchError where a bundled program finds no installed package
 * @param places where names are looked for and relative paths start. @default process.cwd(), and the files of this package
 */
export const openWorkbench = (places: Partial<Places> = {}): Workbench => {
  const { cwd: at, packageRoot: own } = places ?? {};
  checkOptions('openWorkbench', { cwd: at, packageRoot: own }, ['cwd', 'packageRoot']);
  if (own === undefined && !hasProfiles(packageRoot)) {
    const fault = `packageRoot: expected the folder of the installed package, with cores/ and devices/ in it, got "${packageRoot}". Install ${tool.name} beside the program, or name the folder: openWorkbench({ packageRoot }).`;
    throw new WorkbenchError('not-found', fault);
  }
  const files = folderFiles({ cwd: at ?? process.cwd(), packageRoot: own ?? packageRoot });
  return new Workbench(files, () => places?.machine ?? readMachine());
};
