/** A profile with single figures or build properties changed, held to the same rules as a file. */
import { DeviceError } from './device-error.ts';
import { didYouMean } from './nearest.ts';
import { parseProfile } from './parse-profile.ts';
import type { DeviceProfile } from './profile.ts';

/** 'clusters[0].clockHz=1.8e9' as it was written, within `chip`. */
export interface Setting {
  readonly path: string;
  readonly value: unknown;
}

type Node = Readonly<Record<string, unknown>> | readonly unknown[];

const source = 'set for this call';

/** Properties that a profile may leave out, as they stand where they do not. */
const absent: Readonly<Record<string, (value: unknown) => unknown>> = {
  'audio.resampler': (value) => ({ value, kind: 'estimate', source }),
  'build.libc': (value) => ({ value, kind: 'estimate', source }),
  'build.compiler': (value) => ({ value, kind: 'estimate', source }),
  'build.convolver': (value) => ({ value, kind: 'estimate', source }),
};

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

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null;

const isStated = (value: unknown): value is { readonly value: unknown } =>
  isNode(value) && 'value' in value && 'source' in value;

/** A figure that is set is one value: nobody has said how uncertain it is. */
const replaced = (old: unknown, value: unknown): unknown =>
  isStated(old) ? { value, kind: 'estimate', source } : value;

const replace = (
  node: Node,
  keys: readonly string[],
  at: string,
  { path, value }: Setting,
): Node => {
  const [named = '', ...rest] = keys;
  const index = Array.isArray(node) ? node.findIndex((item) => item?.name === named) : -1;
  const key = index < 0 ? named : String(index);
  const own = node as Readonly<Record<string, unknown>>;
  const old = own[key];
  const here = at === '' ? key : `${at}.${key}`;
  if (old === undefined && absent[here] === undefined) {
    const known = Object.keys(own);
    const near = didYouMean(key, known);
    throw fault(path, `no \`${key}\` there.${near === '' ? ` Known: ${known.join(', ')}.` : near}`);
  }
  const below = rest.length > 0 && !(isStated(old) && rest[0] === 'value');
  if (below && !isNode(old)) throw fault(path, `\`${here}\` has nothing below it.`);
  const made = below
    ? replace(old as Node, rest, here, { path, value })
    : old === undefined
      ? absent[here]?.(value)
      : replaced(old, value);
  if (Array.isArray(node)) return node.map((item, i) => (String(i) === key ? made : item));
  return { ...own, [key]: made };
};

/** @throws DeviceError with the path of what cannot be */
export const withSettings = (
  device: DeviceProfile,
  settings: readonly Setting[],
): DeviceProfile => {
  if (settings.length === 0) return device;
  const { chip } = device;
  if (chip === null) {
    throw fault(
      settings[0]?.path ?? '',
      `the chip of ${device.id} is not published: nothing to set.`,
    );
  }
  const changed = settings.reduce<Node>(
    (node, setting) => replace(node, keysOf(setting.path), '', setting),
    chip as unknown as Node,
  );
  return parseProfile({ ...device, chip: changed }, `${device.id} with --set`);
};

/** --clock HZ is short for the clock of the cluster that plays. */
export const clockSetting = (device: DeviceProfile, clockHz: number): Setting => {
  const clusters = device.chip?.clusters ?? [];
  const index = Math.max(
    0,
    clusters.findIndex((cluster) => cluster.audioCores.value > 0),
  );
  return { path: `clusters[${index}].clockHz`, value: clockHz };
};
