/** `--shard I/N`, and the keys of what the whole is made from. */
import { createHash } from 'node:crypto';
import { closeSync, openSync, readSync } from 'node:fs';
import { audioClusterOf } from '../device/audio-cluster.ts';
import type { DeviceProfile } from '../device/profile.ts';
import type { Job } from '../scenario/parse-scenario.ts';
import { type InputKeys, parseShard, type Shard } from '../study/parts/part.ts';
import { contentKey } from '../units/content-key.ts';
import type { Workbench } from '../workbench/workbench.ts';
import type { Args } from './args.ts';
import { CliError } from './cli-error.ts';
import type { OptionSpec } from './option-spec.ts';

export const shardOption: OptionSpec = {
  value: 'I/N',
  help: 'only the I-th of N parts of all work; `merge` joins them',
};

export const shardFrom = (args: Args): Shard | null => {
  const text = args.text('shard');
  if (text === null) return null;
  const shard = parseShard(text);
  if (shard !== null) return shard;
  throw new CliError(
    'usage',
    `--shard: expected I/N with I from 1 to N, as in 2/4, got "${text}".`,
  );
};

/** SHA-256 of a file's bytes; what cannot be read has no content, and who needs it says so. */
const fileKey = (path: string): string => {
  const hash = createHash('sha256');
  const piece = Buffer.alloc(1 << 20);
  try {
    const file = openSync(path, 'r');
    try {
      for (let read = readSync(file, piece); read > 0; read = readSync(file, piece)) {
        hash.update(piece.subarray(0, read));
      }
    } finally {
      closeSync(file);
    }
  } catch {
    return 'none';
  }
  return hash.digest('hex');
};

export interface Named {
  readonly models: readonly string[];
  readonly devices: readonly (string | DeviceProfile)[];
  /** Paths of WAV files. */
  readonly sounds: readonly string[];
  /** Whatever else was asked for. */
  readonly request: unknown;
}

const unique = <T>(items: readonly T[]): readonly T[] => [...new Set(items)];

/** Everything that scenarios read. */
export const namedByJobs = (jobs: readonly Job[]): Named => {
  const scenarios = jobs.map((job) => job.scenario);
  return {
    models: unique(
      scenarios.flatMap(({ slots, events }) => [
        ...slots.flatMap((slot) => slot.model ?? []),
        ...(events ?? []).flatMap((event) => event.model ?? []),
      ]),
    ),
    devices: unique(scenarios.map(({ device }) => device)),
    sounds: unique(
      scenarios.flatMap(({ slots, audio }) => [
        ...(audio?.file === undefined ? [] : [audio.file]),
        ...slots.flatMap((slot) => slot.ir?.file ?? []),
      ]),
    ),
    request: jobs.map(({ id }) => id),
  };
};

/** A profile with the cores that it names; an unknown name is only a name. */
const profileOf = (workbench: Workbench, device: string | DeviceProfile): unknown => {
  try {
    const profile = typeof device === 'string' ? workbench.device(device) : device;
    if (profile.chip === null) return profile;
    return [profile, workbench.core(audioClusterOf(profile.chip).coreId)];
  } catch {
    return device;
  }
};

/** By content, so that files of the same name are told apart. Paths are of files, or ids. */
export const inputKeysOf = (workbench: Workbench, named: Named): InputKeys => {
  const { models, files } = workbench;
  const pathOf = (name: string): string => models.paths.get(name) ?? files.pathOf(name);
  return {
    models: contentKey(named.models.map((name) => fileKey(pathOf(name)))),
    profiles: contentKey(named.devices.map((device) => profileOf(workbench, device))),
    sounds: contentKey(named.sounds.map((name) => fileKey(files.pathOf(name)))),
    request: contentKey(named.request),
  };
};
