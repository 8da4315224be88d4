/**
 * Rows that are worked out once, when the package or the page is built, and not at every question: JSON of what
 * `predict` says of these models on every shipped pedal, by what each row hangs on. A changed profile, core or option
 * has another key. Run by the build: npx tsx tools/known-rows.ts > dist/known-rows.json; with --page for the page,
 * whose profiles and cores are built in.
 */
import { resolve } from 'node:path';
import { CostCache } from '../src/study/cost/cost-cache.ts';
import { modelKeyOf } from '../src/study/cost/model-key.ts';
import { cellsOf, outcomeOf } from '../src/study/predict/cells.ts';
import { workedOut } from '../src/study/predict/predict.ts';
import type { PredictRequest } from '../src/study/predict/request.ts';
import type { PredictRow } from '../src/study/predict/row.ts';
import { memoize } from '../src/units/memoize.ts';
import type { PageRows } from '../src/web/worker/front.ts';
import { openWorkbench } from '../src/workbench/open-workbench.ts';
import { studied } from '../src/workbench/predict.ts';
import type { Workbench } from '../src/workbench/workbench.ts';

/** Whose shape every capture of the A2 architecture has. */
const models = ['a2'];

const requestOf = (workbench: Workbench): PredictRequest => {
  // The machine at hand is another one where the package is used.
  const devices = workbench.devices.ids.filter((id) => id !== 'host');
  return studied(workbench, { models, devices, copies: [1, 2] });
};

export const knownRows = (workbench: Workbench): string =>
  JSON.stringify([...workedOut(requestOf(workbench), new CostCache())]);

const pageRows = (workbench: Workbench): string => {
  const rows = new Map<string, Map<string, PredictRow[]>>();
  const costs = new CostCache();
  const request = requestOf(workbench);
  for (const cell of cellsOf(request)) {
    const outcome = outcomeOf(request, cell, costs);
    if (!('row' in outcome)) continue;
    const { network } = costs.slimmed(cell.model, cell.width, {});
    const key = modelKeyOf(cell.model, cell.width, costs.shape(network));
    const byPedal = memoize(rows, key, () => new Map<string, PredictRow[]>());
    memoize(byPedal, cell.device.id, (): PredictRow[] => []).push(outcome.row);
  }
  const entries = [...rows].map(([key, byPedal]) => [key, Object.fromEntries(byPedal)]);
  return JSON.stringify(Object.fromEntries(entries) satisfies PageRows);
};

if (process.argv[1] === import.meta.filename) {
  const packageRoot = resolve(import.meta.dirname, '..');
  const rows = process.argv.includes('--page') ? pageRows : knownRows;
  process.stdout.write(rows(openWorkbench({ cwd: packageRoot, packageRoot })));
}
