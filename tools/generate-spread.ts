/**
 * Writes `src/study/predict/spread-figures.ts`: what predictions of each confidence are off by, over the
 * measurements of the package. Run after anything that moves predictions: npx tsx tools/generate-spread.ts
 * (with --check it only says whether the file differs, and fails).
 */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { spreadFigures } from '../src/study/predict/spread-figures.ts';
import type { Figure } from '../src/units/figure.ts';
import { openWorkbench } from '../src/workbench/open-workbench.ts';
import { validateSync } from '../src/workbench/validate.ts';

const path = join(import.meta.dirname, '../src/study/predict/spread-figures.ts');

const quoted = (text: string): string => `'${text.replaceAll("'", "\\'")}'`;

const figureText = (f: Figure): string =>
  [
    '{',
    `        value: ${f.value},`,
    `        low: ${f.low},`,
    `        high: ${f.high},`,
    "        kind: 'fitted',",
    '        source:',
    `          ${quoted(f.source)},`,
    '      }',
  ].join('\n');

const root = join(import.meta.dirname, '..');
const { residuals } = validateSync(openWorkbench({ cwd: root, packageRoot: root }));
const text = `/** What predictions are off by. Written by tools/generate-spread.ts; the two estimates are its, too. */
import type { SpreadFigures } from './spread.ts';

export const spreadFigures: SpreadFigures = {
  cornerShare: {
    value: 0.333,
    low: 0.2,
    high: 0.6,
    kind: 'estimate',
    source:
      'a corner has every figure at its worst; of nine that err independently and alike, the sum of squares reaches a third',
  },
  waits: {
    value: 1,
    low: 0.5,
    high: 2,
    kind: 'estimate',
    source: 'low and high of the latencies and of the shares that prefetching leaves visible, in the profiles',
  },
  residuals: {
${(['validated', 'fitted', 'estimated'] as const)
  .map((name) => `    ${name}: ${figureText(residuals[name])},`)
  .join('\n')}
  },
};
`;

if (!process.argv.includes('--check')) {
  writeFileSync(path, text);
  execFileSync('npx', ['biome', 'format', '--write', path], { stdio: 'ignore' });
} else if (!isDeepStrictEqual(spreadFigures.residuals, residuals)) {
  process.stderr.write(
    'The measurements say otherwise now. Run npx tsx tools/generate-spread.ts.\n',
  );
  process.exitCode = 1;
}
