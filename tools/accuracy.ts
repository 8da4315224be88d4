/** Gathers what `ACCURACY.md` is made of, from the files of the project. */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Engine } from '../src/engine/engine.ts';
import { createNeuralAudio } from '../src/engine/neural-audio/engine.ts';
import { engines } from '../src/engine/registry.ts';
import type { CoreProfile } from '../src/machine/pipeline/core-profile.ts';
import {
  type CountedRow,
  compareInstructionCounts,
  parseInstructionCounts,
} from '../src/study/validate/instruction-counts.ts';
import { openWorkbench } from '../src/workbench/open-workbench.ts';
import { validateSync } from '../src/workbench/validate.ts';
import { renderAccuracy } from './accuracy-markdown.ts';

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
  const workbench = openWorkbench({ cwd: root, packageRoot: root });
  const { facts, ...result } = validateSync(workbench);
  const coreOf = (id: string): CoreProfile => workbench.core(id);
  const path = 'data/instruction-counts.json';
  const counts = parseInstructionCounts(JSON.parse(readFileSync(join(root, path), 'utf8')), path);
  return renderAccuracy({
    result,
    facts,
    counts,
    compared: compareInstructionCounts({
      file: counts,
      engineOf,
      coreOf,
      modelOf: (id) => workbench.model(id),
    }),
    cores: workbench.cores.ids.map(coreOf),
    engines,
  });
};
