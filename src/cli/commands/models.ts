/** `pedalbench models [show ID]`. */

import { historyBytes, receptiveField } from '../../nam/measure.ts';
import type { Model, Width } from '../../nam/model.ts';
import { slim, widthsOf } from '../../nam/widths.ts';
import {
  type ModelDetail,
  renderModel,
  renderModels,
  type WidthDetail,
} from '../../report/models-text.ts';
import { openCatalogues } from '../../workbench/open-catalogues.ts';
import type { Command } from '../command.ts';
import { shownId } from '../listing.ts';
import { printJson, styleOf } from '../output.ts';

const widthDetail = (model: Model, width: Width): WidthDetail => {
  const { network } = slim(model, width);
  return {
    ...width,
    receptiveFieldSamples: receptiveField(network),
    prewarmSamples: network.prewarmSamples,
    historyBytes: historyBytes(network),
  };
};

const detailOf = (model: Model): ModelDetail => ({
  model,
  path: model.origin,
  widths: widthsOf(model).map((width) => widthDetail(model, width)),
});

/** Without the weights, which are in the file. */
const plain = ({ model, path, widths }: ModelDetail): Readonly<Record<string, unknown>> => ({
  id: model.id,
  path,
  architecture: model.architecture,
  version: model.version,
  metadata: model.metadata,
  warnings: model.warnings,
  widths: widths.map((width) => ({
    ...width,
    // JSON knows no infinity.
    receptiveFieldSamples: Number.isFinite(width.receptiveFieldSamples)
      ? width.receptiveFieldSamples
      : null,
  })),
});

export const models: Command = {
  usage: '[show MODEL] [options]',
  examples: [
    ['models', 'every model of the package and of the folder models/ here'],
    ['models show a2', 'its sample rate, levels, widths and what each width needs'],
    ['models show path/to/my.nam', 'the same of any file'],
  ],
  options: {},
  run: async (args, io) => {
    const id = shownId(args, 'MODEL');
    const { models: catalogue } = openCatalogues(io);
    const names = id === null ? [...catalogue.paths.keys()] : [id];
    const details = names.map((name) => detailOf(catalogue.find(name)));
    if (args.flag('json')) printJson(io, 'models', { models: details.map(plain) });
    else if (details[0] !== undefined && id !== null) {
      io.stdout.write(renderModel(details[0], styleOf(args, io)));
    } else io.stdout.write(renderModels(details, styleOf(args, io)));
    return 0;
  },
};
