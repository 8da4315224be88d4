/** The error-to-signal ratio as NAM's trainer defines it, sum((y - z)^2) / sum(y^2), in its words. */

/** Below each ratio the word that the trainer prints after a training (nam/train/core.py). */
const words: readonly (readonly [number, string])[] = [
  [0.01, 'Great!'],
  [0.035, 'Not bad!'],
  [0.1, '...This *might* sound ok!'],
  [0.3, "...This probably won't sound great :("],
  [Number.POSITIVE_INFINITY, '...Something seems to have gone wrong.'],
];

export interface ErrorRatio {
  readonly ratio: number;
  /** Null where there is no difference at all. */
  readonly decibels: number | null;
  readonly word: string;
}

const decibelsOf = (powerRatio: number): number | null =>
  powerRatio > 0 ? Math.round(1000 * 10 * Math.log10(powerRatio)) / 1000 : null;

/** Null where the signal is silent, so that no ratio exists. */
export const errorRatio = (error: number, signal: number): ErrorRatio | null => {
  if (signal === 0) return null;
  const ratio = error / signal;
  const word = words.find(([below]) => ratio < below)?.[1] ?? words[words.length - 1]![1];
  return { ratio, decibels: decibelsOf(ratio), word };
};
