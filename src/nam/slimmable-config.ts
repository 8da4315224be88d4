/** The `slimmable` setting of layer arrays: the channel counts that they were trained for. */
import * as z from 'zod';
import { limits } from './limits.ts';
import { type At, describe, ModelError } from './model-error.ts';
import { at, count, read, record } from './read.ts';

const slimmableMethod = 'slice_channels_uniform';
const allowedSchema = record({
  allowed_channels: z.array(count(limits.channels), { error: 'an array' }).optional(),
});

interface SlimmableSetting {
  readonly method: unknown;
  readonly kwargs: unknown;
}
const slimmableOf = (layer: unknown): SlimmableSetting | null => {
  const value = (layer as { slimmable?: unknown } | null)?.slimmable;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  const { method, kwargs } = value as { method?: unknown; kwargs?: unknown };
  return { method, kwargs };
};

const refuseMethod = (method: unknown, where: At): ModelError =>
  new ModelError(
    'config',
    at(where, 'slimmable', 'method'),
    `'${slimmableMethod}'`,
    describe(method),
  );

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
    const kwargs = setting.kwargs ?? {};
    const listed = read(allowedSchema, kwargs, here).allowed_channels;
    if (listed === undefined) return Array.from({ length: full }, (_, c) => c + 1);
    if (listed.length === 0) return null;
    const ascending = listed.every((value, j) => j === 0 || value > (listed[j - 1] ?? 0));
    if (!ascending || listed[listed.length - 1] !== full) {
      throw new ModelError(
        'config',
        at(here, 'allowed_channels'),
        `ascending channel counts that end with the array's ${full}`,
        listed.slice(0, 20).join(', '),
      );
    }
    return listed;
  });
};

/** Whether any array asks for the one way of slimming that there is. */
export const isSlimmable = (layers: readonly unknown[]): boolean =>
  layers.some((layer) => slimmableOf(layer)?.method === slimmableMethod);
