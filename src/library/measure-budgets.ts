/** Measures the budgets of a file with a library's models, devices, scenarios and audio. */
import { statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { WavReader } from '../audio/wav.ts';
import type { ParsedBudgets } from '../scenario/parse-budgets.ts';
import type { Measure } from '../study/check/check.ts';
import { type MeasureSources, measureWith } from '../study/check/measure.ts';
import { esrToFull } from './fidelity.ts';
import type { Library } from './library.ts';
import { pathFrom } from './places.ts';

/** Without words about the file and without progress; a face puts its own in its place. */
const quietRatios: MeasureSources['esrToFull'] = async (model, widths, audio) => {
  const reader = new WavReader(audio);
  try {
    return await esrToFull(reader, model, widths, 'libm');
  } finally {
    reader.close();
  }
};

/** A file beside the budgets stands before an id; what looks like a path is nothing else. */
const besides =
  (folder: string) =>
  (name: string): string => {
    const path = resolve(folder, name);
    const isFile = statSync(path, { throwIfNoEntry: false })?.isFile() === true;
    return isFile || /[/\\]|\.(nam|json)$/.test(name) ? path : name;
  };

/** Names of a budget are ids, or paths relative to its file. */
export const measureBudgets = (
  library: Library,
  file: ParsedBudgets,
  ratios: MeasureSources['esrToFull'] = quietRatios,
): Measure => {
  const folder = dirname(pathFrom(library.places, file.origin));
  const beside = besides(folder);
  return measureWith(
    {
      library,
      model: (name) => library.model(beside(name)),
      device: (name) => library.device(beside(name)),
      scenario: (name) => library.scenario(beside(name)),
      esrToFull: (model, widths, audio) => ratios(model, widths, resolve(folder, audio)),
    },
    library.book,
  );
};
