/** The content of everything that a command reads: a journal or a shard of other content is of other work. */
import { createHash } from 'node:crypto';
import { closeSync, openSync, readSync } from 'node:fs';
import type { DeviceProfile } from '../../device/profile.ts';
import type { Job } from '../../scenario/parse-scenario.ts';
import type { InputKeys } from '../../study/parts/part.ts';
import { contentKey } from '../../units/content-key.ts';
import type { Workbench } from '../../workbench/workbench.ts';

export interface Inputs<Device = string | DeviceProfile> {
  /** Ids, or paths of files. */
  readonly models: readonly string[];
  readonly devices: readonly Device[];
  /** Paths of WAV files. */
  readonly sounds: readonly string[];
  /** Whatever else was asked for. */
  readonly request: unknown;
}

const distinct = (names: readonly (string | undefined)[]): string[] =>
  [...new Set(names)].filter((name) => name !== undefined);

/** Everything that scenarios read. */
export const inputsOfJobs = (jobs: readonly Job[]): Inputs<string> => {
  const scenarios = jobs.map((job) => job.scenario);
  const parts = scenarios.flatMap(({ slots, events = [] }) => [...slots, ...events]);
  return {
    models: distinct(parts.map(({ model }) => model)),
    devices: distinct(scenarios.map(({ device }) => device)),
    sounds: distinct([
      ...scenarios.map(({ audio }) => audio?.file),
      ...scenarios.flatMap(({ slots }) => slots.map((slot) => slot.ir?.file)),
    ]),
    request: jobs.map(({ id }) => id),
  };
};

/** Of a file's bytes, piece by piece; by Node's hash, not ours: minutes of sound are ten times as quick. */
export const fileKey = (path: string): string => {
  const hash = createHash('sha256');
  const piece = Buffer.alloc(1 << 20);
  const file = openSync(path, 'r');
  try {
    for (let read = readSync(file, piece); read > 0; read = readSync(file, piece)) {
      hash.update(piece.subarray(0, read));
    }
  } finally {
    closeSync(file);
  }
  return hash.digest('hex');
};

const coreIdsOf = ({ chip }: DeviceProfile) => chip?.clusters.map(({ coreId }) => coreId) ?? [];

/** What stands for the content of each kind of input. */
const contentsOf = (workbench: Workbench) => {
  const { files, models } = workbench;
  return {
    model: (name: string) => [name, files.readText(models.paths.get(name) ?? files.pathOf(name))],
    sound: (name: string) => [name, fileKey(files.pathOf(name))],
    profile: (device: string | DeviceProfile) => {
      const profile = typeof device === 'string' ? workbench.device(device) : device;
      return [profile, coreIdsOf(profile).map((id) => workbench.core(id))];
    },
  };
};

/**
 * Of a part, by content, so that files of the same name are told apart. What is not there is only a name: who needs
 * it says that it is missing.
 */
export const inputKeysOf = (workbench: Workbench, inputs: Inputs): InputKeys => {
  const { model, sound, profile } = contentsOf(workbench);
  const keyOf =
    <T>(contentOf: (name: T) => unknown) =>
    (name: T): string => {
      try {
        return contentKey(contentOf(name));
      } catch {
        return contentKey(name);
      }
    };
  return {
    models: contentKey(inputs.models.map(keyOf(model))),
    profiles: contentKey(inputs.devices.map(keyOf(profile))),
    sounds: contentKey(inputs.sounds.map(keyOf(sound))),
    request: contentKey(inputs.request),
  };
};

/**
 * Of a whole sweep, also of its jobs in other shards.
 * @param version of the tool
 * @throws what readers of models, devices and files throw: a name that means nothing is refused here
 */
export const sweepInputsKey = (bench: Workbench, jobs: readonly Job[], version: string): string => {
  const { models: names, devices: deviceNames, sounds } = inputsOfJobs(jobs);
  const { model, sound } = contentsOf(bench);
  for (const name of names) bench.models.find(name);
  const devices = [...deviceNames].sort().map((name) => bench.device(name));
  const cores = distinct(devices.flatMap(coreIdsOf))
    .sort()
    .map((id) => bench.core(id));
  const models = [...names].sort().map(model);
  return contentKey({ version, devices, cores, models, sounds: [...sounds].sort().map(sound) });
};
