/** Models, devices, cores and scenarios by id or path, as a catalogue reads them, with the nearest names in errors. */
import { DeviceError } from '../device/device-error.ts';
import { didYouMean, suggestion } from '../device/nearest.ts';
import { parseCore, parseProfile } from '../device/parse-profile.ts';
import type { DeviceProfile } from '../device/profile.ts';
import type { CoreProfile } from '../machine/pipeline/core-profile.ts';
import { limits } from '../nam/limits.ts';
import type { Model } from '../nam/model.ts';
import { parseModel } from '../nam/parse-model.ts';
import { type Job, parseScenario } from '../scenario/parse-scenario.ts';
import { parseJsonText } from '../units/json-text.ts';
import type { Files } from './files.ts';
import { WorkbenchError } from './workbench-error.ts';

/** The path of a name that is an id. */
type Listed = string | undefined;
type Ids = () => readonly string[];

/** The listed path, or that of a file. @throws WorkbenchError where there is neither */
const pathOf = (
  files: Files,
  what: 'model' | 'scenario',
  name: string,
  listed: Listed,
  ids: Ids,
): string => {
  const path = listed ?? files.pathOf(name);
  if (listed !== undefined || files.exists(path)) return path;
  const help = suggestion(name, ids(), `${what}s`);
  const fault = `${what} ${name}: no such ${what} and no such file. ${help}`;
  throw new WorkbenchError('not-found', fault);
};

/** Throws `ModelError` for a faulty file, `WorkbenchError` for a name that means nothing. */
export const readModel = (files: Files, name: string, at: string | undefined, ids: Ids): Model => {
  const path = pathOf(files, 'model', name, at, ids);
  const shown = files.shown(path);
  const size = files.sizeOf(path);
  const refuse = (fault: string): WorkbenchError =>
    new WorkbenchError('invalid', `${shown}: expected a .nam file${fault}.`);
  if (size === null) throw refuse(', got a folder');
  // Not even read: a limit on characters comes too late for a file of gigabytes.
  const most = 4 * limits.textLength;
  if (size > most) throw refuse(` of at most ${most} bytes, got ${size}`);
  return parseModel(files.readText(path), shown);
};

export interface FoundScenario {
  /** The file's name without folder and extension. */
  readonly id: string;
  readonly path: string;
  /** The file's document, as it is. */
  readonly document: Readonly<Record<string, unknown>>;
  /** One a combination of its lists. */
  readonly jobs: readonly Job[];
}

/** @param seed in place of the scenario's own. Throws `ScenarioError` for a faulty file, `WorkbenchError` for a name that means nothing. */
export const readScenario = (
  files: Files,
  name: string,
  paths: ReadonlyMap<string, string>,
  seed?: number,
): FoundScenario => {
  const path = pathOf(files, 'scenario', name, paths.get(name), () => [...paths.keys()]);
  const text = files.readText(path);
  const id = path.replace(/^.*[\\/]/, '').replace(/\.json$/, '');
  const jobs = parseScenario(text, path, id, { seed });
  // `parseScenario` has refused what is no JSON object.
  return { id, path, document: JSON.parse(text) as Record<string, unknown>, jobs };
};

/** @throws DeviceError 'not-json' */
export const profileJson = (text: string, origin: string): unknown =>
  parseJsonText(text, origin, (fault) => new DeviceError('not-json', fault));

/** @throws DeviceError, with the nearest ids where the name is unknown */
export const readDevice = (files: Files, name: string, listed: Listed, ids: Ids): DeviceProfile => {
  const path = listed ?? (files.exists(files.pathOf(name)) ? files.pathOf(name) : name);
  if (listed === undefined && !path.endsWith('.json') && !files.exists(path)) {
    const help = didYouMean(name, ids()) || ` Known devices: ${ids().join(', ')}.`;
    throw new DeviceError('unknown-device', `device \`${name}\`: unknown.${help}`);
  }
  const profile = parseProfile(profileJson(files.readText(path), path), path);
  if (listed !== undefined && profile.id !== name) {
    const fault = `${path}: id: expected the file's name, "${name}", got "${profile.id}".`;
    throw new DeviceError('invalid-profile', fault);
  }
  return profile;
};

/** @throws DeviceError, with the nearest ids where the name is unknown */
export const readCore = (files: Files, id: string, listed: Listed, ids: Ids): CoreProfile => {
  if (listed !== undefined) return parseCore(profileJson(files.readText(listed), listed), listed);
  const help = didYouMean(id, ids()) || ` Known cores: ${ids().join(', ')}.`;
  const fault = `core \`${id}\`: unknown.${help} A profile's \`coreId\` is the name of a file in cores/.`;
  throw new DeviceError('unknown-core', fault);
};
