/** The project's own devices, cores and models, as a simulation looks them up. */
import { resolve } from 'node:path';
import { type Job, parseScenario } from '../../src/scenario/parse-scenario.ts';
import { openWorkbench } from '../../src/workbench/open-workbench.ts';
import type { Workbench } from '../../src/workbench/workbench.ts';

export const root: string = resolve(import.meta.dirname, '../..');

export const projectLibrary = (): Workbench => openWorkbench({ cwd: root });

export const jobsOf = (scenario: unknown): Job[] =>
  parseScenario(JSON.stringify(scenario), 'x.json', 'x');

export const jobOf = (scenario: unknown): Job => {
  const [job] = jobsOf(scenario);
  if (job === undefined) throw new Error('a scenario is at least one job');
  return job;
};
