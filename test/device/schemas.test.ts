import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { getLanguageService, TextDocument } from 'vscode-json-languageservice';
import { inputSchemas } from '../../tools/schema-files.ts';

const folder = join(import.meta.dirname, '../../schemas');
const files = inputSchemas();

test.each(files.map(({ path, text }) => [path, text]))(
  'schemas/%s is what the code checks (npx tsx tools/generate-schemas.ts)',
  (path, text) => {
    expect(readFileSync(join(folder, path), 'utf8')).toBe(text);
  },
);

type Schema = { readonly [key: string]: unknown };

/** Every property anywhere in a schema, with where it stands. */
const propertiesOf = (value: unknown, path: string): [string, Schema][] => {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]): [string, Schema][] => [
    ...(path.endsWith('/properties') ? [[`${path}/${key}`, inner] as [string, Schema]] : []),
    ...propertiesOf(inner, `${path}/${key}`),
  ]);
};

describe.each(files.map(({ path, text }) => [path, JSON.parse(text) as Schema]))(
  '%s',
  (_, schema) => {
    const properties = propertiesOf(schema, '').filter(
      ([path]) => !/\/properties\/properties$/.test(path),
    );

    test('has an id, and a sentence for every property', () => {
      expect(schema.$id).toMatch(/^urn:pedalbench:[a-z]+$/);
      const silent = properties.filter(
        ([, { description }]) => String(description ?? '').length < 8,
      );
      expect(silent.map(([path]) => path)).toEqual([]);
    });

    test('gives an example of every number and text that is free', () => {
      const free = properties.filter(
        ([path, { type, enum: choices }]) =>
          ['number', 'integer'].includes(String(type)) &&
          choices === undefined &&
          !/\/(value|low|high|unfitted)$/.test(path),
      );
      const without = free.filter(
        ([, { description }]) => !/ as in |@default|[0-9]/.test(String(description)),
      );
      expect(without.map(([path]) => path)).toEqual([]);
    });
  },
);

/** What an editor shows at the bar `|` of a text. */
const editorAt = async (schemaName: string, marked: string) => {
  const offset = marked.indexOf('|');
  const text = marked.replace('|', '');
  const schema = readFileSync(join(folder, `${schemaName}.schema.json`), 'utf8');
  const service = getLanguageService({ schemaRequestService: async () => schema });
  service.configure({ schemas: [{ uri: 'file:///schema.json', fileMatch: ['*.json'] }] });
  const document = TextDocument.create('file:///x.json', 'json', 1, text);
  const json = service.parseJSONDocument(document);
  const position = document.positionAt(offset);
  const hover = await service.doHover(document, position, json);
  const list = await service.doComplete(document, position, json);
  const faults = await service.doValidation(document, json);
  return {
    hover: JSON.stringify(hover?.contents ?? ''),
    completions: (list?.items ?? []).map((item) => item.label),
    faults: faults.map((fault) => fault.message),
  };
};

describe('an editor', () => {
  test.each([
    [
      'device',
      '{"chip": {"memory": {"dram": {"latency|Nanoseconds": {"value": 100}}}}}',
      'in nanoseconds, as in 120',
    ],
    [
      'device',
      '{"chip": {"clusters": [{"clock|Hz": {"value": 1}}]}}',
      'The clock in hertz, as in 1300000000',
    ],
    ['core', '{"issue": {"wi|dth": {}}}', 'a cycle, as in 2'],
    [
      'scenario',
      '{"slots": [{"model": "a2"}], "duration|Seconds": 3}',
      'in virtual seconds, as in 10',
    ],
    ['budgets', '{"budgets": [{"max|IncreasePercent": 1}]}', 'Growth in percent that is allowed'],
  ])('explains a property of a %s: %s', async (schema, text, words) => {
    expect((await editorAt(schema, text)).hover).toContain(words);
  });

  test.each([
    ['budgets', '{"budgets": [{"device": "|"}]}', '"mod-dwarf"'],
    ['budgets', '{"budgets": [{"metric": "|"}]}', '"cyclesPerSample.worst"'],
    ['scenario', '{"device": "|"}', '"darkglass-anagram"'],
    ['scenario', '{"slots": [{"model": "|"}]}', '"a1-standard"'],
    ['device', '{"chip": {"clusters": [{"coreId": "|"}]}}', '"cortex-a53"'],
    ['device', '{"chip": {"build": {"engine": {"value": "|"}}}}', '"nam-core"'],
    ['device', '{"chip": {"host": {"|"}}}', 'reserveShare'],
  ])('offers the ids of a %s: %s', async (schema, text, id) => {
    expect((await editorAt(schema, text)).completions).toContain(id);
  });

  test('underlines a mistyped key', async () => {
    const { faults } = await editorAt('budgets', '{"budgets": [{"nmae": "x|"}]}');
    expect(faults.join()).toContain('nmae');
  });
});
