/**
 * Which widths a slimmable model should offer so that every device gets the widest that fits, once
 * and twice. Exhaustive over all sets, so the answer is the best there is.
 */
import type { DeviceProfile } from '../../device/profile.ts';
import type { Interval } from '../../units/range.ts';
import { CostCache } from '../cost/cost-cache.ts';
import { part, type Steps } from '../cost/steps.ts';
import { predictSteps } from '../predict/predict.ts';
import type { PredictRow } from '../predict/row.ts';
import { type AdviseRequest, predictionOn } from './request.ts';
import { Judge } from './standing.ts';

/** One device with one number of copies: what each width costs there. */
export interface Demand {
  readonly name: string;
  readonly deviceName?: string;
  readonly copies?: number;
  /** Of each width: one with kernels for its very shape may run on another. */
  readonly engines?: readonly (string | null)[];
  /** Load of each width, in the order of the widths; null where it cannot be said. */
  readonly loads: readonly (number | null)[];
  /** Where nine of ten such predictions hold the truth, and with every figure at its worst. */
  readonly lowLoads?: readonly (number | null)[];
  readonly highLoads?: readonly (number | null)[];
  readonly worstLoads?: readonly (number | null)[];
  /** How likely each width keeps to the limit, and from which chance on it is offered. */
  readonly chances?: readonly number[];
  readonly confidence?: number;
  /** The load that must not be exceeded. */
  readonly limit: number;
}

export interface OfferedWidth {
  readonly label: string;
  /** What the width is worth: its multiply-accumulates per sample. */
  readonly worth: number;
}

export interface WidthSet {
  /** Indices of widths, ascending. */
  readonly chosen: readonly number[];
  /** 1: every demand gets the widest that fits it at all. */
  readonly score: number;
  /** For each demand the index of the width that it gets, or null. */
  readonly served: readonly (number | null)[];
}

/** Whether a demand may be given this width: by chance, where chances are known. */
export const servesDemand = (demand: Demand, i: number): boolean => {
  const load = demand.loads[i] ?? null;
  if (load === null) return false;
  return demand.chances === undefined
    ? load <= demand.limit
    : (demand.chances[i] ?? 0) >= (demand.confidence ?? 0);
};

/** A width that costs no less than a wider one on every device serves nobody. */
export const dominated = (widths: readonly OfferedWidth[], demands: readonly Demand[]): boolean[] =>
  widths.map((width, i) =>
    widths.some((other, j) => {
      const isAsGood = (demand: Demand): boolean =>
        (demand.loads[j] ?? Infinity) <= (demand.loads[i] ?? Infinity) &&
        (!servesDemand(demand, i) || servesDemand(demand, j));
      return other.worth > width.worth && demands.every(isAsGood);
    }),
  );

function* combinations(items: readonly number[], count: number): Generator<readonly number[]> {
  if (count === 0) yield [];
  else
    for (const [i, item] of items.entries())
      for (const rest of combinations(items.slice(i + 1), count - 1)) yield [item, ...rest];
}

/** The best set of at most `most` widths; of equals the smaller one, then the one that comes first. */
export const bestWidthSet = (
  widths: readonly OfferedWidth[],
  demands: readonly Demand[],
  most: number,
): WidthSet => {
  const worthOf = (i: number | null): number => (i === null ? 0 : (widths[i]?.worth ?? 0));
  const servedBy = (chosen: readonly number[], demand: Demand): number | null =>
    chosen.reduce<number | null>((best, i) => {
      if (!servesDemand(demand, i)) return best;
      return best === null || worthOf(i) > worthOf(best) ? i : best;
    }, null);
  const all = [...widths.keys()];
  const useless = dominated(widths, demands);
  const candidates = all.filter((i) => useless[i] !== true);
  // What a demand could get at all is worth 1, so that small chips count as much as large ones.
  const possible = demands.map((demand) => servedBy(all, demand));
  const setOf = (chosen: readonly number[]): WidthSet => {
    const served = demands.map((demand) => servedBy(chosen, demand));
    const shares = served.flatMap((got, i) => {
      const top = possible[i] ?? null;
      return top === null ? [] : [worthOf(got) / (widths[top]?.worth ?? 1)];
    });
    const sum = shares.reduce((a, b) => a + b, 0);
    return { chosen, score: shares.length === 0 ? 1 : sum / shares.length, served };
  };
  let best = setOf([]);
  for (let count = 1; count <= Math.min(most, candidates.length); count++) {
    for (const chosen of combinations(candidates, count)) {
      const set = setOf(chosen);
      if (set.score > best.score + 1e-12) best = set;
    }
  }
  return best;
};

export interface Demands {
  readonly widths: readonly OfferedWidth[];
  readonly demands: readonly Demand[];
}

export interface DemandsRequest extends AdviseRequest {
  /** How often each device, by its place in the list, is to run the model. @default once and twice */
  readonly copiesOn?: ((device: number) => readonly number[]) | undefined;
}

/** `rows`: of the device so many times, the widths in their order. */
const demandOf = (
  rows: readonly PredictRow[],
  device: DeviceProfile,
  copies: number,
  request: DemandsRequest,
): readonly Demand[] => {
  const margin = request.margin ?? rows[0]?.margin ?? null;
  const { chip, id } = device;
  const isOnly = request.devices.every((other) => other === device || other.id !== id);
  if (margin === null || chip === null || rows.every(({ verdict }) => verdict === 'unknown'))
    return [];
  const judge = new Judge(request, device, chip);
  const of = (corner: keyof Interval): (number | null)[] =>
    rows.map(({ load, verdict }) => (verdict === 'wont-load' ? null : (load?.[corner] ?? null)));
  return [
    {
      name: `${isOnly ? id : (request.pathOf?.(device) ?? id)} ${copies}x`,
      deviceName: device.name,
      copies,
      engines: rows.map(({ engine }) => engine),
      loads: of('expected'),
      lowLoads: of('low'),
      highLoads: of('high'),
      worstLoads: of('worst'),
      chances: rows.map((row) => judge.chanceInside(row, margin)),
      confidence: judge.confidence,
      limit: 1 - margin,
    },
  ];
};

export function* demandSteps(
  { copiesOn = () => [1, 2], ...request }: DemandsRequest,
  cache: CostCache = new CostCache(),
): Steps<Demands> {
  const worths = new Map<string, number>();
  const demands: Demand[] = [];
  const { length } = request.devices;
  for (const [d, device] of request.devices.entries()) {
    const copies = copiesOn(d);
    const ofDevice = predictSteps(predictionOn(request, device, [...new Set(copies)]), cache);
    const { rows } = yield* part(ofDevice, d / length, (d + 1) / length);
    for (const { width } of rows) worths.set(width.label, width.macsPerSample);
    for (const count of copies) {
      const soMany = rows.filter((row) => row.copies === count);
      demands.push(...demandOf(soMany, device, count, request));
    }
  }
  return { widths: [...worths].map(([label, worth]) => ({ label, worth })), demands };
}
