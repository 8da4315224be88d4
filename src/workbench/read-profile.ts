/** Models, devices, cores and scenarios as a catalogue reads them: by id or path, with the nearest names in errors. */
import { DeviceError } from '../device/device-error.ts';
import { didYouMean } from '../device/nearest.ts';
import { parseCore } from '../device/parse-core.ts';
import { parseProfile } from '../device/parse-profile.ts';
import type { DeviceProfile } from '../device/profile.ts';
import type { CoreProfile } from '../machine/pipeline/core-profile.ts';
import { parseJsonText } from '../units/json-text.ts';
import type { Files } from './files.ts';

/** @throws DeviceError 'not-json' */
const readJson = (files: Files, path: string): unknown =>
  parseJsonText(
    files.readText(path),
    (found) => new DeviceError('not-json', `${path}: expected JSON, got ${found}.`),
  );

/** @throws DeviceError, with the nearest ids where the name is unknown */
export const readDevice = (
  files: Files,
  name: string,
  listed: string | undefined,
  ids: () => readonly string[],
): DeviceProfile => {
  const path = listed ?? (files.exists(files.pathOf(name)) ? files.pathOf(name) : name);
  if (listed === undefined && !path.endsWith('.json') && !files.exists(path)) {
    const near = didYouMean(name, ids());
    const help = near === '' ? ` Known devices: ${ids().join(', ')}.` : near;
    throw new DeviceError('unknown-device', `device \`${name}\`: unknown.${help}`);
  }
  const profile = parseProfile(readJson(files, path), path);
  if (listed !== undefined && profile.id !== name) {
    throw new DeviceError(
      'invalid-profile',
      `${path}: id: expected the file's name, "${name}", got "${profile.id}".`,
    );
  }
  return profile;
};

/** @throws DeviceError, with the nearest ids where the name is unknown */
export const readCore = (
  files: Files,
  id: string,
  listed: string | undefined,
  ids: () => readonly string[],
): CoreProfile => {
  if (listed !== undefined) return parseCore(readJson(files, listed), listed);
  const near = didYouMean(id, ids());
  throw new DeviceError(
    'unknown-core',
    `core \`${id}\`: unknown.${near === '' ? ` Known cores: ${ids().join(', ')}.` : near} A profile's \`coreId\` is the name of a file in cores/.`,
  );
};
