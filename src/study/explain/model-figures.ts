/** Figures of the machine and the engines that no profile states, and what of a result hangs on each. */
import { signBranches, skippingBranches } from '../../engine/common/branch-shares.ts';
import type { Lowered } from '../../kernel/lowered.ts';
import { badLayout } from '../../machine/memory/code-stalls.ts';
import { rangeGuesses } from '../../machine/pipeline/library-time.ts';
import { takenShare } from '../../machine/pipeline/template-encoder.ts';
import type { Figure } from '../../units/figure.ts';
import { templatesPerSample } from '../validate/builds.ts';
import type { Account, AccountPart } from './account.ts';

export interface ModelFigure extends Figure {
  /** What it is, as a reader would say it. */
  readonly name: string;
  readonly low: number;
  readonly high: number;
  /** The part of an account that moves with it. */
  readonly moves: AccountPart;
}

/** A result, as far as figures hang on it. */
interface Use {
  readonly total: Account;
  readonly lowered: Lowered;
  /** Whether a node of its code has this field, with a value that is meant. */
  readonly has: (field: string, isMeant: (value: unknown) => boolean) => boolean;
}

type Row = readonly [string, AccountPart, Figure, (use: Use) => boolean];

const rows: readonly Row[] = [
  [
    'sign branches mispredicted',
    'mispredict',
    signBranches,
    ({ has }) => has('mispredict', (value) => typeof value === 'object'),
  ],
  [
    'argument ranges of library calls mispredicted',
    'mispredict',
    rangeGuesses,
    ({ total }) => total.parts.calls > 0,
  ],
  [
    'branches of overhead taken',
    'frontEnd',
    takenShare,
    ({ has }) => has('kind', (value) => value === 'branch'),
  ],
  [
    'branches around short columns taken',
    'frontEnd',
    skippingBranches,
    ({ has }) => has('taken', (value) => value === skippingBranches.value),
  ],
  [
    'misses of a bad layout of code, times the mean',
    'memory',
    badLayout,
    ({ lowered }) => lowered.codeScattered === true,
  ],
];

const figureOf = ([name, moves, figure]: Row): ModelFigure => {
  const { value, low = value, high = value, kind, source } = figure;
  return { name, moves, value, low, high, kind, source };
};

/** All of them, in one order. */
export const modelFigures: readonly ModelFigure[] = rows.map(figureOf);

const hasBelow = (node: unknown, field: string, isMeant: (value: unknown) => boolean): boolean =>
  typeof node === 'object' &&
  node !== null &&
  Object.entries(node).some(
    ([key, value]) => (key === field && isMeant(value)) || hasBelow(value, field, isMeant),
  );

/** A figure with the cycles of the part that it moves. */
export interface FigureInUse extends ModelFigure {
  /** Expected, of the whole part. */
  readonly cyclesPerSample: number;
}

/** Those that a result hangs on. */
export const figuresInUse = (lowered: Lowered, total: Account): readonly FigureInUse[] => {
  const bodies = new Set(templatesPerSample(lowered).map(([{ body }]) => body));
  const has: Use['has'] = (field, isMeant) =>
    [...bodies].some((body) => hasBelow(body, field, isMeant));
  return rows.flatMap((row) =>
    row[3]({ total, lowered, has })
      ? [{ ...figureOf(row), cyclesPerSample: total.parts[row[1]] }]
      : [],
  );
};
