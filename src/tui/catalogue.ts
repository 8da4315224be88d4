/** What there is to choose from, read lightly: names for the first paint, checks are the workers'. */
import { existsSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { isRecord, valueAt } from '../units/json-path.ts';
import { readText } from '../units/read-text.ts';
import type { DeviceEntry } from './state.ts';

const numberIn = (node: unknown, ...path: readonly string[]): number | null => {
  const value = valueAt(node, path);
  return typeof value === 'number' ? value : null;
};

/** The first cluster with audio cores, as the devices' room chooses it. */
const audioCluster = (chip: unknown): unknown => {
  const clusters = valueAt(chip, ['clusters']);
  const list: readonly unknown[] = Array.isArray(clusters) ? clusters : [];
  return list.find((cluster) => (numberIn(cluster, 'audioCores', 'value') ?? 0) > 0);
};

/** Null where it is none: the worker that reads it reports the fault with its place. */
const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
};

/** One profile. What is faulty keeps its id, and its worker says what is wrong. */
export const deviceEntry = (id: string, document: unknown): DeviceEntry => {
  const { chip, evidence, name, tier } = isRecord(document) ? document : {};
  const says = (one: unknown): boolean => valueAt(one, ['statement']) === 'no-nam';
  const textOf = (value: unknown, other: string): string =>
    typeof value === 'string' ? value : other;
  return {
    id,
    name: textOf(name, id),
    tier: textOf(tier, ''),
    plays: isRecord(chip) && !(Array.isArray(evidence) && evidence.some(says)),
    blockFrames: numberIn(chip, 'audio', 'blockFrames', 'value'),
    clockHz: numberIn(audioCluster(chip), 'clockHz', 'value'),
  };
};

/** Files of some folders by name, without their ending; a later folder stands before an earlier one. */
export const filesIn = (folders: readonly string[], ending: string): Map<string, string> => {
  const files = folders.filter(existsSync).flatMap((folder) => {
    const names = readdirSync(folder).filter((file) => file.endsWith(ending));
    return names.sort().map((file) => [basename(file, ending), join(folder, file)] as const);
  });
  return new Map(files);
};

export const devicesIn = (folders: readonly string[]): readonly DeviceEntry[] =>
  [...filesIn(folders, '.json')].map(([id, path]) => deviceEntry(id, parsed(readText(path))));
