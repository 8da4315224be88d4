import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { afterAll, expect, test } from 'vitest';
import { outputNames, outputSchemas } from '../../tools/schema-files.ts';
import { pedalbench } from './fake-io.ts';

const folder = mkdtempSync(join(tmpdir(), 'pedalbench-output-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const schemas = join(import.meta.dirname, '../../schemas');

type Schema = { readonly [key: string]: unknown };

/** Readers let other fields pass; here each has to be described. */
const strict = (schema: unknown): unknown => {
  if (Array.isArray(schema)) return schema.map(strict);
  if (typeof schema !== 'object' || schema === null) return schema;
  const inner = Object.fromEntries(Object.entries(schema).map(([key, one]) => [key, strict(one)]));
  return 'properties' in inner && !('additionalProperties' in inner)
    ? { ...inner, additionalProperties: false }
    : inner;
};

test('schemas/output/ is made of the types of what is printed (npx tsx tools/generate-schemas.ts)', () => {
  for (const { path, text } of outputSchemas()) {
    expect(readFileSync(join(schemas, path), 'utf8'), path).toBe(text);
  }
}, 60_000);

const budgets = JSON.stringify({
  budgets: [
    { name: 'a', model: 'a2', width: 'lite', device: 'pi-4', metric: 'load', max: 1 },
    { name: 'b', model: 'a2', width: 'lite', device: 'nowhere', metric: 'load', max: 1 },
  ],
});
const scenario = JSON.stringify({
  device: 'mod-dwarf',
  slots: [{ model: 'lstm-1x3', name: 'amp' }],
  events: [{ atSeconds: 0.05, slot: 'amp', bypassed: true }],
  durationSeconds: 0.1,
});
const cases = JSON.stringify({
  cases: [
    {
      id: 'one',
      device: 'pi-4',
      core: 'cortex-a72',
      engine: 'nam-core',
      model: 'lstm-1x3',
      cyclesPerSample: 300,
    },
  ],
});

const commands: Readonly<Record<(typeof outputNames)[number], string>> = {
  predict: 'predict lstm-1x3 a1-nano --device pi-4,quad-cortex,tonex-one --engine all',
  run: 'run scenario.json',
  check: 'check budgets.json --history history.jsonl',
  explain: 'explain lstm-1x3 --device pi-4',
  advise: 'advise a1-nano --device daisy-seed',
  validate: 'validate --cases cases.json',
  calibrate: 'calibrate pi-4 cases.json --out fitted.json',
  history: 'report history history.jsonl',
};

test.each(outputNames)(
  'what %s prints is described, field by field',
  async (name) => {
    writeFileSync(join(folder, 'budgets.json'), budgets);
    writeFileSync(join(folder, 'scenario.json'), scenario);
    writeFileSync(join(folder, 'cases.json'), cases);
    const { stdout, stderr } = await pedalbench(`${commands[name]} --json`, { cwd: folder });
    expect(stdout, stderr).not.toBe('');
    const schema = JSON.parse(readFileSync(join(schemas, `output/${name}.json`), 'utf8')) as Schema;
    const ajv = new Ajv({ strict: false, allErrors: true });
    const validate = ajv.compile(strict(schema) as Schema);
    validate(JSON.parse(stdout));
    expect(validate.errors ?? []).toEqual([]);
  },
  60_000,
);
