/** `pedalbench models [show ID]`. */
import {
  detailOf,
  type ModelDetail,
  renderModel,
  renderModels,
} from '../../report/listings-text.ts';
import { openCatalogues } from '../../workbench/open-catalogues.ts';
import type { Command } from '../call.ts';
import { shownId } from '../options.ts';

/** Without the weights, which are in the file. JSON knows no infinity. */
const plain = ({ model, widths }: ModelDetail) => {
  const { id, origin: path, architecture, version, metadata, warnings } = model;
  return {
    ...{ id, path, architecture, version, metadata, warnings },
    widths: widths.map((width) => {
      const { receptiveFieldSamples: field } = width;
      return { ...width, receptiveFieldSamples: Number.isFinite(field) ? field : null };
    }),
  };
};

export const models: Command = {
  usage: '[show MODEL] [options]',
  examples: [
    ['models', 'every model of the package and of the folder models/ here'],
    ['models show a2', 'its sample rate, levels, widths and what each width needs'],
    ['models show path/to/my.nam', 'the same of any file'],
  ],
  options: {},
  run: async (call) => {
    const id = shownId(call, 'MODEL');
    const { models: catalogue } = openCatalogues(call.io);
    const names = id === undefined ? [...catalogue.paths.keys()] : [id];
    const details = names.map((name) => detailOf(catalogue.find(name)));
    const [first] = details;
    call.print('models', { models: details.map(plain) }, (style) =>
      first === undefined || id === undefined
        ? renderModels(details, style)
        : renderModel(first, style),
    );
    return 0;
  },
};
