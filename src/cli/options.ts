/** Options that several verbs share, and what they mean. */
import type { DeviceProfile } from '../device/profile.ts';
import { clockSetting, parseSetting, withSettings } from '../device/set-figures.ts';
import type { TanhKind } from '../engine/engine.ts';
import type { Model } from '../nam/model.ts';
import { parseShard, type Shard } from '../study/parts/part.ts';
import type { Catalogues } from '../workbench/catalogues.ts';
import type { Args, Options } from './args.ts';
import { usageError } from './cli-error.ts';

export const shared = {
  engine: { value: 'ID|auto', help: 'auto is the one that the device ships (default)' },
  block: { value: 'N', help: "frames per block (default: the device's own)", whole: [1, 65_536] },
  rate: {
    value: 'HZ',
    help: "the session's rate (default: the device's own)",
    whole: [8000, 768_000],
  },
  'no-resample': { help: "run the model at the session's rate, even if the player resamples" },
  oversample: {
    value: '2|4',
    help: "run the model at so many times its own rate, between the player's filters",
    choices: ['2', '4'],
  },
  width: {
    value: 'W',
    help: "all, a ratio 0..1 as NAM's own control, ch:8, ch:16/8, a submodel's label, or several: lite,full",
  },
  copies: { value: 'N', help: 'how many at the same time (default: 1)', whole: [1, 64] },
  tanh: {
    value: 'libm|fast',
    help: 'which tanh (default: what the engine does on that device)',
    choices: ['libm', 'fast'],
  },
  'what-if': {
    help: 'slice to widths that the file was not trained for: the cost is right, the sound is not',
  },
  workers: { value: 'N', help: 'worker threads (default: one a processor)', whole: [1, 256] },
  seed: { value: 'N', help: "in place of the scenarios' own", whole: [0, Number.MAX_SAFE_INTEGER] },
  jsonl: {
    help: 'a line of JSON a row as soon as it is known; the last line is the document without rows',
  },
  shard: { value: 'I/N', help: 'only the I-th of N parts of all work; `merge` joins them' },
  set: {
    value: 'PATH=VALUE',
    help: "a figure or a build property of the profile's chip, for this call: clusters[0].clockHz=1.8e9, build.fastMath=true",
    list: true,
  },
  clock: {
    value: 'HZ',
    help: 'the clock of the cores that play, for this call',
    range: [1e6, 1e11],
  },
} as const satisfies Options;

/** Some of them, in this order. */
export const sharedOptions = (...names: readonly (keyof typeof shared)[]): Options =>
  Object.fromEntries(names.map((name) => [name, shared[name]]));

export const tanhOf = (args: Args): TanhKind | undefined =>
  // The option takes nothing else.
  args.text('tanh') as TanhKind | undefined;

export const oversampleOf = (args: Args): number => Number(args.text('oversample') ?? 1);

/** The rate of the session, and whether players would resample to the model's. */
export const ratesOf = (args: Args) => ({
  sampleRateHz: args.number('rate'),
  resample: !args.flag('no-resample'),
  oversample: oversampleOf(args),
});

/** Of the options that all verbs about cost have. */
export const settingsOf = (args: Args) => ({
  engine: args.text('engine'),
  width: args.text('width'),
  tanh: tanhOf(args),
  whatIf: args.flag('what-if'),
});

export const shardOf = (args: Args): Shard | null => {
  const text = args.text('shard');
  if (text === undefined) return null;
  const shard = parseShard(text);
  if (shard !== null) return shard;
  throw usageError(`--shard: expected I/N with I from 1 to N, as in 2/4, got "${text}".`);
};

/** For who takes one width. */
export const oneWidth: Options[string] = {
  value: 'W',
  help: "a ratio 0..1 as NAM's own control, ch:8, ch:16/8, or a submodel's label (default: full)",
};

/** What --set and --clock make of a device; those without a chip have nothing to change. */
export const changedBy = (
  args: Args,
  known: Catalogues,
  of: DeviceProfile,
  clockHz = args.number('clock'),
): DeviceProfile => {
  const clock = clockHz === undefined ? [] : [clockSetting(of, clockHz)];
  const settings = [...(args.list('set') ?? []).map(parseSetting), ...clock];
  return settings.length === 0 || (of.chip === null && !args.has('device'))
    ? of
    : known.standsFor(withSettings(of, settings), of);
};

/** Every device where none or `all` is asked for. */
export const devicesOf = (
  args: Args,
  { devices }: Catalogues,
  asked: readonly string[] = args.list('device') ?? ['all'],
): readonly DeviceProfile[] => {
  if (asked.includes('all')) return devices.all();
  for (const word of asked) {
    const [, name = '', copies] = /^(.+):(\d+)$/.exec(word) ?? [];
    if (copies === undefined || !devices.ids.includes(name)) continue;
    const message = `--device ${word}: a number of copies for each pedal is for advise --widths. Write --device ${name} --copies ${copies}.`;
    throw usageError(message);
  }
  return asked.map((name) => devices.find(name));
};

export const oneDevice = (args: Args, { devices }: Catalogues): DeviceProfile => {
  const name = args.text('device');
  if (name !== undefined) return devices.find(name);
  throw usageError('Expected --device ID. `pedalbench devices` lists them.');
};

export const oneModel = (args: Args, { models }: Catalogues): Model => {
  const [name, ...more] = new Set(args.positionals);
  if (name === undefined) {
    throw usageError('Expected a model: an id (`pedalbench models` lists them) or a .nam file.');
  }
  if (more.length > 0) throw usageError(`Expected one model, got ${args.positionals.length}.`);
  return models.find(name);
};

/** The id after `show`; undefined where everything is to be listed. */
export const shownId = ({ positionals }: Args, what: string): string | undefined => {
  const [verb, id, ...more] = positionals;
  if (verb === undefined) return undefined;
  if (verb !== 'show') throw usageError(`Expected \`show ${what}\` or nothing, got "${verb}".`);
  if (id === undefined) throw usageError(`Expected \`show ${what}\`: ${what} is missing.`);
  if (more.length === 0) return id;
  throw usageError(`Expected one ${what} after \`show\`, got also "${more.join(' ')}".`);
};
