/** The JSON Schema of scenario files: that of one scenario, where any field may also be a list to sweep over. */
import { z } from 'zod';
import { scenarioSchema } from './scenario-schema.ts';

type Schema = Record<string, unknown>;

const isSchema = (value: unknown): value is Schema =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const sweepable = (schema: unknown): unknown => {
  if (Array.isArray(schema)) return schema.map(sweepable);
  if (!isSchema(schema)) return schema;
  const { properties } = schema;
  const rest = Object.fromEntries(
    Object.entries(schema)
      .filter(([key]) => key !== 'properties')
      .map(([key, value]) => [key, sweepable(value)]),
  );
  if (!isSchema(properties)) return rest;
  const fields = Object.entries(properties).map(([name, field]): [string, unknown] => {
    const inner = sweepable(field);
    if (name === '$schema' || name === 'title' || name === 'description') return [name, inner];
    // A field that is a list by nature is swept by a list of lists.
    const either = [inner, { type: 'array', items: inner, minItems: 1 }];
    return [name, { anyOf: either }];
  });
  return { ...rest, properties: Object.fromEntries(fields) };
};

export const scenarioFileJsonSchema = (): Readonly<Record<string, unknown>> =>
  sweepable(z.toJSONSchema(scenarioSchema, { io: 'input', reused: 'inline' })) as Schema;
