/** Rows that are worked out once, when the package or the page is built, and not at every question. */
import { outcomesByKey } from '../study/predict/predict.ts';
import { studied } from './predict.ts';
import type { Workbench } from './workbench.ts';

/** Whose shape every capture of the A2 architecture has. */
const models = ['a2'];

/** JSON of the matrix of these models by what each row hangs on. A changed profile, core or option has another key. */
export const knownRows = (workbench: Workbench): string => {
  // The machine at hand is another one where the package is used.
  const devices = workbench.devices.ids.filter((id) => id !== 'host');
  return JSON.stringify([
    ...outcomesByKey(studied(workbench, { models, devices, copies: [1, 2] })),
  ]);
};
