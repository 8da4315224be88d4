/** `pedalbench models [show ID]`. */
import { historyBytes, receptiveField } from '../../nam/measure.ts';
import type { Model, Width } from '../../nam/model.ts';
import { slim, widthsOf } from '../../nam/widths.ts';
import type { ModelDetail, WidthDetail } from '../../report/listings-text.ts';
import { renderModel, renderModels } from '../../report/listings-text.ts';
import { openCatalogues } from '../../workbench/open-catalogues.ts';
import type { Command } from '../call.ts';
import { shownId } from '../options.ts';

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
const plain = ({ model, path, widths }: ModelDetail): Readonly<Record<string, unknown>> => {
  const { id, architecture, version, metadata, warnings } = model;
  // JSON knows no infinity.
  const finite = (samples: number): number | null => (Number.isFinite(samples) ? samples : null);
  return {
    ...{ id, path, architecture, version, metadata, warnings },
    widths: widths.map((width) => ({
      ...width,
      receptiveFieldSamples: finite(width.receptiveFieldSamples),
    })),
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
