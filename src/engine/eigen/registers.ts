/** What Eigen's kernels take for lanes and panels on a target. */
import type { Lanes } from '../../kernel/instruction.ts';
import type { Target } from '../../kernel/lowered.ts';

/** The target as Eigen's code sees it: one lane on Helium and on signal processors, whatever these have. */
export const eigenTarget = (target: Target): Target =>
  target.isa === 'helium' || target.isa === 'dsp' ? { ...target, lanes: 1 } : target;

/** Lanes of so many rows, which are whole vectors or one shorter: 1, 2, 4 or 8. */
export const lanesOf = (rows: number, { lanes }: Target): Lanes => Math.min(rows, lanes) as Lanes;

/** Splits `total` greedily into panels of the given sizes, widest first: [offset, size, count] of equal ones. */
export const runsOf = <Size extends number>(
  total: number,
  sizes: readonly Size[],
): [at: number, size: Size, count: number][] => {
  const runs: [number, Size, number][] = [];
  let at = 0;
  for (const size of sizes) {
    const count = Math.floor((total - at) / size);
    if (count > 0) runs.push([at, size, count]);
    at += count * size;
  }
  return runs;
};

/** The same as single vectors of `lanes`, and values for what is left. */
export const partsOf = (
  total: number,
  lanes: Lanes,
): readonly { readonly at: number; readonly lanes: Lanes }[] =>
  runsOf<Lanes>(total, lanes > 1 ? [lanes, 1] : [1]).flatMap(([start, size, count]) =>
    Array.from({ length: count }, (_, i) => ({ at: start + i * size, lanes: size })),
  );

/** Vectors of rows by how many share an input in Eigen's column-major matrix-vector kernel. */
export const sharingGroups = <T>(vectors: readonly T[]): readonly (readonly T[])[] =>
  runsOf(vectors.length, [8, 4, 3, 2, 1]).flatMap(([start, size, count]) =>
    Array.from({ length: count }, (_, i) =>
      vectors.slice(start + i * size, start + (i + 1) * size),
    ),
  );

/** Two lists of one length, side by side. */
export const zip = <A, B>(a: readonly A[], b: readonly B[]): (readonly [A, B])[] => {
  if (a.length !== b.length)
    throw new RangeError(`Expected as many as ${a.length}, got ${b.length}.`);
  return a.map((x, i) => [x, b[i] as B] as const); // of one length
};
