/** Options that the verbs about cost share, and what they mean. */
import type { DeviceProfile } from '../device/profile.ts';
import { clockSetting, parseSetting, withSettings } from '../device/set-figures.ts';
import type { TanhKind } from '../engine/engine.ts';
import type { Model } from '../nam/model.ts';
import type { Catalogues } from '../workbench/catalogues.ts';
import type { Args } from './args.ts';
import { CliError } from './cli-error.ts';
import type { OptionSpec } from './option-spec.ts';

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
export const rateOptions: Readonly<Record<'rate' | 'no-resample', OptionSpec>> = {
  rate: { value: 'HZ', help: "the session's rate (default: the device's own)" },
  'no-resample': { help: "run the model at the session's rate, even if the player resamples" },
};

export const ratesOf = (args: Args): { sampleRateHz: number | undefined; resample: boolean } => ({
  sampleRateHz: args.integer('rate', 8000, 768_000) ?? undefined,
  resample: !args.flag('no-resample'),
});

export const whatIfOption: OptionSpec = {
  help: 'slice to widths that the file was not trained for: the cost is right, the sound is not',
};

/** Figures of every profile that is asked for, changed for this call. */
export const settingOptions: Readonly<Record<'set' | 'clock', OptionSpec>> = {
  set: {
    value: 'PATH=VALUE',
    help: "a figure or a build property of the profile's chip, for this call: clusters[0].clockHz=1.8e9, build.fastMath=true",
    list: true,
  },
  clock: { value: 'HZ', help: 'the clock of the cores that play, for this call' },
};

/** What --set and --clock make of a device; those without a chip have nothing to change. */
export const changedBy = (
  args: Args,
  catalogues: Catalogues,
  device: DeviceProfile,
): DeviceProfile => {
  const clockHz = args.has('clock') ? args.number('clock', 1e6, 1e11) : null;
  const settings = [
    ...(args.list('set') ?? []).map(parseSetting),
    ...(clockHz === null ? [] : [clockSetting(device, clockHz)]),
  ];
  return settings.length === 0 || (device.chip === null && !args.has('device'))
    ? device
    : catalogues.standsFor(withSettings(device, settings), device);
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

const modelsOf = (args: Args, { models }: Catalogues): Model[] => {
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
