/** Places in a parsed document, and what stands there, for messages. */

export type Path = readonly PropertyKey[];

/** An object or a list. */
export const isRecord = (value: unknown): value is Readonly<Record<PropertyKey, unknown>> =>
  typeof value === 'object' && value !== null;

/** An object that is no list. */
export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  isRecord(value) && !Array.isArray(value);

/** `clusters[0].clockHz`; after `start`, where that is given. */
export const pathText = (path: Path, start = ''): string =>
  path.reduce<string>((text, key) => {
    if (typeof key === 'number') return `${text}[${key}]`;
    return text === '' ? String(key) : `${text}.${String(key)}`;
  }, start);

/** Undefined where there is nothing. */
export const valueAt = (document: unknown, path: Path): unknown =>
  path.reduce<unknown>((node, key) => (isRecord(node) ? node[key] : undefined), document);

/** As JSON, where it can be. */
const written = (value: unknown): string => {
  if (typeof value === 'number') return String(value);
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    return typeof value === 'bigint' ? `${value}n` : 'an object that is no plain data';
  }
};

/** A value as JSON, at most so many characters of it. */
export const shown = (value: unknown, most = 80): string => {
  if (value === undefined) return 'nothing';
  if (typeof value === 'function') return 'a function';
  const text = written(value);
  return text.length > most ? `${text.slice(0, most - 3)}...` : text;
};
