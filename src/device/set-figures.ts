/** A profile with single figures or build properties changed, held to the same rules as a file. */
import { isRecord } from '../units/json-path.ts';
import { DeviceError } from './device-error.ts';
import { didYouMean } from './nearest.ts';
import { parseProfile } from './parse-profile.ts';
import type { DeviceProfile } from './profile.ts';

/** 'clusters[0].clockHz=1.8e9' as it was written, within `chip`. */
export interface Setting {
  readonly path: string;
  readonly value: unknown;
}

const source = 'set for this call';

/** Stated properties that a profile may leave out. */
const absent = ['audio.resampler', 'build.libc', 'build.compiler', 'build.convolver'];

const fault = (path: string, message: string): DeviceError =>
  new DeviceError('invalid-profile', `--set ${path}: ${message}`);

/** @throws DeviceError where it is no PATH=VALUE */
export const parseSetting = (text: string): Setting => {
  const [, path, value] = /^(?:chip\.)?([^=\s]+)=(.*)$/s.exec(text) ?? [];
  if (path === undefined || value === undefined || value === '') {
    throw fault(text, 'expected PATH=VALUE. Write --set clusters[0].clockHz=1.8e9.');
  }
  try {
    return { path, value: JSON.parse(value) };
  } catch {
    return { path, value };
  }
};

/** 'clusters[audio].clockHz': items of a list by their place or by their name. */
const keysOf = (path: string): string[] =>
  [...path.matchAll(/\[([^\]]*)\]|[^.[\]]+/g)].map(([whole, key]) => key ?? whole);

const isStated = (value: unknown) => isRecord(value) && 'value' in value && 'source' in value;

const replace = (node: unknown, keys: readonly string[], at: string, setting: Setting): unknown => {
  const { path, value } = setting;
  if (!isRecord(node)) throw fault(path, `\`${at}\` has nothing below it.`);
  const [named = '', ...rest] = keys;
  const index = Array.isArray(node) ? node.findIndex((item) => item?.name === named) : -1;
  const key = index < 0 ? named : String(index);
  // What an object inherits is no figure.
  const old = Object.hasOwn(node, key) ? node[key] : undefined;
  const here = at === '' ? key : `${at}.${key}`;
  if (old === undefined && !absent.includes(here)) {
    const known = Object.keys(node);
    const near = didYouMean(key, known) || ` Known: ${known.join(', ')}.`;
    throw fault(path, `no \`${key}\` there.${near}`);
  }
  const goesOn = rest.length > 0 && !(isStated(old) && rest[0] === 'value');
  // A figure that is set is one value: nobody has said how uncertain it is.
  const plain = old === undefined || isStated(old) ? { value, kind: 'estimate', source } : value;
  const made = goesOn ? replace(old, rest, here, setting) : plain;
  if (Array.isArray(node)) return node.map((item, i) => (String(i) === key ? made : item));
  return { ...node, [key]: made };
};

/** @throws DeviceError with the path of what cannot be */
export const withSettings = (device: DeviceProfile, all: readonly Setting[]): DeviceProfile => {
  const [first] = all;
  if (first === undefined) return device;
  if (device.chip === null) {
    throw fault(first.path, `the chip of ${device.id} is not published: nothing to set.`);
  }
  const chip = all.reduce<unknown>(
    (node, setting) => replace(node, keysOf(setting.path), '', setting),
    device.chip,
  );
  return parseProfile({ ...device, chip }, `${device.id} with --set`);
};

/** --clock HZ is short for the clock of the cluster that plays. */
export const clockSetting = (device: DeviceProfile, clockHz: number): Setting => {
  const index = device.chip?.clusters.findIndex((cluster) => cluster.audioCores.value > 0);
  return { path: `clusters[${Math.max(0, index ?? 0)}].clockHz`, value: clockHz };
};
