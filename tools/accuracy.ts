/** Gathers what `ACCURACY.md` is made of, from the files of the project. */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Engine } from '../src/engine/engine.ts';
import { createNeuralAudio } from '../src/engine/neural-audio/engine.ts';
import { engines } from '../src/engine/registry.ts';
import { coreCatalogue } from '../src/library/catalogues.ts';
import { deviceCatalogue } from '../src/library/find-device.ts';
import { findModel, modelPaths } from '../src/library/find-model.ts';
import { readCases } from '../src/library/measured.ts';
import type { CoreProfile } from '../src/machine/pipeline/core-profile.ts';
import { renderAccuracy } from '../src/report/accuracy/markdown.ts';
import { CostBook } from '../src/study/cost/cost-cache.ts';
import { judgeFacts } from '../src/study/validate/facts.ts';
import {
  type CountedRow,
  compareInstructionCounts,
  parseInstructionCounts,
} from '../src/study/validate/instruction-counts.ts';
import { validate } from '../src/study/validate/validate.ts';

const root = resolve(import.meta.dirname, '..');
export const accuracyFile: string = join(root, 'ACCURACY.md');

const staticLstm = createNeuralAudio({ staticLstm: true });

const engineOf = (row: CountedRow): Engine => {
  if (row.staticLstm) return staticLstm;
  const found = engines.find((e) => e.id === row.engine);
  if (!found) throw new RangeError(`Expected an engine of the registry, got "${row.engine}".`);
  return found;
};

/** The text that `ACCURACY.md` should have. */
export const accuracyText = (): string => {
  const places = { cwd: root, packageRoot: root };
  const devices = deviceCatalogue(places);
  const cores = coreCatalogue(places);
  const models = [...modelPaths(places).keys()].map((id) => findModel(places, id));
  const coreOf = (id: string): CoreProfile => cores.find(id);
  const book = new CostBook();
  const common = { engines, models, coreOf };
  const path = 'data/instruction-counts.json';
  const counts = parseInstructionCounts(JSON.parse(readFileSync(join(root, path), 'utf8')), path);
  return renderAccuracy({
    result: validate(
      { ...common, cases: readCases(places, null), deviceOf: (id) => devices.find(id) },
      book,
    ),
    facts: judgeFacts({ ...common, devices: devices.all() }, book),
    counts,
    compared: compareInstructionCounts({
      file: counts,
      engineOf,
      coreOf,
      modelOf: (id) => findModel(places, id),
    }),
    cores: cores.ids.map(coreOf),
    engines,
  });
};
