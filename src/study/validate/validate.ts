/** Holds predictions against measured cases and published facts, beside the naive model. Pure. */
import { audioClusterOf } from '../../device/audio-cluster.ts';
import { didYouMean } from '../../device/nearest.ts';
import type { DeviceProfile } from '../../device/profile.ts';
import type { Engine } from '../../engine/engine.ts';
import type { CoreProfile } from '../../machine/pipeline/core-profile.ts';
import type { Figure } from '../../units/figure.ts';
import { memoize } from '../../units/memoize.ts';
import { type Interval, type Range, scaleRange } from '../../units/range.ts';
import { CostCache } from '../cost/cost-cache.ts';
import { costPoint } from '../cost/cost-point.ts';
import type { Steps } from '../cost/steps.ts';
import { StudyError } from '../cost/study-error.ts';
import type { PredictRequest } from '../predict/request.ts';
import type { CostCorners, CostedConfidence, Spread, SpreadFigures } from '../predict/spread.ts';
import {
  cornersOf,
  figureSpread,
  spreadFigures,
  withInterval,
  withResiduals,
} from '../predict/spread.ts';
import type { Bound, MeasuredCase } from './cases.ts';
import { type ErrorSummary, quantile, summarize } from './error-summary.ts';
import { checkInterval, type IntervalReport, residualsOf, type Trial } from './interval.ts';
import { caseModels } from './models.ts';
import { fittedFiguresOf, withPriorValues } from './prior-values.ts';

export interface ValidateRequest extends Pick<PredictRequest, 'coreOf' | 'engines' | 'models'> {
  readonly cases: readonly MeasuredCase[];
  /** @throws where the id is unknown. */
  readonly deviceOf: (id: string) => DeviceProfile;
}

export interface ValidatedCase {
  readonly id: string;
  readonly device: string;
  readonly core: string | null;
  readonly engine: string;
  readonly model: string;
  readonly blockFrames: number | null;
  readonly bound: Bound;
  readonly source: string;
  readonly remains: string | null;
  readonly measured: number;
  /** Cycles per sample at the case's clock; null where the case could not be predicted, for `reason`. */
  readonly predicted: number | null;
  /** With the interval of a validated prediction. */
  readonly range: Interval | null;
  /** Signed. Of a bound: how far the prediction lies on the wrong side of it, 0 where it respects it. */
  readonly errorPercent: number | null;
  /** What the naive model says. */
  readonly naive: number | null;
  readonly naiveErrorPercent: number | null;
  /** The prediction with every fitted number of this core put back to what was known without it. */
  readonly leaveOneCoreOut: number | null;
  readonly leaveOneCoreOutErrorPercent: number | null;
  /** fit: a fitted number of the core or the device names the case, or the file says so. */
  readonly split: 'fit' | 'check';
  readonly reason: string | null;
  /** No engine here describes the build that was measured: `reason` says why; nothing is judged. */
  readonly notComparable: boolean;
}

export interface ValidateSummary extends ErrorSummary {
  readonly naiveMedianAbsErrorPercent: number | null;
  readonly naiveWorstAbsErrorPercent: number | null;
  readonly leaveOneCoreOutMedianAbsErrorPercent: number | null;
  /** Every case as its core would be predicted without its own measurements. */
  readonly leaveOneCoreOut: ErrorSummary;
  readonly boundsRespected: number;
  readonly bounds: number;
  readonly unjudged: number;
  readonly notComparable: number;
  readonly fit: ErrorSummary;
  readonly check: ErrorSummary;
}

export interface ValidateResult {
  readonly cases: readonly ValidatedCase[];
  readonly summary: ValidateSummary;
  /** How often the interval held what was measured, each case without its own core. */
  readonly interval: IntervalReport;
  /** What predictions of each confidence are off by, from these cases. */
  readonly residuals: SpreadFigures['residuals'];
  /** The one constant of the naive model: cycles per multiply-accumulate. */
  readonly naiveCyclesPerMac: number;
}

/** Signed, in percent of what was measured. Bounds only count on their wrong side. */
export const errorPercentOf = (predicted: number, measured: number, bound: Bound): number => {
  const error = 100 * (predicted / measured - 1);
  if (bound === 'upper') return Math.max(0, error);
  if (bound === 'lower') return Math.min(0, error);
  return error;
};

/** Per sample. */
interface CostedCase {
  readonly total: Range;
  readonly corners: CostCorners;
}

type Prediction = ReturnType<ReturnType<typeof predictorOf>>;

/** A case with its prediction, or with the reason why there is none. */
interface Attempt {
  readonly c: MeasuredCase;
  readonly prediction: Prediction | null;
  readonly reason: string | null;
  readonly notComparable: boolean;
}

/** 'apple-m2-p-core' is another way to write 'apple-m2-p', 'sharc+' one to write 'sharc-plus'. */
const plainCore = (name: string): string => name.replace('+', '-plus').replace(/-core$/, '');

/** A source names the cases that its figure was fitted to: 'm001 and m003 of the measurements'. */
const namesCase = (id: string, ...profiles: readonly unknown[]): boolean =>
  profiles.some((profile) =>
    fittedFiguresOf(profile).some(({ source }) => source.split(/[\s,;:()]+/).includes(id)),
  );

/** Cycles of the case for one of the device's: where only time was measured, that is what must agree. */
const clockScale = ({ clockHz, clockAssumed }: MeasuredCase, { value }: Figure): number =>
  clockAssumed && clockHz !== null ? clockHz / value : 1;

/** Predicts cases of a request. Throws where one cannot be. */
const predictorOf = (request: ValidateRequest, cache: CostCache) => {
  const find = caseModels(request.models, cache);
  const priorCores = new WeakMap<CoreProfile, CoreProfile>();
  return (c: MeasuredCase) => {
    const { chip } = request.deviceOf(c.device);
    if (chip === null) {
      throw new StudyError('bad-cases', `device \`${c.device}\`: its chip is not published.`);
    }
    const { coreId, clockHz } = audioClusterOf(chip);
    if (c.core !== null && plainCore(c.core) !== plainCore(coreId)) {
      const fault = `core: expected ${coreId}, the audio core of ${c.device}, got "${c.core}".`;
      throw new StudyError('bad-cases', fault);
    }
    const network = find(c.model, c.width, c.activation);
    const blockFrames = c.blockFrames ?? chip.audio.blockFrames.value;
    const scale = clockScale(c, clockHz) / blockFrames;
    const costOn = (core: CoreProfile): CostedCase => {
      const costed = costPoint(cache, {
        network: network.network,
        chip,
        core,
        engines: request.engines,
        engine: c.engine,
        blockFrames,
        tanh: c.tanh ?? undefined,
        splitAfterLayers: c.frontLayers ?? undefined,
      });
      if (costed.engine === null || costed.engine.id !== c.engine) {
        throw new StudyError('bad-cases', costed.choice.reasons[0] ?? 'no engine takes the model.');
      }
      const { warm, waits } = cornersOf(costed.cost);
      return {
        total: scaleRange(costed.cost.total, scale),
        corners: { warm: scaleRange(warm, scale), waits: waits * scale },
      };
    };
    const core = request.coreOf(coreId);
    const own = costOn(core);
    const prior = memoize(priorCores, core, withPriorValues);
    return {
      network,
      core: core.id,
      blockFrames,
      // With all that is known of the core, and with every fitted number of it put back.
      ...{ own, prior: prior === core ? own : costOn(prior) },
      // A fitted number of this core or device names the case.
      fitted: namesCase(c.id, core, chip),
    };
  };
};

/** The case says so itself, or names an engine that is none of these and like none of them; ids have no blanks. */
const notComparable = (c: MeasuredCase, engines: readonly Engine[]): string | null => {
  if (c.notComparable !== null) return c.notComparable;
  const ids = engines.map(({ id }) => id);
  const mistyped = !/\s/.test(c.engine) && didYouMean(c.engine, ids) !== '';
  if (ids.includes(c.engine) || mistyped) return null;
  return `no engine here is \`${c.engine}\`. Modelled are ${ids.join(', ')}.`;
};

const attempt = (
  c: MeasuredCase,
  engines: readonly Engine[],
  predict: (c: MeasuredCase) => Prediction,
): Attempt => {
  const other = notComparable(c, engines);
  if (other !== null) return { c, prediction: null, reason: other, notComparable: true };
  try {
    return { c, prediction: predict(c), reason: null, notComparable: false };
  } catch (error) {
    // What cannot be judged is a result too; programming errors are not.
    if (!(error instanceof Error && 'code' in error)) throw error;
    return { c, prediction: null, reason: error.message, notComparable: false };
  }
};

/**
 * The model that everybody starts with: cycles per multiply-accumulate, one number over all cases, which makes the
 * squared errors of the logarithms least. That is their geometric mean.
 */
export const fitNaive = (
  cases: readonly { readonly macsPerSample: number; readonly cyclesPerSample: number }[],
): number => {
  if (cases.length === 0) return Number.NaN;
  const logs = cases.map((c) => Math.log(c.cyclesPerSample / c.macsPerSample));
  return Math.exp(logs.reduce((a, b) => a + b, 0) / logs.length);
};

const validatedSpread = (corners: CostCorners): Spread =>
  withResiduals(figureSpread(corners, spreadFigures), spreadFigures.residuals.validated.value);

const validatedCase = (
  { c, prediction: p, reason, notComparable }: Attempt,
  naiveCyclesPerMac: number,
): ValidatedCase => {
  // The naive model knows of two cores what the case says: half the work each.
  const naive =
    p && (p.network.width.macsPerSample * naiveCyclesPerMac) / (c.frontLayers === null ? 1 : 2);
  const predicted = p?.own.total.expected ?? null;
  const leaveOneCoreOut = p?.prior.total.expected ?? null;
  const errorOf = (value: number | null): number | null =>
    value === null ? null : errorPercentOf(value, c.cyclesPerSample, c.bound);
  return {
    id: c.id,
    device: c.device,
    engine: c.engine,
    model: c.width === null ? c.model : `${c.model}-${c.width}`,
    measured: c.cyclesPerSample,
    bound: c.bound,
    split: p?.fitted === true ? 'fit' : c.split,
    source: c.source,
    remains: c.remains,
    core: p?.core ?? c.core,
    blockFrames: p?.blockFrames ?? c.blockFrames,
    predicted,
    range: p && withInterval(p.own.total, validatedSpread(p.own.corners)),
    errorPercent: errorOf(predicted),
    naive,
    naiveErrorPercent: errorOf(naive),
    leaveOneCoreOut,
    leaveOneCoreOutErrorPercent: errorOf(leaveOneCoreOut),
    reason,
    notComparable,
  };
};

export function* validateSteps(
  request: ValidateRequest,
  cache: CostCache = new CostCache(),
): Steps<ValidateResult> {
  const predict = predictorOf(request, cache);
  const attempts: Attempt[] = [];
  for (const [i, c] of request.cases.entries()) {
    yield i / request.cases.length;
    attempts.push(attempt(c, request.engines, predict));
  }
  const naiveCyclesPerMac = fitNaive(
    attempts.flatMap(({ c, prediction }) =>
      c.bound === 'value' && prediction !== null && c.frontLayers === null
        ? [{ ...prediction.network.width, cyclesPerSample: c.cyclesPerSample }]
        : [],
    ),
  );
  const cases = attempts.map((one) => validatedCase(one, naiveCyclesPerMac));
  const trials = attempts.flatMap(trialsOf);
  return {
    cases,
    summary: summaryOf(cases),
    interval: checkInterval(trials, spreadFigures),
    residuals: residualsOf(trials, spreadFigures),
    naiveCyclesPerMac,
  };
}

/** A measured value as every confidence that it can stand for. */
const trialsOf = ({ c, prediction: p }: Attempt): Trial[] => {
  if (c.bound !== 'value' || p === null) return [];
  const trial = (confidence: CostedConfidence, { total, corners }: CostedCase): Trial => ({
    id: c.id,
    core: p.core,
    confidence,
    measured: c.cyclesPerSample,
    expected: total.expected,
    corners,
  });
  const seen = p.fitted || c.split === 'fit';
  return [
    trial('validated', p.own),
    ...(seen ? [] : [trial('fitted', p.own)]),
    trial('estimated', p.prior),
  ];
};

const summaryOf = (cases: readonly ValidatedCase[]): ValidateSummary => {
  const judged = cases.filter((c) => c.errorPercent !== null);
  const apart = cases.filter((c) => c.notComparable).length;
  const values = judged.filter((c) => c.bound === 'value');
  const bounds = judged.filter((c) => c.bound !== 'value');
  const errors = (some: readonly ValidatedCase[]): number[] => some.map((c) => c.errorPercent ?? 0);
  const naive = values.map((c) => Math.abs(c.naiveErrorPercent ?? 0));
  const leaveOneCoreOut = summarize(values.map((c) => c.leaveOneCoreOutErrorPercent ?? 0));
  return {
    ...summarize(errors(values)),
    naiveMedianAbsErrorPercent: quantile(naive, 0.5),
    naiveWorstAbsErrorPercent: quantile(naive, 1),
    leaveOneCoreOutMedianAbsErrorPercent: leaveOneCoreOut.medianAbsErrorPercent,
    leaveOneCoreOut,
    boundsRespected: bounds.filter((c) => c.errorPercent === 0).length,
    bounds: bounds.length,
    unjudged: cases.length - judged.length - apart,
    notComparable: apart,
    fit: summarize(errors(values.filter((c) => c.split === 'fit'))),
    check: summarize(errors(values.filter((c) => c.split === 'check'))),
  };
};
