/** Prints what `workbench/known-rows.ts` works out from the sources. Run when the package and the page are built. */
import { resolve } from 'node:path';
import { knownRows } from '../src/workbench/known-rows.ts';
import { openWorkbench } from '../src/workbench/open-workbench.ts';

const packageRoot = resolve(import.meta.dirname, '..');
process.stdout.write(knownRows(openWorkbench({ cwd: packageRoot, packageRoot })));
