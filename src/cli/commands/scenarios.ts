/** `pedalbench scenarios [show ID]`. */
import { renderScenario, renderScenarios, summaryOf } from '../../report/listings-text.ts';
import { openCatalogues } from '../../workbench/open-catalogues.ts';
import type { Command } from '../call.ts';
import { shownId } from '../options.ts';

export const scenarios: Command = {
  usage: '[show ID] [options]',
  examples: [
    ['scenarios', 'the experiments of the package and of the folder scenarios/ here'],
    ['scenarios show ID', 'what one of them does'],
  ],
  options: {},
  run: async (call) => {
    const id = shownId(call, 'ID');
    const catalogues = openCatalogues(call.io);
    const names = id === undefined ? [...catalogues.scenarioPaths.keys()] : [id];
    const summaries = names.map((name) => summaryOf(catalogues.scenario(name)));
    const [first] = summaries;
    call.print('scenarios', { scenarios: summaries }, (style) =>
      first === undefined || id === undefined
        ? renderScenarios(summaries, style)
        : renderScenario(first, style),
    );
    return 0;
  },
};
