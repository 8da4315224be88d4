// biome-ignore-all lint/style/noNonNullAssertion: the last rule takes everything
/** Turns a load into a verdict: a table, no arithmetic of its own. */
import type { Verdict } from './row.ts';

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
  rules.find((rule) => rule.when(input))!.verdict;
