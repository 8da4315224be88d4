/** What NAM's libraries look at, beside the network itself, before they choose the code that runs it. */
import type { ModelBody } from './model.ts';
import { type FileTraits, filmKeys } from './network.ts';

/** Options of a layer array that count as active in NeuralAudio unless the file turns them off. */
const options = ['head1x1', ...Object.values(filmKeys)];

interface RawConfig {
  readonly layers?: unknown;
  readonly model?: { readonly layers?: unknown };
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

/** Of a file whose config has been read and found sound. */
export const fileTraitsOf = (version: string, config: unknown): FileTraits => {
  const { layers, model } = (isRecord(config) ? config : {}) as RawConfig;
  const outer = Array.isArray(layers) ? layers.filter(isRecord) : [];
  const inner = Array.isArray(model?.layers) ? model.layers.filter(isRecord) : outer;
  const absent = (layer: Readonly<Record<string, unknown>>) =>
    options.some((key) => layer[key] === undefined);
  return {
    version,
    slimmable: [...outer, ...inner].some(({ slimmable }) => isRecord(slimmable)),
    namesOptions: inner.length > 0 && !inner.some(absent),
  };
};

export const withTraits = (body: ModelBody, file: FileTraits): ModelBody => {
  if (body.kind === 'container') return body;
  if (body.kind === 'plain') return { ...body, network: { ...body.network, file } };
  return { ...body, network: { ...body.network, file } };
};
