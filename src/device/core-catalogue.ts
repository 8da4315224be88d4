/** Core profiles by id, from folders of `*.json`. */
import { existsSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { type CoreProfile, coreSchema } from '../machine/pipeline/core-profile.ts';
import { parseJsonText } from '../units/json-text.ts';
import { readText } from '../units/read-text.ts';
import { DeviceError } from './device-error.ts';
import { didYouMean } from './nearest.ts';
import { faultsOf } from './profile-faults.ts';

/** @throws DeviceError 'invalid-profile', one line a fault, each beginning with `file`. */
export const parseCore = (document: unknown, file: string): CoreProfile => {
  // A process reads a few profiles: code that zod generates for them takes longer than it saves.
  const result = coreSchema.safeParse(document, { jitless: true });
  if (result.success) return result.data;
  const faults = faultsOf(coreSchema, result.error, document);
  throw new DeviceError('invalid-profile', faults.map((f) => `${file}: ${f}`).join('\n'));
};

/** By their text: what the machine works out for a core serves every catalogue that holds it. */
const read = new Map<string, CoreProfile>();

const readCore = (path: string): CoreProfile => {
  const text = readText(path);
  const known = read.get(text);
  if (known !== undefined) return known;
  const document = parseJsonText(
    text,
    (found) => new DeviceError('not-json', `${path}: expected JSON, got ${found}.`),
  );
  const profile = parseCore(document, path);
  read.set(text, profile);
  return profile;
};

export class CoreCatalogue {
  readonly #paths: ReadonlyMap<string, string>;
  readonly #read = new Map<string, CoreProfile>();

  /** `paths` maps ids to files; a profile is read when it is first asked for. */
  constructor(paths: ReadonlyMap<string, string>) {
    this.#paths = paths;
  }

  get ids(): readonly string[] {
    return [...this.#paths.keys()].sort();
  }

  /** @throws DeviceError, with the nearest ids where the name is unknown. */
  find(id: string): CoreProfile {
    const known = this.#read.get(id);
    if (known !== undefined) return known;
    const path = this.#paths.get(id);
    if (path === undefined) {
      const near = didYouMean(id, this.ids);
      throw new DeviceError(
        'unknown-core',
        `core \`${id}\`: unknown.${near === '' ? ` Known cores: ${this.ids.join(', ')}.` : near} A profile's \`coreId\` is the name of a file in cores/.`,
      );
    }
    const profile = readCore(path);
    this.#read.set(id, profile);
    return profile;
  }
}

/** Cores of the folders that exist; a later folder overrides an earlier one. */
export const loadCores = (folders: readonly string[]): CoreCatalogue => {
  const paths = new Map<string, string>();
  for (const folder of folders) {
    if (!existsSync(folder)) continue;
    for (const file of readdirSync(folder).sort()) {
      if (file.endsWith('.json')) paths.set(basename(file, '.json'), join(folder, file));
    }
  }
  return new CoreCatalogue(paths);
};
