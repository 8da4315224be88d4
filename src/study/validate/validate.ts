/** Holds predictions against measured cases and published facts, beside the naive model. Pure. */
import { audioClusterOf } from '../../device/audio-cluster.ts';
import { didYouMean } from '../../device/nearest.ts';
import type { DeviceProfile } from '../../device/profile.ts';
import type { Engine } from '../../engine/engine.ts';
import type { CoreProfile } from '../../machine/pipeline/core-profile.ts';
import type { Model } from '../../nam/model.ts';
import { type Range, scaleRange } from '../../units/range.ts';
import { CostBook } from '../cost/cost-cache.ts';
import { price } from '../cost/price.ts';
import { finish, type Steps } from '../cost/steps.ts';
import { StudyError } from '../cost/study-error.ts';
import {
  type CostCorners,
  type CostedConfidence,
  cornersOf,
  type SpreadFigures,
} from '../predict/spread.ts';
import { spreadFigures } from '../predict/spread-figures.ts';
import type { Bound, MeasuredCase } from './cases.ts';
import { type ErrorSummary, quantile, summarize } from './error-summary.ts';
import { type IntervalReport, judgeInterval, residualsOf, type Trial } from './interval.ts';
import { CaseModels, type NamedNetwork } from './models.ts';
import { fitNaive, predictNaive } from './naive.ts';
import { fittedFiguresOf, withoutFits } from './unfitted.ts';

export interface ValidateRequest {
  readonly cases: readonly MeasuredCase[];
  /** @throws where the id is unknown. */
  readonly deviceOf: (id: string) => DeviceProfile;
  readonly coreOf: (id: string) => CoreProfile;
  readonly engines: readonly Engine[];
  readonly models: readonly Model[];
}

export interface ValidatedCase {
  readonly id: string;
  readonly device: string;
  readonly core: string | null;
  readonly engine: string;
  readonly model: string;
  readonly blockFrames: number | null;
  readonly measured: number;
  /** Cycles per sample; null where the case could not be predicted, for `reason`. */
  readonly predicted: number | null;
  readonly range: Range | null;
  /** Signed. Of a bound: how far the prediction lies on the wrong side of it, 0 where it respects it. */
  readonly errorPercent: number | null;
  /** What the naive model says. */
  readonly naive: number | null;
  readonly naiveErrorPercent: number | null;
  /** The prediction with every fitted number of this core put back to what was known without it. */
  readonly leaveOneCoreOut: number | null;
  readonly leaveOneCoreOutErrorPercent: number | null;
  readonly bound: Bound;
  /** fit: a fitted number of the core or the device names the case, or the file says so. */
  readonly split: 'fit' | 'check';
  readonly source: string;
  /** What explains the error that remains, as far as anybody knows. */
  readonly remains: string | null;
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
interface Costed {
  readonly total: Range;
  readonly corners: CostCorners;
}

interface Prediction {
  readonly network: NamedNetwork;
  readonly core: string;
  readonly blockFrames: number;
  /** With all that is known of the core, and with every fitted number of it put back. */
  readonly own: Costed;
  readonly bare: Costed;
  /** Cases that a fitted number of this core or device names. */
  readonly fittedTo: ReadonlySet<string>;
}

/** 'apple-m2-p-core' is another way to write 'apple-m2-p', 'sharc+' one to write 'sharc-plus'. */
const sameCore = (a: string, b: string): boolean => {
  const plain = (name: string): string => name.replace('+', '-plus').replace(/-core$/, '');
  return plain(a) === plain(b);
};

/** Ids of cases in the sources of fitted figures: 'm001 and m003 of the measurements'. */
const casesNamedBy = (...profiles: readonly unknown[]): ReadonlySet<string> =>
  new Set(
    profiles.flatMap((profile) =>
      fittedFiguresOf(profile).flatMap((f) => f.source.split(/[\s,;:()]+/)),
    ),
  );

const predictCase = (
  c: MeasuredCase,
  request: ValidateRequest,
  models: CaseModels,
  book: CostBook,
  unfitted: (core: CoreProfile) => CoreProfile,
): Prediction => {
  const { chip } = request.deviceOf(c.device);
  if (chip === null) {
    throw new StudyError('bad-cases', `device \`${c.device}\`: its chip is not published.`);
  }
  const cluster = audioClusterOf(chip);
  if (c.core !== null && !sameCore(c.core, cluster.coreId)) {
    throw new StudyError(
      'bad-cases',
      `core: expected ${cluster.coreId}, the audio core of ${c.device}, got "${c.core}".`,
    );
  }
  const network = models.find(c.model, c.width, c.activation);
  const blockFrames = c.blockFrames ?? chip.audio.blockFrames.value;
  const core = request.coreOf(cluster.coreId);
  const cyclesOn = (profile: CoreProfile): Costed => {
    const priced = price(book, {
      network: network.network,
      chip,
      core: profile,
      engines: request.engines,
      engine: c.engine,
      blockFrames,
      tanh: c.tanh ?? undefined,
      copies: 1,
      parallel: false,
      splitAfterLayers: c.frontLayers ?? undefined,
    });
    if (priced.engine === null || priced.engine.id !== c.engine) {
      throw new StudyError('bad-cases', priced.choice.reasons[0] ?? 'no engine takes the model.');
    }
    const { warm, waits } = cornersOf(priced.cost);
    return {
      total: scaleRange(priced.cost.total, 1 / blockFrames),
      corners: { warm: scaleRange(warm, 1 / blockFrames), waits: waits / blockFrames },
    };
  };
  const own = cyclesOn(core);
  const bare = unfitted(core);
  return {
    network,
    core: core.id,
    blockFrames,
    own,
    bare: bare === core ? own : cyclesOn(bare),
    fittedTo: casesNamedBy(core, chip),
  };
};

interface Unpredicted {
  readonly reason: string;
  readonly notComparable: boolean;
}

/** The case says so itself, or names an engine that is none of these and like none of them. */
const notComparable = (c: MeasuredCase, engines: readonly Engine[]): string | null => {
  if (c.notComparable !== null) return c.notComparable;
  const ids = engines.map(({ id }) => id);
  if (ids.includes(c.engine) || didYouMean(c.engine, ids) !== '') return null;
  return `no engine here is \`${c.engine}\`. Modelled are ${ids.join(', ')}.`;
};

const attempt = (
  c: MeasuredCase,
  engines: readonly Engine[],
  make: () => Prediction,
): Prediction | Unpredicted => {
  const other = notComparable(c, engines);
  if (other !== null) return { reason: other, notComparable: true };
  try {
    return make();
  } catch (error) {
    // What cannot be judged is a result too; programming errors are not.
    if (error instanceof Error && 'code' in error) {
      return { reason: error.message, notComparable: false };
    }
    throw error;
  }
};

const isPredicted = (p: Prediction | Unpredicted | undefined): p is Prediction =>
  p !== undefined && 'network' in p;

export function* validateSteps(
  request: ValidateRequest,
  book: CostBook = new CostBook(),
): Steps<ValidateResult> {
  const models = new CaseModels(request.models, book);
  const bareCores = new Map<string, CoreProfile>();
  const unfitted = (core: CoreProfile): CoreProfile => {
    const known = bareCores.get(core.id);
    if (known !== undefined) return known;
    const bare = withoutFits(core);
    // Another id, because timings are remembered by it.
    const named = bare === core ? core : { ...bare, id: `${core.id}-without-fits` };
    bareCores.set(core.id, named);
    return named;
  };
  const predictions: (Prediction | Unpredicted)[] = [];
  for (const [i, c] of request.cases.entries()) {
    yield i / request.cases.length;
    predictions.push(
      attempt(c, request.engines, () => predictCase(c, request, models, book, unfitted)),
    );
  }
  const naiveCyclesPerMac = fitNaive(
    request.cases.flatMap((c, i) => {
      const p = predictions[i];
      return c.bound !== 'value' || !isPredicted(p) || c.frontLayers !== null
        ? []
        : [{ macsPerSample: p.network.macsPerSample, cyclesPerSample: c.cyclesPerSample }];
    }),
  );
  const cases = request.cases.map((c, i): ValidatedCase => {
    const p = predictions[i];
    const fitted = isPredicted(p) && p.fittedTo.has(c.id);
    const base = {
      id: c.id,
      device: c.device,
      engine: c.engine,
      model: c.width === null ? c.model : `${c.model}-${c.width}`,
      measured: c.cyclesPerSample,
      bound: c.bound,
      split: fitted ? ('fit' as const) : c.split,
      source: c.source,
      remains: c.remains,
    };
    if (!isPredicted(p)) {
      return {
        ...base,
        core: c.core,
        blockFrames: c.blockFrames,
        predicted: null,
        range: null,
        errorPercent: null,
        naive: null,
        naiveErrorPercent: null,
        leaveOneCoreOut: null,
        leaveOneCoreOutErrorPercent: null,
        reason: p?.reason ?? 'not predicted',
        notComparable: p?.notComparable ?? false,
      };
    }
    // The naive model knows of two cores what the case says: half the work each.
    const naive =
      predictNaive(p.network.macsPerSample, naiveCyclesPerMac) / (c.frontLayers === null ? 1 : 2);
    return {
      ...base,
      core: p.core,
      blockFrames: p.blockFrames,
      predicted: p.own.total.expected,
      range: p.own.total,
      errorPercent: errorPercentOf(p.own.total.expected, c.cyclesPerSample, c.bound),
      naive,
      naiveErrorPercent: errorPercentOf(naive, c.cyclesPerSample, c.bound),
      leaveOneCoreOut: p.bare.total.expected,
      leaveOneCoreOutErrorPercent: errorPercentOf(
        p.bare.total.expected,
        c.cyclesPerSample,
        c.bound,
      ),
      reason: null,
      notComparable: false,
    };
  });
  const trials = request.cases.flatMap((c, i) => trialsOf(c, predictions[i]));
  return {
    cases,
    summary: summaryOf(cases),
    interval: judgeInterval(trials, spreadFigures),
    residuals: residualsOf(trials, spreadFigures),
    naiveCyclesPerMac,
  };
}

/** A measured value as every confidence that it can stand for. */
const trialsOf = (c: MeasuredCase, p: Prediction | Unpredicted | undefined): Trial[] => {
  if (c.bound !== 'value' || !isPredicted(p)) return [];
  const trial = (confidence: CostedConfidence, { total, corners }: Costed): Trial => ({
    id: c.id,
    core: p.core,
    confidence,
    measured: c.cyclesPerSample,
    expected: total.expected,
    corners,
  });
  const seen = p.fittedTo.has(c.id) || c.split === 'fit';
  return [
    trial('validated', p.own),
    ...(seen ? [] : [trial('fitted', p.own)]),
    trial('estimated', p.bare),
  ];
};

/** Without a stop. */
export const validate = (request: ValidateRequest, book?: CostBook): ValidateResult =>
  finish(validateSteps(request, book));

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
