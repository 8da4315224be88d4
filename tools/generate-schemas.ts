/**
 * Writes `schemas/*.schema.json` from the zod schemas. Run: npx tsx tools/generate-schemas.ts
 * (with --check it only says which files differ, and fails).
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { deviceSchema } from '../src/device/profile.ts';
import { coreSchema } from '../src/machine/pipeline/core-profile.ts';
import { budgetFileSchema } from '../src/scenario/budget.ts';
import { scenarioFileJsonSchema } from '../src/scenario/sweep-json-schema.ts';
import { baselineFileSchema } from '../src/study/check/baseline.ts';
import { casesSchema } from '../src/study/validate/cases.ts';

type JsonSchema = Readonly<Record<string, unknown>>;

/** One entry a schema: the file's stem, its title, and where it comes from. */
const schemas: readonly {
  name: string;
  title: string;
  schema: z.ZodType | (() => JsonSchema);
}[] = [
  { name: 'core', title: 'A core of pedalbench', schema: coreSchema },
  { name: 'device', title: 'A device of pedalbench', schema: deviceSchema },
  { name: 'scenario', title: 'A scenario of pedalbench', schema: scenarioFileJsonSchema },
  { name: 'measurements', title: 'Measured cases of pedalbench', schema: casesSchema },
  { name: 'budgets', title: 'CPU budgets of pedalbench', schema: budgetFileSchema },
  {
    name: 'baseline',
    title: 'What budgets of pedalbench are compared with',
    schema: baselineFileSchema,
  },
];

const folder = join(import.meta.dirname, '../schemas');
const check = process.argv.includes('--check');
mkdirSync(folder, { recursive: true });

for (const { name, title, schema } of schemas) {
  const path = join(folder, `${name}.schema.json`);
  const json =
    typeof schema === 'function'
      ? schema()
      : z.toJSONSchema(schema, { io: 'input', reused: 'ref' });
  const text = `${JSON.stringify({ title, ...json }, null, 2)}\n`;
  if (!check) {
    writeFileSync(path, text);
    continue;
  }
  let current = '';
  try {
    current = readFileSync(path, 'utf8');
  } catch {
    // A missing file differs.
  }
  if (current !== text) {
    process.stderr.write(`${path} is not up to date: npx tsx tools/generate-schemas.ts\n`);
    process.exitCode = 1;
  }
}
