/** A workbench on the files of the package and of a folder. */
import { folderFiles } from './folder-files.ts';
import { packageRoot } from './package-info.ts';
import type { Places } from './places.ts';
import { readMachine } from './read-machine.ts';
import { Workbench } from './workbench.ts';

/**
 * Reads nothing yet. What is read is read once: open another where files have changed.
 * @param places where names are looked for and relative paths start. @default process.cwd(), and the files of this package
 */
export const openWorkbench = (places: Partial<Places> = {}): Workbench =>
  new Workbench(
    folderFiles({
      cwd: places.cwd ?? process.cwd(),
      packageRoot: places.packageRoot ?? packageRoot,
    }),
    () => places.machine ?? readMachine(),
  );
