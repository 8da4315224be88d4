/** `pedalbench devices copy FROM ID`: a profile of one's own to begin with, where the commands find it. */
import { existsSync, mkdirSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { parseProfile } from '../device/parse-profile.ts';
import type { DeviceProfile } from '../device/profile.ts';
import { writeWhole } from '../units/output-file.ts';
import type { Catalogue } from '../workbench/catalogue.ts';
import type { Args } from './args.ts';
import { CliError } from './cli-error.ts';
import type { Io } from './io.ts';

/** The path as a JSON file names it, from the folder that it lies in. */
const schemaFrom = (folder: string, io: Io): string => {
  const path = relative(folder, join(io.packageRoot, 'schemas', 'device.schema.json'));
  return path.split(sep).join('/');
};

/** Writes `devices/ID.json` in the current folder. Evidence is about the product it was found for, and stays there. */
export const copyDevice = (
  catalogue: Catalogue<DeviceProfile>,
  args: Args,
  io: Io,
): { readonly path: string; readonly profile: DeviceProfile } => {
  const [, from, id, ...more] = args.positionals;
  if (from === undefined || id === undefined || more.length > 0) {
    throw new CliError('usage', 'Expected `devices copy FROM ID`: a device and an id of your own.');
  }
  const source = catalogue.find(from);
  if (source.chip === null) {
    throw new CliError(
      'invalid',
      source.tier === 'host'
        ? `${from}: ${source.notes?.join(' ')}`
        : `${from}: its chip is not published, so there is nothing to begin with. Copy a class profile.`,
    );
  }
  const path = join('devices', `${id}.json`);
  const full = join(io.cwd, path);
  if (existsSync(full)) {
    throw new CliError('invalid', `${path}: is already there and stays as it is. Name another id.`);
  }
  const { tier, chip } = source;
  const $schema = schemaFrom(dirname(full), io);
  const copied = { $schema, id, name: id, tier, chip, evidence: [] };
  const profile = parseProfile(copied, path);
  mkdirSync(dirname(full), { recursive: true });
  writeWhole(full, `${JSON.stringify(copied, null, 2)}\n`);
  return { path, profile };
};
