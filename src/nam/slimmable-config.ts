/** The `slimmable` setting of layer arrays: the channel counts that they were trained for. */
import * as z from 'zod';
import { isObject, isRecord } from '../units/json-path.ts';
import { limits } from './limits.ts';
import { type At, configError, describe, type ModelError } from './model-error.ts';
import { at, count, read, record } from './read.ts';

const slimmableMethod = 'slice_channels_uniform';
const allowedSchema = record({
  allowed_channels: z.array(count(limits.channels), { error: 'an array' }).optional(),
});

const slimmableOf = (layer: unknown): Readonly<Record<string, unknown>> | null => {
  const value = isRecord(layer) ? layer.slimmable : null;
  return isObject(value) ? value : null;
};

const refuseMethod = (method: unknown, where: At): ModelError =>
  configError(at(where, 'slimmable', 'method'), `'${slimmableMethod}'`, describe(method));

/** Channel counts that the arrays were trained for; null where the file is not slimmable at all. */
export const readAllowed = (
  layers: readonly unknown[],
  channels: readonly number[],
  where: At,
): readonly (readonly number[] | null)[] | null => {
  const settings = layers.map(slimmableOf);
  if (!settings.some((setting) => setting?.method === slimmableMethod)) {
    const odd = settings.findIndex((setting) => setting !== null && (setting.method ?? '') !== '');
    if (odd >= 0) throw refuseMethod(settings[odd]?.method, at(where, odd));
    return null;
  }
  return settings.map((setting, i) => {
    if (setting === null) return null;
    if (setting.method !== slimmableMethod) throw refuseMethod(setting.method, at(where, i));
    const full = channels[i] ?? 1;
    const here = at(where, i, 'slimmable', 'kwargs');
    const listed = read(allowedSchema, setting.kwargs ?? {}, here).allowed_channels;
    if (listed === undefined) return Array.from({ length: full }, (_, c) => c + 1);
    if (listed.length === 0) return null;
    const ascending = listed.every((value, j) => j === 0 || value > (listed[j - 1] ?? 0));
    if (!ascending || listed.at(-1) !== full) {
      const expected = `ascending channel counts that end with the array's ${full}`;
      throw configError(at(here, 'allowed_channels'), expected, listed.slice(0, 20).join(', '));
    }
    return listed;
  });
};

/** Whether any array asks for the one way of slimming that there is. */
export const isSlimmable = (layers: readonly unknown[]): boolean =>
  layers.some((layer) => slimmableOf(layer)?.method === slimmableMethod);
