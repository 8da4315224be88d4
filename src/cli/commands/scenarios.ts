/** `pedalbench scenarios [show ID]`. */

import {
  renderScenario,
  renderScenarios,
  type ScenarioSummary,
} from '../../report/scenarios-text.ts';
import { openCatalogues } from '../../workbench/open-catalogues.ts';
import type { FoundScenario } from '../../workbench/read-scenario.ts';
import type { Command } from '../command.ts';
import { shownId } from '../listing.ts';
import { printJson, styleOf } from '../output.ts';

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

const summaryOf = ({ id, document, jobs }: FoundScenario): ScenarioSummary => ({
  id,
  title: textOf(document.title),
  description: textOf(document.description),
  devices: jobs.map((job) => job.scenario.device),
  seconds: jobs.map((job) => job.scenario.durationSeconds),
  runs: jobs.length,
  document,
});

export const scenarios: Command = {
  usage: '[show ID] [options]',
  examples: [
    ['scenarios', 'the experiments of the package and of the folder scenarios/ here'],
    ['scenarios show ID', 'what one of them does'],
  ],
  options: {},
  run: async (args, io) => {
    const id = shownId(args, 'ID');
    const catalogues = openCatalogues(io);
    const names = id === null ? [...catalogues.scenarioPaths.keys()] : [id];
    const summaries = names.map((name) => summaryOf(catalogues.scenario(name)));
    if (args.flag('json')) printJson(io, 'scenarios', { scenarios: summaries });
    else if (id !== null && summaries[0] !== undefined) {
      io.stdout.write(renderScenario(summaries[0], styleOf(args, io)));
    } else io.stdout.write(renderScenarios(summaries, styleOf(args, io)));
    return 0;
  },
};
