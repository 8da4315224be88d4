/** A profile as it would be without the measurements that its fitted numbers rest on. */

interface FittedFigure {
  readonly value: number;
  readonly low?: number;
  readonly high?: number;
  readonly unfitted?: number;
  readonly kind: 'fitted';
}

const isFittedFigure = (node: object): node is FittedFigure =>
  'kind' in node && node.kind === 'fitted' && 'value' in node && typeof node.value === 'number';

/**
 * What the profile says of the figure without its measurements; else the middle of the interval in the
 * sense of ratios, whole where the figure is; its value where there is no interval.
 */
const priorValue = (f: FittedFigure): number => {
  if (f.unfitted !== undefined) return f.unfitted;
  if (f.low === undefined || f.high === undefined) return f.value;
  const value = f.low > 0 ? Math.sqrt(f.low * f.high) : (f.low + f.high) / 2;
  return Number.isInteger(f.value) ? Math.round(value) : value;
};

/** Every fitted figure goes back to what was known before. The same object where none is fitted. */
export const withPriorValues = <T>(profile: T): T => {
  if (typeof profile !== 'object' || profile === null) return profile;
  if (isFittedFigure(profile)) {
    return { ...(profile as object), value: priorValue(profile), kind: 'estimate' } as T;
  }
  if (Array.isArray(profile)) {
    const items = profile.map(withPriorValues);
    return items.some((item, i) => item !== profile[i]) ? (items as T) : profile;
  }
  const entries = Object.entries(profile).map(([key, old]) => [key, withPriorValues(old)] as const);
  return entries.some(([key, value]) => value !== (profile as Record<string, unknown>)[key])
    ? (Object.fromEntries(entries) as T)
    : profile;
};

/** The paths and values of the fitted figures of a profile. */
export const fittedFiguresOf = (
  profile: unknown,
  path = '',
): {
  readonly path: string;
  readonly value: number;
  readonly unfitted: number;
  readonly source: string;
}[] => {
  if (typeof profile !== 'object' || profile === null) return [];
  if (isFittedFigure(profile)) {
    const source = 'source' in profile ? String(profile.source) : '';
    return [{ path, value: profile.value, unfitted: priorValue(profile), source }];
  }
  return Object.entries(profile).flatMap(([key, value]) =>
    fittedFiguresOf(value, path === '' ? key : `${path}.${key}`),
  );
};
