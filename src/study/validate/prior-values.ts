/** A profile as it would be without the measurements that its fitted numbers rest on. */
import { type Figure, figuresBelow } from '../../units/figure.ts';
import { isRecord } from '../../units/json-path.ts';

const isFitted = (node: unknown): node is Figure =>
  isRecord(node) && node.kind === 'fitted' && typeof node.value === 'number';

/**
 * What the profile says of the figure without its measurements; else the middle of the interval in the
 * sense of ratios, whole where the figure is; its value where there is no interval.
 */
const priorValue = ({ value: fitted, low, high, unfitted }: Figure): number => {
  if (unfitted !== undefined) return unfitted;
  if (low === undefined || high === undefined) return fitted;
  const value = low > 0 ? Math.sqrt(low * high) : (low + high) / 2;
  return Number.isInteger(fitted) ? Math.round(value) : value;
};

/** Every fitted figure goes back to what was known before. The same object where none is fitted. */
export const withPriorValues = <T>(profile: T): T => {
  if (!isRecord(profile)) return profile;
  if (isFitted(profile)) {
    return { ...profile, value: priorValue(profile), kind: 'estimate' };
  }
  const entries = Object.entries(profile).map(([key, old]) => [key, withPriorValues(old)] as const);
  if (entries.every(([key, value]) => value === profile[key])) return profile;
  // Of the same form: only values of figures are others.
  const made = Array.isArray(profile)
    ? entries.map(([, item]) => item)
    : Object.fromEntries(entries);
  return made as T;
};

/** The paths and values of the fitted figures of a profile. */
export const fittedFiguresOf = (profile: unknown) =>
  figuresBelow(profile).flatMap(({ path, figure }) =>
    isFitted(figure)
      ? [{ path, value: figure.value, unfitted: priorValue(figure), source: figure.source }]
      : [],
  );
