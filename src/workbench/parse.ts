/** Documents as text or bytes, by the rules of the files. */
import { parseCore as coreFrom, parseProfile } from '../device/parse-profile.ts';
import type { DeviceProfile } from '../device/profile.ts';
import type { CoreProfile } from '../machine/pipeline/core-profile.ts';
import type { Model } from '../nam/model.ts';
import { parseModel as modelFrom } from '../nam/parse-model.ts';
import { type Job, parseScenario as jobsFrom } from '../scenario/parse-scenario.ts';
import { checkOptions, required } from './options.ts';
import { profileJson } from './read-named.ts';

/** UTF-8; a byte order mark at the beginning is no part of it. */
export type Text = string | Uint8Array;

const textOf = (text: Text, origin: string): string => {
  checkOptions('parse', { text, origin }, ['text', 'origin']);
  const given = required('parse', text, 'text');
  return typeof given === 'string' ? given.replace(/^\uFEFF/, '') : new TextDecoder().decode(given);
};

/**
 * A `.nam` file.
 * @param origin its name, for messages; its last part without an ending is the model's id
 * @param text the file, by the rules of NeuralAmpModelerCore for versions 0.5 to 0.7
 * @throws ModelError naming the JSON path of the fault
 * @example const model = parseModel(await readFile('my.nam'), 'my.nam');
 */
export const parseModel = (text: Text, origin: string = 'model'): Model =>
  modelFrom(textOf(text, origin), origin);

/**
 * A device's profile, by `schemas/device.schema.json`.
 * @param origin its name, for messages
 * @throws DeviceError, a line a fault
 * @example const { rows } = await predict(workbench, { model: 'a2', device: parseDevice(text, 'my-pedal.json') });
 */
export const parseDevice = (text: Text, origin: string = 'device'): DeviceProfile =>
  parseProfile(profileJson(textOf(text, origin), origin), origin);

/**
 * A core's profile, by `schemas/core.schema.json`.
 * @param origin its name, for messages
 * @throws DeviceError, a line a fault
 * @example const { rows } = await predict(workbench, { model: 'a2', cores: [parseCore(text, 'my-core.json')] });
 */
export const parseCore = (text: Text, origin: string = 'core'): CoreProfile =>
  coreFrom(profileJson(textOf(text, origin), origin), origin);

/**
 * The jobs of a scenario, by `schemas/scenario.schema.json`: one a combination of its lists.
 * @param origin its name, for messages; its last part without an ending is the scenario's id
 * @throws ScenarioError, a line a fault
 * @example for (const { scenario } of parseScenario(text)) await simulate(workbench, { scenario });
 */
export const parseScenario = (text: Text, origin: string = 'scenario'): readonly Job[] =>
  jobsFrom(textOf(text, origin), origin, origin.replace(/^.*[\\/]/, '').replace(/\.json$/, ''));
