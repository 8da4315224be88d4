import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import * as z from 'zod';
import { deviceSchema } from '../../src/device/profile.ts';
import { budgetFileSchema } from '../../src/scenario/budget.ts';
import { baselineFileSchema } from '../../src/study/check/baseline.ts';
import { casesSchema } from '../../src/study/validate/cases.ts';

const root = join(import.meta.dirname, '../..');

test.each([
  ['device', deviceSchema],
  ['measurements', casesSchema],
  ['budgets', budgetFileSchema],
  ['baseline', baselineFileSchema],
])(
  'schemas/%s.schema.json is what the code checks (npx tsx tools/generate-schemas.ts)',
  (name, schema) => {
    const committed = JSON.parse(readFileSync(join(root, `schemas/${name}.schema.json`), 'utf8'));
    const { title, ...rest } = committed;
    expect(title).toMatch(/pedalbench/);
    expect(rest).toEqual(
      JSON.parse(JSON.stringify(z.toJSONSchema(schema, { io: 'input', reused: 'ref' }))),
    );
  },
);

test('a schema says what each field expects, so that an editor completes and checks it', () => {
  const text = readFileSync(join(root, 'schemas/device.schema.json'), 'utf8');
  for (const field of ['clockHz', 'reserveShare', 'latencyNanoseconds', 'allowedBlockFrames']) {
    expect(text).toContain(`"${field}"`);
  }
  expect(text).toContain('"additionalProperties": false');
});
