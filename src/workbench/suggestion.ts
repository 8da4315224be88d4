/** The sentence that follows an unknown name. */
import { nearestNames } from '../device/nearest.ts';

/** 'Did you mean ...?', or what there is to choose from. */
export const suggestion = (name: string, names: readonly string[], what: string): string => {
  const close = nearestNames(name, names);
  if (close.length > 0) return `Did you mean ${close.join(' or ')}?`;
  if (names.length === 0) return `There are no ${what}.`;
  const more = names.length > 12 ? ` and ${names.length - 12} more` : '';
  return `Known ${what}: ${names.slice(0, 12).join(', ')}${more}.`;
};
