/** Holds one measured value against the limits of its budget. Pure. */
import type { Budget } from '../../scenario/budget.ts';
import type { BaselineEntry } from './baseline.ts';
import type { CheckVerdict, Growth, LimitKind, Status } from './verdict.ts';

/** What was measured for one case of a budget. */
export interface Measurement {
  /** The key of the case in the baseline. */
  readonly key: string;
  readonly model: string | null;
  readonly width: string | null;
  readonly device: string | null;
  readonly engine: string | null;
  readonly scenario: string | null;
  readonly blockFrames: number | null;
  readonly whatIf: boolean;
  /** Null where it could not be measured; `problem` says why. */
  readonly value: number | null;
  readonly problem: string | null;
  readonly fingerprint: string;
  /** Cycles per sample by layer; empty where the metric has none. */
  readonly layers: Readonly<Record<string, number>>;
}

interface Judgement {
  readonly holds: boolean;
  readonly delta: number;
}

/** A row a limit: whether it holds, and by how much. */
const judges: Readonly<
  Record<LimitKind, (actual: number, limit: number, baseline: number) => Judgement>
> = {
  max: (actual, limit) => ({ holds: actual <= limit, delta: actual - limit }),
  min: (actual, limit) => ({ holds: actual >= limit, delta: actual - limit }),
  maxIncreasePercent: (actual, limit, baseline) => {
    // Both sides of the comparison are rounded as the baseline is, so that an unchanged case is 0.
    const now = Math.round(actual * 1e6) / 1e6;
    const delta = baseline === 0 ? (now > 0 ? Infinity : 0) : (now / baseline - 1) * 100;
    return { holds: delta <= limit, delta };
  },
};

const kinds: readonly LimitKind[] = ['max', 'min', 'maxIncreasePercent'];

/** Six significant digits, no exponent for the sizes that occur. */
export const numberText = (value: number): string => {
  if (!Number.isFinite(value)) return String(value);
  const digits = Math.abs(value) >= 1e6 ? 0 : 6 - Math.ceil(Math.log10(Math.abs(value) + 1));
  return String(Number(value.toFixed(Math.max(0, digits))));
};

const signed = (value: number): string => `${value > 0 ? '+' : ''}${numberText(value)}`;

/** The layers that grew against the baseline, the largest growth first. */
export const growthOf = (
  layers: Readonly<Record<string, number>>,
  before: BaselineEntry | null,
): readonly Growth[] => {
  if (before === null) return [];
  return [...new Set([...Object.keys(layers), ...Object.keys(before.layers)])]
    .map((name) => ({ name, before: before.layers[name] ?? 0, after: layers[name] ?? 0 }))
    .filter((row) => row.after - row.before > 1e-3)
    .sort((a, b) => b.after - b.before - (a.after - a.before) || (a.name < b.name ? -1 : 1));
};

const growthText = (row: Growth): string => {
  const percent = row.before > 0 ? `, ${signed((row.after / row.before - 1) * 100)} %` : ', new';
  return `${row.name} ${signed(row.after - row.before)} cycles/sample (${numberText(row.before)} -> ${numberText(row.after)}${percent})`;
};

const subjectOf = (measured: Measurement, budget: Budget): string => {
  if (measured.scenario !== null) return `scenario ${measured.scenario}`;
  const parts = [
    `${measured.model} at ${measured.width}${measured.whatIf ? ' (what-if width: the cost is right, the sound is not meant to be)' : ''}`,
    `on ${measured.device}`,
    ...(measured.engine === null ? [] : [`with ${measured.engine}`]),
    ...(measured.blockFrames === null ? [] : [`block ${measured.blockFrames}`]),
    ...(budget.copies > 1 ? [`${budget.copies} copies`] : []),
  ];
  return parts.join(', ').replace(', on', ' on').replace(', with', ' with');
};

const statusOf = (budget: Budget, judged: Judgement | null): Status => {
  if (budget.level === 'off') return 'off';
  if (judged === null) return 'inconclusive';
  if (judged.holds) return 'pass';
  return budget.level === 'warn' ? 'warn' : 'fail';
};

export interface Place {
  readonly file: string;
  readonly line: number;
}

export const evaluate = (
  budget: Budget,
  measured: Measurement,
  before: BaselineEntry | null,
  place: Place,
): readonly CheckVerdict[] => {
  const growth = growthOf(measured.layers, before);
  return kinds
    .filter((kind) => budget[kind] !== undefined)
    .map((kind) => {
      const limit = budget[kind] as number; // The filter above left only limits that are there.
      const relative = kind === 'maxIncreasePercent';
      const unknown =
        budget.level === 'off'
          ? 'switched off'
          : measured.value === null || Number.isNaN(measured.value)
            ? (measured.problem ?? `${budget.metric} is not a number`)
            : relative && before === null
              ? "there is no baseline for this case. Write one with 'pedalbench check --update-baseline' and commit it"
              : null;
      const actual =
        measured.value === null || Number.isNaN(measured.value) ? null : measured.value;
      const judged =
        unknown === null && actual !== null
          ? (judges[kind] as (typeof judges)['max'])(actual, limit, before?.value ?? 0)
          : null;
      const status = statusOf(budget, judged);
      const stale = before !== null && before.of !== measured.fingerprint;
      return {
        budget: budget.name,
        model: measured.model,
        width: measured.width,
        device: measured.device,
        engine: measured.engine,
        scenario: measured.scenario,
        blockFrames: measured.blockFrames,
        copies: budget.copies,
        metric: budget.metric,
        limitKind: kind,
        limit,
        actual,
        baseline: before?.value ?? null,
        delta: judged?.delta ?? null,
        level: budget.level,
        status,
        passed: status === 'pass',
        whatIf: measured.whatIf,
        grew: judged !== null && !judged.holds ? growth : [],
        message: messageOf(budget, measured, kind, limit, judged, unknown, growth, stale, before),
        file: place.file,
        line: place.line,
      };
    });
};

const limitText = (kind: LimitKind, limit: number): string =>
  kind === 'max'
    ? `at most ${numberText(limit)}`
    : kind === 'min'
      ? `at least ${numberText(limit)}`
      : `at most ${signed(limit)} % against the baseline`;

const messageOf = (
  budget: Budget,
  measured: Measurement,
  kind: LimitKind,
  limit: number,
  judged: Judgement | null,
  unknown: string | null,
  growth: readonly Growth[],
  stale: boolean,
  before: BaselineEntry | null,
): string => {
  const subject = subjectOf(measured, budget);
  if (judged === null || measured.value === null) {
    return `${subject}: ${budget.metric} was not judged: ${unknown}.`;
  }
  const difference =
    kind === 'maxIncreasePercent'
      ? `${signed(judged.delta)} % (${numberText(before?.value ?? 0)} -> ${numberText(measured.value)})`
      : `${numberText(measured.value)}, ${signed(judged.delta)} (${limit === 0 ? 'limit 0' : `${signed((measured.value / limit - 1) * 100)} %`}) from the limit`;
  const head = `${subject}: ${budget.metric} is ${difference}; allowed is ${limitText(kind, limit)}.`;
  const staleText = stale ? ' The model is not the one of the baseline.' : '';
  if (judged.holds) {
    return `${head}${stale ? `${staleText} If that is meant, write the baseline anew with 'pedalbench check --update-baseline'.` : ''}`;
  }
  const shown = growth.slice(0, 3).map(growthText);
  const more = growth.length > 3 ? `; and ${growth.length - 3} more` : '';
  const where = shown.length > 0 ? ` It grew in ${shown.join('; ')}${more}.` : '';
  const reason = budget.reason === undefined ? '' : ` Why the limit: ${budget.reason}`;
  return `${head}${staleText}${where}${reason}`;
};
