/** Options that the verbs about cost share, and what they mean. */
import type { DeviceProfile } from '../device/profile.ts';
import type { TanhKind } from '../engine/engine.ts';
import type { Model } from '../nam/model.ts';
import type { Catalogues } from '../workbench/catalogues.ts';
import type { Args } from './args.ts';
import { CliError } from './cli-error.ts';
import type { OptionSpec } from './command.ts';

export const largestBlockFrames = 65_536;

export const widthOption: OptionSpec = {
  value: 'W',
  help: "all, a ratio 0..1 as NAM's own control, ch:8, ch:16/8, or a submodel's label",
};
export const tanhOption: OptionSpec = {
  value: 'libm|fast',
  help: 'which tanh (default: what the engine does on that device)',
  choices: ['libm', 'fast'],
};
/** Accepted where threads were of use once, so that what calls it with a number still runs. */
export const workersOption: OptionSpec = {
  value: 'N',
  help: 'accepted and without effect: one thread does the work',
};
export const whatIfOption: OptionSpec = {
  help: 'slice to widths that the file was not trained for: the cost is right, the sound is not',
};

export const tanhOf = (args: Args): TanhKind | null => args.text('tanh') as TanhKind | null;

/** Every device where none or `all` is asked for. */
export const devicesOf = (
  args: Args,
  { devices }: Catalogues,
  names: readonly string[] | null = args.list('device'),
): readonly DeviceProfile[] => {
  const asked = names ?? ['all'];
  if (asked.includes('all')) return devices.all();
  for (const word of asked) {
    const [, name = '', copies] = /^(.+):(\d+)$/.exec(word) ?? [];
    if (copies === undefined || !devices.ids.includes(name)) continue;
    throw new CliError(
      'usage',
      `--device ${word}: a number of copies for each pedal is for advise --widths. Write --device ${name} --copies ${copies}.`,
    );
  }
  return asked.map((name) => devices.find(name));
};

export const oneDevice = (args: Args, { devices }: Catalogues): DeviceProfile => {
  const name = args.text('device');
  if (name === null) {
    throw new CliError('usage', 'Expected --device ID. `pedalbench devices` lists them.');
  }
  return devices.find(name);
};

export const modelsOf = (args: Args, { models }: Catalogues): Model[] => {
  if (args.positionals.length === 0) {
    throw new CliError(
      'usage',
      'Expected a model: an id (`pedalbench models` lists them) or a .nam file.',
    );
  }
  return [...new Set(args.positionals)].map((name) => models.find(name));
};

export const oneModel = (args: Args, catalogues: Catalogues): Model => {
  const [model, ...more] = modelsOf(args, catalogues);
  if (model === undefined || more.length > 0) {
    throw new CliError('usage', `Expected one model, got ${args.positionals.length}.`);
  }
  return model;
};
