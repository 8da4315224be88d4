/** Gathers what `ACCURACY.md` is made of, from the files of the project. */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { engines } from '../src/engine/registry.ts';
import type { CoreProfile } from '../src/machine/pipeline/core-profile.ts';
import type { Model } from '../src/nam/model.ts';
import { openWorkbench } from '../src/workbench/open-workbench.ts';
import { validateSync } from '../src/workbench/validate.ts';
import { renderAccuracy } from './accuracy-markdown.ts';
import { hostTimes, summarizeTimes } from './host-times.ts';
import { compareInstructionCounts, parseInstructionCounts } from './instruction-counts.ts';

const root = resolve(import.meta.dirname, '..');
export const accuracyFile: string = join(root, 'ACCURACY.md');

/** The text that `ACCURACY.md` should have. */
export const accuracyText = (): string => {
  const workbench = openWorkbench({ cwd: root, packageRoot: root });
  const { facts, impulses, builds, figures, ...result } = validateSync(workbench, { builds: true });
  const coreOf = (id: string): CoreProfile => workbench.core(id);
  const modelOf = (id: string): Model => workbench.model(id);
  const path = 'data/instruction-counts.json';
  const counts = parseInstructionCounts(JSON.parse(readFileSync(join(root, path), 'utf8')), path);
  return renderAccuracy({
    result,
    facts,
    impulses,
    builds,
    times: {
      zen5: summarizeTimes(hostTimes('zen5', coreOf)),
      zen4: summarizeTimes(hostTimes('zen4', coreOf)),
    },
    figures,
    counts,
    compared: compareInstructionCounts(counts, { engines, coreOf, modelOf }),
    cores: workbench.cores.ids.map(coreOf),
    engines,
  });
};
