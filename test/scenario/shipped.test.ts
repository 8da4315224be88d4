import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseScenario } from '../../src/scenario/parse-scenario.ts';
import { CostCache } from '../../src/study/cost/cost-cache.ts';
import { simulate } from '../../src/study/simulate/simulate.ts';
import { projectLibrary, root } from './library.ts';

const folder = join(root, 'scenarios');
const files = readdirSync(folder).filter((file) => file.endsWith('.json'));
const library = projectLibrary();
const cache = new CostCache();

test('at least ten scenarios are shipped, each with a title and a schema', () => {
  expect(files.length).toBeGreaterThanOrEqual(10);
  for (const file of files) {
    const document = JSON.parse(readFileSync(join(folder, file), 'utf8'));
    expect(document.$schema).toBe('../schemas/scenario.schema.json');
    expect(document.title).toBeTypeOf('string');
    expect(document.expect).toBeTypeOf('object');
  }
});

test.each(files)('%s does what it expects', (file) => {
  const path = join(folder, file);
  const jobs = parseScenario(readFileSync(path, 'utf8'), path, file.replace('.json', ''));
  for (const job of jobs) {
    const result = simulate(job, library, { cache });
    expect(result.expectations.filter((e) => !e.passed)).toEqual([]);
    expect(result.passed).toBe(true);
    expect(result.digest).toMatch(/^[0-9a-f]{64}$/);
  }
});
