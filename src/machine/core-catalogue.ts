/** Core profiles in files: reading, checking, finding by id. */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { CoreError } from './core-error.ts';
import { parametersOf } from './core-parameters.ts';
import { type CoreProfile, coreSchema } from './core-profile.ts';

/** Checks a parsed JSON document, its figures included. Throws `CoreError`. */
export const parseCore = (json: unknown, file: string): CoreProfile => {
  const result = coreSchema.safeParse(json);
  if (!result.success) {
    throw new CoreError(
      'invalid-profile',
      `${file}: expected a core profile.\n${z.prettifyError(result.error)}\nschemas/core.schema.json describes the form.`,
    );
  }
  parametersOf(result.data);
  return result.data;
};

/** Reads one file of `cores/`. Throws `CoreError`. */
export const loadCore = (path: string): CoreProfile => {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    throw new CoreError('unreadable', `${path}: expected a readable core profile, found none.`);
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new CoreError('not-json', `${path}: expected JSON, got something else: ${why}.`);
  }
  const core = parseCore(json, path);
  if (`${core.id}.json` !== basename(path)) {
    throw new CoreError(
      'invalid-profile',
      `${path}: id: expected "${basename(path, '.json')}", as the file is named, got "${core.id}".`,
    );
  }
  return core;
};

/** The cores of a folder, sorted by id. */
export const loadCores = (folder: string): readonly CoreProfile[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => loadCore(join(folder, name)));

/** The core of that id. Throws `CoreError`, which lists what there is. */
export const coreOf = (cores: readonly CoreProfile[], id: string): CoreProfile => {
  const found = cores.find((core) => core.id === id);
  if (found) return found;
  throw new CoreError(
    'unknown-core',
    `Expected a core of ${cores.map((core) => core.id).join(', ')}, got "${id}".`,
  );
};
