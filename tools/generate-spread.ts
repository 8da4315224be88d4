/**
 * Writes `src/study/predict/spread-figures.json`: what predictions of each confidence are off by, over the
 * measurements of the package. Run after anything that moves predictions: npx tsx tools/generate-spread.ts
 * (with --check it only says whether the file differs, and fails).
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { spreadFigures } from '../src/study/predict/spread.ts';
import { openWorkbench } from '../src/workbench/open-workbench.ts';
import { validateSync } from '../src/workbench/validate.ts';

const path = join(import.meta.dirname, '../src/study/predict/spread-figures.json');

const root = join(import.meta.dirname, '..');
const { residuals } = validateSync(openWorkbench({ cwd: root, packageRoot: root }));
if (!process.argv.includes('--check')) {
  writeFileSync(path, `${JSON.stringify({ ...spreadFigures, residuals }, null, 2)}\n`);
} else if (!isDeepStrictEqual(spreadFigures.residuals, residuals)) {
  process.stderr.write(
    'The measurements say otherwise now. Run npx tsx tools/generate-spread.ts.\n',
  );
  process.exitCode = 1;
}
