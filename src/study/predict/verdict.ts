/** Turns a load into a verdict, and says how far the numbers behind it can be trusted. Tables, no arithmetic of its own. */
import type { Confidence, Verdict } from './row.ts';

export interface VerdictInput {
  /** Expected cycles over budget; null where nothing could be costed. */
  readonly load: number | null;
  /** The headroom below which a verdict is `tight`. */
  readonly margin: number;
  /** Weights, history, scratch and code find room. */
  readonly memoryFits: boolean;
}

/** The first row that holds decides. */
const rules: readonly { readonly when: (v: VerdictInput) => boolean; readonly verdict: Verdict }[] =
  [
    { when: (v) => !v.memoryFits, verdict: 'wont-load' },
    { when: (v) => v.load === null || !Number.isFinite(v.load), verdict: 'unknown' },
    { when: (v) => (v.load ?? 0) > 1, verdict: 'over' },
    { when: (v) => 1 - (v.load ?? 0) < v.margin, verdict: 'tight' },
    { when: () => true, verdict: 'fits' },
  ];

export const verdictOf = (input: VerdictInput): Verdict =>
  // The last rule always holds.
  rules.find((rule) => rule.when(input))!.verdict;

/** A core and an engine that a measured case covers. */
export interface MeasuredPair {
  readonly core: string;
  readonly engine: string;
}

/**
 * validated: the pair was measured. fitted: it was not, but numbers of the core or the device were
 * fitted to measurements. estimated: all numbers come from documents.
 */
export const confidenceOf = (
  pair: MeasuredPair,
  measured: readonly MeasuredPair[],
  hasFittedNumbers: boolean,
): Confidence => {
  if (measured.some((m) => m.core === pair.core && m.engine === pair.engine)) return 'validated';
  if (hasFittedNumbers) return 'fitted';
  return 'estimated';
};
