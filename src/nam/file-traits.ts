/** What NAM's libraries look at, beside the network itself, before they choose the code that runs it. */
import { isRecord } from '../units/json-path.ts';
import type { ModelBody } from './model.ts';
import { type FileTraits, filmKeys } from './network.ts';

/** Options of a layer array that count as active in NeuralAudio unless the file turns them off. */
const options = ['head1x1', ...Object.values(filmKeys)];

const layersOf = (config: unknown): readonly Readonly<Record<string, unknown>>[] | null =>
  isRecord(config) && Array.isArray(config.layers) ? config.layers.filter(isRecord) : null;

/** Of a file whose config has been read and found sound. */
export const fileTraitsOf = (version: string, config: unknown): FileTraits => {
  const outer = layersOf(config) ?? [];
  const inner = (isRecord(config) ? layersOf(config.model) : null) ?? outer;
  return {
    version,
    slimmable: [...outer, ...inner].some(({ slimmable }) => isRecord(slimmable)),
    namesOptions:
      inner.length > 0 && inner.every((layer) => options.every((key) => layer[key] !== undefined)),
  };
};

export const withTraits = (body: ModelBody, file: FileTraits): ModelBody => {
  if (body.kind === 'container') return body;
  if (body.kind === 'plain') return { ...body, network: { ...body.network, file } };
  return { ...body, network: { ...body.network, file } };
};
