/** The project's own devices, cores and models, as a simulation looks them up. */
import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { openLibrary } from '../../src/library/open-library.ts';
import { type Job, parseScenario } from '../../src/scenario/parse-scenario.ts';
import type { SimulationLibrary } from '../../src/study/simulate/library.ts';

export const root: string = resolve(import.meta.dirname, '../..');

export const projectLibrary = (): SimulationLibrary => {
  const folder = join(root, 'models');
  const models = readdirSync(folder)
    .filter((file) => file.endsWith('.nam'))
    .map((file) => [
      file.slice(0, -'.nam'.length),
      { path: join(folder, file), shown: `models/${file}` },
    ]);
  return openLibrary({
    folder: root,
    deviceFolders: [join(root, 'devices')],
    coreFolders: [join(root, 'cores')],
    models: Object.fromEntries(models),
  });
};

export const jobsOf = (scenario: unknown): Job[] =>
  parseScenario(JSON.stringify(scenario), 'x.json', 'x');

export const jobOf = (scenario: unknown): Job => {
  const [job] = jobsOf(scenario);
  if (job === undefined) throw new Error('a scenario is at least one job');
  return job;
};
