/**
 * Rows that are worked out once, when the package or the page is built, and not at every question: JSON of what
 * `predict` says of these models on every shipped pedal, by what each row hangs on. A changed profile, core or option
 * has another key. Run by the build: npx tsx tools/known-rows.ts > dist/known-rows.json
 */
import { resolve } from 'node:path';
import { CostCache } from '../src/study/cost/cost-cache.ts';
import { cellsOf, outcomeOf } from '../src/study/predict/cells.ts';
import { rowKeysOf } from '../src/study/predict/row-keys.ts';
import { openWorkbench } from '../src/workbench/open-workbench.ts';
import { studied } from '../src/workbench/predict.ts';
import type { Workbench } from '../src/workbench/workbench.ts';

/** Whose shape every capture of the A2 architecture has. */
const models = ['a2'];

export const knownRows = (workbench: Workbench): string => {
  // The machine at hand is another one where the package is used.
  const devices = workbench.devices.ids.filter((id) => id !== 'host');
  const request = studied(workbench, { models, devices, copies: [1, 2] });
  const costs = new CostCache();
  const keyOf = rowKeysOf(request, costs);
  return JSON.stringify(
    cellsOf(request).map((cell) => [keyOf(cell), outcomeOf(request, cell, costs)]),
  );
};

if (process.argv[1] === import.meta.filename) {
  const packageRoot = resolve(import.meta.dirname, '..');
  process.stdout.write(knownRows(openWorkbench({ cwd: packageRoot, packageRoot })));
}
