/** The texts of `schemas/`: of the files that we read from zod, of the documents that we print from their types. */
import { readdirSync } from 'node:fs';
import { join, parse } from 'node:path';
import { createGenerator } from 'ts-json-schema-generator';
import * as z from 'zod';
import { knownModels } from '../src/device/known-models.ts';
import { deviceSchema } from '../src/device/profile.ts';
import { engines } from '../src/engine/registry.ts';
import { coreSchema } from '../src/machine/pipeline/core-profile.ts';
import { budgetFileSchema } from '../src/scenario/budget.ts';
import { baselineFileSchema } from '../src/study/check/baseline.ts';
import { casesSchema } from '../src/study/validate/cases.ts';
import { schemaNotes } from './schema-notes.ts';
import { scenarioFileJsonSchema } from './sweep-json-schema.ts';
import { type JsonSchema, teach } from './teach.ts';

const root = join(import.meta.dirname, '..');

/** Files without their endings: what may be named by id. */
const idsOf = (folder: string): readonly string[] =>
  readdirSync(join(root, folder)).map((file) => parse(file).name);

type Ids = Readonly<Record<string, readonly string[]>>;
const engineIds = engines.map((engine) => engine.id);
const named: Ids = {
  model: idsOf('models'),
  device: idsOf('devices'),
  scenario: idsOf('scenarios'),
  core: idsOf('cores'),
  engine: ['auto', ...engineIds],
  width: ['full', 'lite', 'all', '0.5', 'ch:8'],
};
const inDevice: Ids = {
  coreId: idsOf('cores'),
  'engine.value': engineIds,
  'evidence.engine': engineIds,
  'evidence.model': knownModels.map((model) => model.name),
};

const fromZod = (schema: z.ZodType): JsonSchema =>
  z.toJSONSchema(schema, { io: 'input', reused: 'ref' });

/** One entry a kind of file that we read. */
const inputs: readonly { name: string; title: string; schema: JsonSchema; ids?: Ids }[] = [
  { name: 'core', title: 'A core of pedalbench', schema: fromZod(coreSchema) },
  { name: 'device', title: 'A device of pedalbench', schema: fromZod(deviceSchema), ids: inDevice },
  {
    name: 'scenario',
    title: 'A scenario of pedalbench',
    schema: scenarioFileJsonSchema(),
    // The core of a slot is a number.
    ids: { ...named, core: [] },
  },
  {
    name: 'measurements',
    title: 'Measured cases of pedalbench',
    schema: fromZod(casesSchema),
    ids: named,
  },
  {
    name: 'budgets',
    title: 'CPU budgets of pedalbench',
    schema: fromZod(budgetFileSchema),
    ids: named,
  },
  {
    name: 'baseline',
    title: 'What budgets of pedalbench are compared with',
    schema: fromZod(baselineFileSchema),
  },
];

/** One entry a document that we print: its type in `output-documents.ts`. */
export const outputNames = [
  'predict',
  'run',
  'check',
  'explain',
  'advise',
  'validate',
  'calibrate',
  'history',
] as const;

interface SchemaFile {
  /** Within `schemas/`. */
  readonly path: string;
  readonly text: string;
}

const fileOf = (path: string, title: string, { $schema, ...schema }: JsonSchema): SchemaFile => {
  const $id = `urn:pedalbench:${path.replace(/\.(schema\.)?json$/, '').replace('/', ':')}`;
  return { path, text: `${JSON.stringify({ title, $schema, $id, ...schema }, null, 2)}\n` };
};

export const inputSchemas = (): readonly SchemaFile[] =>
  inputs.map(({ name, title, schema, ids }) =>
    fileOf(`${name}.schema.json`, title, teach(schema, schemaNotes[name] ?? {}, ids)),
  );

const { $schema: _, ...deviceForm } = z.toJSONSchema(deviceSchema, { reused: 'inline' });

/** Types without a name are called by where they stand in their files, which any edit moves: by their order in place of that. */
const numbered = (schema: JsonSchema): JsonSchema => {
  const order = new Map<string, string>();
  const text = JSON.stringify(schema).replace(/\binterface(?:-\d+)+/g, (place) => {
    if (!order.has(place)) order.set(place, `unnamed-${order.size + 1}`);
    return order.get(place) ?? place;
  });
  return JSON.parse(text) as JsonSchema;
};

export const outputSchemas = (): readonly SchemaFile[] => {
  const generator = createGenerator({
    path: join(root, 'tools/output-documents.ts'),
    tsconfig: join(root, 'tsconfig.json'),
    skipTypeCheck: true,
    // Adding fields is free.
    additionalProperties: true,
    expose: 'none',
    topRef: false,
  });
  return outputNames.map((name) => {
    const type = `${name.slice(0, 1).toUpperCase()}${name.slice(1)}`;
    const schema = numbered(generator.createSchema(type) as JsonSchema);
    if (name === 'calibrate') Object.assign(schema.properties ?? {}, { profile: deviceForm });
    return fileOf(`output/${name}.json`, `What pedalbench ${name} --json prints`, schema);
  });
};
