/** The content of everything that a command reads: a journal or a shard of other content is of other work. */
import { createHash } from 'node:crypto';
import { closeSync, openSync, readSync } from 'node:fs';
import type { DeviceProfile } from '../../device/profile.ts';
import type { Job } from '../../scenario/parse-scenario.ts';
import type { InputKeys } from '../../study/parts/part.ts';
import { contentKey } from '../../units/content-key.ts';
import type { Workbench } from '../../workbench/workbench.ts';

export interface Inputs {
  /** Ids, or paths of files. */
  readonly models: readonly string[];
  readonly devices: readonly (string | DeviceProfile)[];
  /** Paths of WAV files. */
  readonly sounds: readonly string[];
  /** Whatever else was asked for. */
  readonly request: unknown;
}

const distinct = (names: readonly (string | undefined)[]): string[] =>
  [...new Set(names)].filter((name) => name !== undefined);

/** Everything that scenarios read. */
export const inputsOfJobs = (jobs: readonly Job[]): Inputs => {
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

/** Of a file's bytes, piece by piece. */
const fileKey = (path: string): string => {
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

/** A profile with the cores that it names. */
const profileOf = (workbench: Workbench, device: string | DeviceProfile): unknown => {
  const profile = typeof device === 'string' ? workbench.device(device) : device;
  const clusters = profile.chip?.clusters ?? [];
  return [profile, clusters.map(({ coreId }) => workbench.core(coreId))];
};

/**
 * By content, so that files of the same name are told apart.
 * @param missing what is not there is refused, or is only a name where somebody else says that it is not there
 */
export const inputKeysOf = (
  workbench: Workbench,
  { models, devices, sounds, request }: Inputs,
  missing: 'refused' | 'named' = 'named',
): InputKeys => {
  const known = <T>(name: T, contentOf: (name: T) => unknown): unknown => {
    try {
      return contentOf(name);
    } catch (error) {
      if (missing === 'refused') throw error;
      return name;
    }
  };
  const { files, models: catalogue } = workbench;
  const model = (name: string): string => fileKey(catalogue.paths.get(name) ?? files.pathOf(name));
  return {
    models: contentKey(models.map((name) => known(name, model))),
    profiles: contentKey(
      devices.map((device) => known(device, (one) => profileOf(workbench, one))),
    ),
    sounds: contentKey(sounds.map((name) => known(name, (one) => fileKey(files.pathOf(one))))),
    request: contentKey(request),
  };
};
