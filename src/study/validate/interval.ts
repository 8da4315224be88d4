/**
 * Holds the interval against the measurements: every case is tried as validated, as fitted and as estimated,
 * with the residuals of the other cores only. From all of them come the figures of `spread-figures.json`.
 */
import type { Figure } from '../../units/figure.ts';
import { ln } from '../../units/normal.ts';
import type { CostCorners, CostedConfidence, SpreadFigures } from '../predict/spread.ts';
import { figureSpread, intervalOf, withResiduals } from '../predict/spread.ts';
import { quantile } from './error-summary.ts';

/** A measured value and what was predicted for it with as much knowledge as `confidence` means. */
export interface Trial {
  readonly id: string;
  readonly core: string;
  readonly confidence: CostedConfidence;
  readonly measured: number;
  readonly expected: number;
  readonly corners: CostCorners;
}

export interface IntervalSummary {
  readonly nominal: number;
  readonly n: number;
  /** Share of the trials whose interval held what was measured. */
  readonly covered: number | null;
  /** Median of high / low. */
  readonly medianRatio: number | null;
}

export interface IntervalReport extends IntervalSummary {
  readonly byConfidence: Readonly<Record<CostedConfidence, IntervalSummary>>;
}

const nominal = 0.9;

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);

const errorOf = ({ measured, expected }: Trial): number => ln(measured / expected);

const coresOf = (trials: readonly Trial[]): readonly string[] => [
  ...new Set(trials.map(({ core }) => core)),
];

/** Root mean square of the errors; every core counts the same, whatever number of cases it has. */
const deviationOf = (trials: readonly Trial[]): number => {
  const byCore = coresOf(trials).map((core) => trials.filter((t) => t.core === core).map(errorOf));
  return Math.sqrt(mean(byCore.map((errors) => mean(errors.map((e) => e * e)))));
};

type Constants = Pick<SpreadFigures, 'cornerShare' | 'waits'>;

const tried = (trial: Trial, halfWidth: number, constants: Constants) => {
  const spread = withResiduals(figureSpread(trial.corners, constants), halfWidth);
  const { low, high } = intervalOf(trial.expected, spread);
  const held = low <= trial.measured && trial.measured <= high;
  return { trial, held, ratio: high / low };
};

/** The fewest and the most deviations that are tried, in hundredths. */
const [fewestSteps, mostSteps] = [50, 1000];

/** What predictions of a confidence were off by, with all cores (null), or with one left out. */
const deviationsOf = (all: readonly Trial[], confidence: CostedConfidence) => {
  const trials = all.filter((t) => t.confidence === confidence);
  return (core: string | null): number => deviationOf(trials.filter((t) => t.core !== core));
};

/**
 * How far predictions are off (the deviation) is learnt for each confidence; how many deviations hold nine of ten
 * is the shape of their errors, and one number over all of them: of 23 cases alone it would be the third largest error.
 */
const learn = (all: readonly Trial[], known: Constants) => {
  const deviations = {
    validated: deviationsOf(all, 'validated'),
    estimated: deviationsOf(all, 'estimated'),
  };
  const trials = all.flatMap((trial) =>
    trial.confidence === 'fitted'
      ? []
      : [{ trial, deviation: deviations[trial.confidence](trial.core) }],
  );
  const holds = (stretch: number): boolean => {
    const held = trials.filter((t) => tried(t.trial, stretch * t.deviation, known).held);
    return held.length >= nominal * trials.length;
  };
  // The fewest deviations that hold nine of ten trials, each with those of the other cores.
  let steps = fewestSteps;
  while (steps < mostSteps && !holds(steps / 100)) steps++;
  const stretch = steps / 100;
  const of = (core: string | null): Readonly<Record<CostedConfidence, number>> => {
    const [v, e] = [stretch * deviations.validated(core), stretch * deviations.estimated(core)];
    // A fit that was made for other engines of the core is worth half of what its own would be.
    return { validated: v, fitted: Math.sqrt((v * v + e * e) / 2), estimated: e };
  };
  return { n: trials.length, stretch, of };
};

/** Fewer cores teach nothing of another; then the figures of the package are tried. */
const fewestCores = 3;

/** How often the interval held, and how wide it was, with each case's core left out. */
export const checkInterval = (
  trials: readonly Trial[],
  { residuals, ...constants }: SpreadFigures,
): IntervalReport => {
  const learnt = coresOf(trials).length < fewestCores ? null : learn(trials, constants);
  const all = trials.map((trial) => {
    const { confidence, core } = trial;
    const halfWidth = learnt?.of(core)[confidence] ?? residuals[confidence].value;
    return tried(trial, halfWidth, constants);
  });
  const of = (confidence: CostedConfidence): IntervalSummary =>
    summaryOf(all.filter(({ trial }) => trial.confidence === confidence));
  return {
    ...summaryOf(all),
    byConfidence: { validated: of('validated'), fitted: of('fitted'), estimated: of('estimated') },
  };
};

const summaryOf = (some: readonly ReturnType<typeof tried>[]): IntervalSummary => {
  const ratios = some.map(({ ratio }) => ratio);
  const held = some.filter((t) => t.held).length;
  return {
    nominal,
    n: some.length,
    covered: some.length === 0 ? null : held / some.length,
    medianRatio: quantile(ratios, 0.5),
  };
};

const thousandths = (value: number): number => Math.round(1000 * value) / 1000;

/** The residuals as they are to stand in `spread-figures.json`; low and high are those with one core left out. */
export const residualsOf = (
  trials: readonly Trial[],
  constants: Constants,
): SpreadFigures['residuals'] => {
  const { n, stretch, of } = learn(trials, constants);
  const figure = (confidence: CostedConfidence, source: string): Figure => {
    const value = thousandths(of(null)[confidence]);
    const each = coresOf(trials).map((core) => thousandths(of(core)[confidence]));
    const [low, high] = [Math.min(value, ...each), Math.max(value, ...each)];
    return { value, low, high, kind: 'fitted', source };
  };
  const source = `the cases of data/measurements.json, every core counting the same: ${stretch} deviations hold nine of ten of ${n} trials, validated and estimated, with the own core left out; low and high: one core left out`;
  return {
    validated: figure('validated', source),
    fitted: figure('fitted', 'root mean square of validated and estimated'),
    estimated: figure('estimated', source),
  };
};
