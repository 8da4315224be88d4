/** Writes `dist/known-rows.json` beside the code that works the rows out. Run by `npm run build`. */
import { rmSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';

const root = resolve(import.meta.dirname, '..');
const path = resolve(root, 'dist/known-rows.json');
// Those of an earlier build are not believed.
rmSync(path, { force: true });
const { knownRows } = await import('../dist/workbench/known-rows.js');
const { openWorkbench } = await import('../dist/workbench/open-workbench.js');
writeFileSync(path, knownRows(openWorkbench({ cwd: root, packageRoot: root })));
