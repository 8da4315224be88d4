/** In which order a table is worked out: what the sentence on top speaks of comes first. */
import { namedOf } from '../report/predict/verdict-text.ts';
import type { PageDevice } from './devices.ts';
import type { ModelSummary } from './worker/protocol.ts';

export interface Pass {
  readonly devices: readonly string[];
  /** A label, or 'all'. */
  readonly width: string;
  /** After it the sentence has all of its rows. */
  readonly speaks: boolean;
}

/** The sentence is of pedals to buy, where the table has them. */
export const spokenOf = (devices: readonly PageDevice[]): readonly PageDevice[] => {
  const products = devices.filter(({ kind }) => kind === 'product');
  return products.length > 0 ? products : devices;
};

export const passesOf = (
  { widths }: Pick<ModelSummary, 'widths'>,
  devices: readonly PageDevice[],
): readonly Pass[] => {
  const labels = widths.map(({ label }) => label);
  const named = namedOf(labels);
  const ids = (some: readonly PageDevice[]): string[] => some.map(({ id }) => id);
  const first = spokenOf(devices);
  const rest = devices.filter((device) => !first.includes(device));
  // By label only where each label means one width.
  const isOne = named.length === labels.length || new Set(labels).size < labels.length;
  const ordered = isOne ? ['all'] : [...named, ...labels.filter((one) => !named.includes(one))];
  const speaksAt = isOne ? 0 : named.length - 1;
  const passes = ordered.map((width, i) => ({
    devices: ids(first),
    width,
    speaks: i === speaksAt,
  }));
  return [
    ...passes,
    ...(rest.length === 0 ? [] : [{ devices: ids(rest), width: 'all', speaks: false }]),
  ];
};
