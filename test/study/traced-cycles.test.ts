/** Our scoreboard and a trace-driven simulator, given the same figures: the same cycles, or a cause. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { engines } from '../../src/engine/registry.ts';
import { parseModel } from '../../src/nam/parse-model.ts';
import {
  type ComparedTrace,
  compareTraces,
  tracedCyclesSchema,
} from '../../src/study/validate/builds.ts';
import { quantile } from '../../src/study/validate/error-summary.ts';
import { coreOf, model, root } from './predict-fixtures.ts';

const path = 'data/traced-cycles.json';
const file = tracedCyclesSchema.parse(JSON.parse(readFileSync(join(root, path), 'utf8')));

const counted = join(root, 'test/fixtures/counted-models/k5-c8.nam');
const modelOf = (id: string) =>
  id === 'k5-c8' ? parseModel(readFileSync(counted, 'utf8'), counted) : model(id);

const compared = compareTraces(file, { engines, coreOf, modelOf });

const lineOf = ({ row, ratio, instructionRatio }: ComparedTrace): string =>
  [row.core, row.engine, row.model, row.width, row.fastMath ? 'fast math' : '']
    .concat([`cycles ${ratio.toFixed(3)}`, `instructions ${instructionRatio.toFixed(3)}`])
    .join(' ');

/** Where the same work is done: what is left is the pipeline. */
const sameWork = compared.filter((c) => Math.abs(c.instructionRatio - 1) < 0.05);

describe('cycles of traced binaries', () => {
  test('are met within a tenth by nine of ten where as many instructions run, out of order', () => {
    const far = sameWork.filter((c) => Math.abs(c.ratio - 1) > 0.1);
    console.log(`${far.length} of ${sameWork.length} beyond 10 %:\n${far.map(lineOf).join('\n')}`);
    const outOfOrder = (c: ComparedTrace) => coreOf(c.row.core).issue.order === 'out-of-order';
    const all = sameWork.filter(outOfOrder);
    expect(all.length).toBeGreaterThan(55);
    expect(far.filter(outOfOrder).length / all.length).toBeLessThanOrEqual(0.1);
  });

  test.each(['cortex-a76', 'cortex-a72', 'apple-m2-p'])(
    'are met within 3 %% in the median on %s',
    (core) => {
      const ratios = sameWork.filter((c) => c.row.core === core).map((c) => c.ratio);
      const median = quantile(ratios, 0.5) ?? 0;
      console.log(`${core}: ${ratios.length} rows, median ${median.toFixed(3)}`);
      expect(median).toBeGreaterThanOrEqual(0.97);
      expect(median).toBeLessThanOrEqual(1.03);
    },
  );
});
