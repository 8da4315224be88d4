/** Documents as text or bytes, by the rules of the files. */
import { parseCore as coreFrom, parseProfile } from '../device/parse-profile.ts';
import type { DeviceProfile } from '../device/profile.ts';
import type { CoreProfile } from '../machine/pipeline/core-profile.ts';
import type { Model } from '../nam/model.ts';
import { parseModel as modelFrom } from '../nam/parse-model.ts';
import { type Job, parseScenario as jobsFrom } from '../scenario/parse-scenario.ts';
import { profileJson } from './read-named.ts';

/** UTF-8; a byte order mark at the beginning is no part of it. */
export type Text = string | Uint8Array;

const textOf = (text: Text): string =>
  typeof text === 'string' ? text.replace(/^\uFEFF/, '') : new TextDecoder().decode(text);

/**
 * A `.nam` file.
 * @param origin its name, for messages; its last part without an ending is the model's id
 * @throws ModelError naming the JSON path of the fault
 */
export const parseModel = (text: Text, origin: string = 'model'): Model =>
  modelFrom(textOf(text), origin);

/** A device's profile. @throws DeviceError, a line a fault */
export const parseDevice = (text: Text, origin: string = 'device'): DeviceProfile =>
  parseProfile(profileJson(textOf(text), origin), origin);

/** A core's profile. @throws DeviceError, a line a fault */
export const parseCore = (text: Text, origin: string = 'core'): CoreProfile =>
  coreFrom(profileJson(textOf(text), origin), origin);

/** The jobs of a scenario: one a combination of its lists. @throws ScenarioError, a line a fault */
export const parseScenario = (text: Text, origin: string = 'scenario'): readonly Job[] =>
  jobsFrom(textOf(text), origin, origin.replace(/^.*[\\/]/, '').replace(/\.json$/, ''));
