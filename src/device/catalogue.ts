/** Finds device profiles by id in folders, or by path. The only file of this room that reads files. */
import { existsSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parseJsonText } from '../units/json-text.ts';
import { readText } from '../units/read-text.ts';
import { DeviceError } from './device-error.ts';
import { didYouMean } from './nearest.ts';
import { parseProfile } from './parse-profile.ts';
import type { DeviceProfile } from './profile.ts';

/** @throws DeviceError 'not-json' or 'invalid-profile'. */
export const readDevice = (path: string): DeviceProfile => {
  const document = parseJsonText(
    readText(path),
    (found) => new DeviceError('not-json', `${path}: expected JSON, got ${found}.`),
  );
  return parseProfile(document, path);
};

export class DeviceCatalogue {
  readonly #paths: ReadonlyMap<string, string>;
  readonly #read = new Map<string, DeviceProfile>();

  /** `paths` maps ids to files; a profile is read when it is first asked for. */
  constructor(paths: ReadonlyMap<string, string>) {
    this.#paths = paths;
  }

  get ids(): readonly string[] {
    return [...this.#paths.keys()].sort();
  }

  /** Every profile of the catalogue, by id. */
  all(): DeviceProfile[] {
    return this.ids.map((id) => this.find(id));
  }

  /**
   * A profile by id, or by the path of a file.
   * @throws DeviceError, with the nearest ids where the name is unknown.
   */
  find(nameOrPath: string): DeviceProfile {
    const known = this.#read.get(nameOrPath);
    if (known !== undefined) return known;
    const listed = this.#paths.get(nameOrPath);
    if (listed === undefined && !(nameOrPath.endsWith('.json') || existsSync(nameOrPath))) {
      const near = didYouMean(nameOrPath, this.ids);
      const help = near === '' ? ` Known devices: ${this.ids.join(', ')}.` : near;
      throw new DeviceError('unknown-device', `device \`${nameOrPath}\`: unknown.${help}`);
    }
    const profile = readDevice(listed ?? nameOrPath);
    if (listed !== undefined && profile.id !== nameOrPath) {
      throw new DeviceError(
        'invalid-profile',
        `${listed}: id: expected the file's name, "${nameOrPath}", got "${profile.id}".`,
      );
    }
    this.#read.set(nameOrPath, profile);
    return profile;
  }
}

/** Profiles of all `*.json` in the folders that exist; a later folder overrides an earlier one. */
export const loadCatalogue = (folders: readonly string[]): DeviceCatalogue => {
  const paths = new Map<string, string>();
  for (const folder of folders) {
    if (!existsSync(folder)) continue;
    for (const file of readdirSync(folder).sort()) {
      if (file.endsWith('.json')) paths.set(basename(file, '.json'), join(folder, file));
    }
  }
  return new DeviceCatalogue(paths);
};
