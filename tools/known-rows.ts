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
import type { Cell } from '../src/study/predict/request.ts';
import type { Outcome, PredictRow } from '../src/study/predict/row.ts';
import { rowKeysOf } from '../src/study/predict/row-keys.ts';
import { memoize } from '../src/units/memoize.ts';
import type { PageRows } from '../src/web/worker/front.ts';
import { openWorkbench } from '../src/workbench/open-workbench.ts';
import { studied } from '../src/workbench/predict.ts';
import type { Workbench } from '../src/workbench/workbench.ts';

/** Whose shape every capture of the A2 architecture has. */
const models = ['a2'];

interface Known {
  readonly cell: Cell;
  readonly outcome: Outcome;
  readonly costs: CostCache;
  readonly key: string | null;
}

const worked = (workbench: Workbench): readonly Known[] => {
  // The machine at hand is another one where the package is used.
  const devices = workbench.devices.ids.filter((id) => id !== 'host');
  const request = studied(workbench, { models, devices, copies: [1, 2] });
  const costs = new CostCache();
  const keyOf = rowKeysOf(request, costs);
  return cellsOf(request).map((cell) => {
    return { cell, outcome: outcomeOf(request, cell, costs), costs, key: keyOf(cell) };
  });
};

export const knownRows = (workbench: Workbench): string =>
  JSON.stringify(worked(workbench).map(({ key, outcome }) => [key, outcome]));

const pageRows = (workbench: Workbench): string => {
  const rows = new Map<string, Map<string, PredictRow[]>>();
  for (const { cell, outcome, costs } of worked(workbench)) {
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
