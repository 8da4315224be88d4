/** The names nearest to a mistyped one, for error messages. */
import { distance } from 'fastest-levenshtein';

const plain = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, '');

/**
 * Up to three of `names`, the nearest first: those within a third of the name's length in edits, and
 * those that contain it or are contained in it.
 */
const nearestNames = (name: string, names: readonly string[]): string[] => {
  const wanted = plain(name);
  return names
    .map((candidate) => {
      const other = plain(candidate);
      const edits = distance(wanted, other);
      const contains =
        wanted.length > 1 &&
        (other.includes(wanted) || (other.length > 2 && wanted.includes(other)));
      return { candidate, edits, near: contains || edits <= Math.max(1, wanted.length / 3) };
    })
    .filter((c) => c.near)
    .sort((a, b) => a.edits - b.edits || (a.candidate < b.candidate ? -1 : 1))
    .slice(0, 3)
    .map((c) => c.candidate);
};

/** ' Did you mean `a` or `b`?', or nothing where no name is near. */
export const didYouMean = (name: string, names: readonly string[]): string => {
  const near = nearestNames(name, names);
  return near.length === 0 ? '' : ` Did you mean ${near.map((n) => `\`${n}\``).join(' or ')}?`;
};

/** 'Did you mean ...?', or what there is to choose from: the sentence that follows an unknown name. */
export const suggestion = (name: string, names: readonly string[], what: string): string => {
  const close = nearestNames(name, names);
  if (close.length > 0) return `Did you mean ${close.join(' or ')}?`;
  if (names.length === 0) return `There are no ${what}.`;
  const more = names.length > 12 ? ` and ${names.length - 12} more` : '';
  return `Known ${what}: ${names.slice(0, 12).join(', ')}${more}.`;
};
