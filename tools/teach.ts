/** Puts notes and ids into a JSON Schema, so that an editor explains and completes. */
import type { Notes } from './schema-notes.ts';

export type JsonSchema = { [key: string]: unknown };

const isSchema = (value: unknown): value is JsonSchema =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Every schema with properties, and the name of the property that it describes, through references. */
const objectsOf = (root: JsonSchema): [JsonSchema, string][] => {
  const found: [JsonSchema, string][] = [];
  const seen = new Set<JsonSchema>();
  const visit = (schema: unknown, name: string): void => {
    if (Array.isArray(schema)) for (const item of schema) visit(item, name);
    if (!isSchema(schema) || seen.has(schema)) return;
    seen.add(schema);
    const { $ref, properties, $defs: _, ...rest } = schema;
    if (typeof $ref === 'string') visit(atPath(root, $ref), name);
    if (isSchema(properties)) {
      found.push([schema, name]);
      for (const [key, value] of Object.entries(properties)) visit(value, key);
    }
    for (const value of Object.values(rest)) visit(value, name);
  };
  visit(root, '');
  return found;
};

const atPath = (root: JsonSchema, reference: string): unknown =>
  reference
    .split('/')
    .slice(1)
    .reduce<unknown>((value, key) => (isSchema(value) ? value[key] : undefined), root);

/**
 * @param ids by the name of the property that takes one
 */
export const teach = (
  schema: JsonSchema,
  notes: Notes,
  ids: Readonly<Record<string, readonly string[]>> = {},
): JsonSchema => {
  const taught = structuredClone(schema);
  for (const [{ properties }, around] of objectsOf(taught)) {
    for (const [key, value] of Object.entries(properties as JsonSchema)) {
      if (!isSchema(value)) continue;
      const own = value.description ?? resolved(taught, value).description;
      const common = notes[key] ?? operationNote(around, key);
      // The figure says its unit, where the note can only say that there is one.
      const usual = figureParts.has(key) ? (own ?? common) : (common ?? own);
      const note = notes[`${around}.${key}`] ?? usual;
      // A test names those without.
      if (note === undefined) continue;
      value.description = note;
      const known = ids[`${around}.${key}`] ?? ids[key];
      if (known !== undefined && known.length > 0) value.examples = known;
    }
  }
  return taught;
};

const figureParts: ReadonlySet<string> = new Set(['value', 'low', 'high']);

const resolved = (root: JsonSchema, value: JsonSchema): JsonSchema =>
  typeof value.$ref === 'string' ? ((atPath(root, value.$ref) ?? {}) as JsonSchema) : {};

/** The table of a core has a row for every operation. */
const operationNote = (around: string, key: string): string | undefined =>
  around === 'operations'
    ? `What the operation ${key} takes, in cycles and ports; absent: as its family.`
    : undefined;
