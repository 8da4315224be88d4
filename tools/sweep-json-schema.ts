/** The JSON Schema of scenario files: that of one scenario, where any field may also be a list to sweep over. */
import * as z from 'zod';
import { scenarioSchema } from '../src/scenario/scenario.ts';
import { isObject } from '../src/units/json-path.ts';

/** Fields that say something about the file and nothing about the experiment. */
const plainFields: ReadonlySet<string> = new Set(['$schema', 'title', 'description']);

/** Shorter schemas are repeated, longer ones named: each stands as itself and as an item of a list. */
const repeatable = 240;

const sweepable = (schema: unknown, named: Map<string, unknown>): unknown => {
  if (Array.isArray(schema)) return schema.map((item) => sweepable(item, named));
  if (!isObject(schema)) return schema;
  const { properties, ...others } = schema;
  const rest = Object.fromEntries(
    Object.entries(others).map(([key, value]) => [key, sweepable(value, named)]),
  );
  if (!isObject(properties)) return rest;
  const fields = Object.entries(properties).map(([field, value]): [string, unknown] => {
    const inner = sweepable(value, named);
    if (plainFields.has(field)) return [field, inner];
    const one = JSON.stringify(inner).length <= repeatable ? inner : reference(field, inner, named);
    return [field, { anyOf: [one, { type: 'array', items: one, minItems: 1 }] }];
  });
  return { ...rest, properties: Object.fromEntries(fields) };
};

const reference = (field: string, schema: unknown, named: Map<string, unknown>): unknown => {
  const text = JSON.stringify(schema);
  let name = field;
  for (let i = 2; named.has(name) && JSON.stringify(named.get(name)) !== text; i += 1) {
    name = `${field}${i}`;
  }
  named.set(name, schema);
  return { $ref: `#/$defs/${name}` };
};

export const scenarioFileJsonSchema = (): Readonly<Record<string, unknown>> => {
  const named = new Map<string, unknown>();
  const json = z.toJSONSchema(scenarioSchema, { io: 'input', reused: 'inline' });
  return Object.assign({}, sweepable(json, named), { $defs: Object.fromEntries(named) });
};
