/** The package's profiles and measurements as texts, read when they are needed: a text of JSON starts quicker than code. */
import measurements from '../../../data/measurements.json?raw';

const texts = import.meta.glob<string>(
  // A page knows no machine at hand: what only that runs on stays out.
  ['../../../devices/*.json', '../../../cores/*.json', '!../../../cores/{golden-cove,zen*}.json'],
  { eager: true, query: '?raw', import: 'default' },
);

/** By their paths in the package. */
export const packaged: ReadonlyMap<string, string> = new Map([
  ...Object.entries(texts).map(([path, text]) => [path.replaceAll('../', ''), text] as const),
  ['data/measurements.json', measurements],
]);
