/**
 * For one model: on every device the widest width that fits one, two and three copies with the
 * margin, how far each width is from each limit, and the smallest changes that would bring what misses
 * inside: near misses of every width, and the widest however far it misses. Pure; every number is the machine's.
 */
import { audioClusterOf } from '../../device/audio-cluster.ts';
import type { DeviceProfile } from '../../device/profile.ts';
import type { Network } from '../../nam/network.ts';
import { selectWidths } from '../../nam/widths.ts';
import { memoize } from '../../units/memoize.ts';
import { CostCache } from '../cost/cost-cache.ts';
import { part, type Steps } from '../cost/steps.ts';
import { predictSteps } from '../predict/predict.ts';
import type { PredictRow, WidthInfo } from '../predict/row.ts';
import { farCandidatesOf } from './candidate.ts';
import { missOf, type NearMiss, nearShare, type Question } from './near-miss.ts';
import { type AdviseRequest, predictionOn } from './request.ts';
import { SearchCache } from './search-cache.ts';
import { Judge, type Standing, usualConfidence } from './standing.ts';

/** One width against the limit of one number of copies. */
export interface Distance extends Standing {
  readonly limitCyclesPerSample: number;
  /** (limit - cost) / limit: negative when over. */
  readonly distance: number;
}

export interface WidthAdvice {
  readonly width: WidthInfo;
  /** Which one runs this width; null where none does. */
  readonly engine: string | null;
  readonly distances: readonly Distance[];
  /** Why there are none: the chip is unknown, no engine takes it, or it does not load. */
  readonly reasons: readonly string[];
}

export interface DeviceAdvice {
  readonly device: string;
  /** The profile's file; null of an object. */
  readonly devicePath: string | null;
  readonly deviceName: string;
  /** Of the widest width; narrower ones may run on another, which they name. */
  readonly engine: string | null;
  readonly core: string | null;
  /** That audio may run on; every load here is of one of them. */
  readonly cores: number;
  readonly blockFrames: number;
  readonly margin: number | null;
  /** The chance from which on a width is inside. */
  readonly confidenceAsked: number;
  /** Leaves the clock below its top under a light load; null where the clock is fixed. */
  readonly governor: string | null;
  /** What all copies together may take, cycles per sample, at the clock that the governor then gives. The same for every number of copies. */
  readonly limitCyclesPerSample: number | null;
  /** What one copy may take where so many run, if copies cost no more together than alone. */
  readonly limits: readonly { readonly copies: number; readonly cyclesPerSampleEach: number }[];
  readonly widths: readonly WidthAdvice[];
  readonly widest: readonly { readonly copies: number; readonly width: string | null }[];
  readonly confidence: PredictRow['confidence'];
  readonly nearMisses: readonly NearMiss[];
}

export interface Advice {
  readonly devices: readonly DeviceAdvice[];
  /** The network of the first suggestion, for writing it to a file. */
  readonly best: {
    readonly device: string;
    readonly devicePath: string | null;
    readonly width: string;
    readonly network: Network;
  } | null;
}

const copyCounts = [1, 2, 3];
/** Copies that what misses is brought to, where nobody says. */
export const usualCopies = 2;
/** Share of the work that goes into the rows, before any change is tried. */
const rowsShare = 0.3;

const distancesOf = (row: PredictRow, judge: Judge | null): readonly Distance[] => {
  const [standing, limit] = [judge?.standing(row), judge?.limit(row)];
  if (!standing || limit == null || row.verdict === 'wont-load') return [];
  const distance = (limit - standing.cyclesPerSample) / limit;
  return [{ ...standing, limitCyclesPerSample: limit, distance }];
};

/** Those of the widest width; of equals the first. */
const widestOf = <T extends { readonly width: WidthInfo }>(rows: readonly T[]): T | undefined =>
  rows.reduce<T | undefined>(
    (widest, row) =>
      widest === undefined || row.width.macsPerSample > widest.width.macsPerSample ? row : widest,
    undefined,
  );

const adviceFor = (
  device: DeviceProfile,
  judge: Judge | null,
  rows: readonly PredictRow[],
  request: AdviseRequest,
  counts: readonly number[],
): Omit<DeviceAdvice, 'nearMisses'> => {
  const widest = widestOf(rows);
  const limit = (widest && judge?.limit(widest)) ?? null;
  const byWidth = new Map<string, WidthAdvice & { readonly distances: Distance[] }>();
  for (const row of rows) {
    const { width, engine, reasons } = row;
    const anew = () => ({ width, engine, reasons, distances: [] });
    memoize(byWidth, width.label, anew).distances.push(...distancesOf(row, judge));
  }
  const widths = [...byWidth.values()];
  const widestInside = (count: number): WidthAdvice | undefined =>
    widestOf(widths.filter((w) => w.distances.some((at) => at.copies === count && at.inside)));
  const { engine = null, core = null, blockFrames = 0, confidence = 'estimated' } = widest ?? {};
  return {
    device: device.id,
    devicePath: request.pathOf?.(device) ?? null,
    deviceName: device.name,
    engine,
    core,
    cores: device.chip === null ? 0 : audioClusterOf(device.chip).audioCores.value,
    blockFrames,
    margin: request.margin ?? widest?.margin ?? null,
    confidenceAsked: request.confidence ?? usualConfidence,
    governor: device.chip?.dvfs?.governor.value ?? null,
    limitCyclesPerSample: limit,
    limits:
      limit === null ? [] : counts.map((n) => ({ copies: n, cyclesPerSampleEach: limit / n })),
    widths,
    widest: counts.map((n) => ({ copies: n, width: widestInside(n)?.width.label ?? null })),
    confidence,
  };
};

export function* adviseSteps(
  request: AdviseRequest,
  cache: CostCache = new CostCache(),
): Steps<Advice> {
  const { model, copies = usualCopies, whatIf = false } = request;
  const counts = [...new Set([...copyCounts, copies])].sort((a, b) => a - b);
  const widths = selectWidths(model, request.width ?? 'all', { whatIf });
  const devices = [...request.devices.entries()];
  const shareOf = (d: number): number => d / devices.length;
  // Two profiles may have one id.
  const rows = new Map<DeviceProfile, readonly PredictRow[]>();
  for (const [d, device] of devices) {
    const steps = predictSteps(predictionOn(request, device, counts), cache);
    const found = yield* part(steps, shareOf(d) * rowsShare, shareOf(d + 1) * rowsShare);
    rows.set(device, found.rows);
  }
  const far = new SearchCache(farCandidatesOf);
  const question: Question = { request, cache, near: new SearchCache(), far, rows };
  let best: Advice['best'] = null;
  const advices: DeviceAdvice[] = [];
  for (const [d, device] of devices) {
    const ofDevice = rows.get(device) ?? [];
    const judge = device.chip && new Judge(request, device, device.chip);
    const advice = adviceFor(device, judge, ofDevice, request, counts);
    const nearMisses: NearMiss[] = [];
    const missed = ofDevice.filter((row) => row.copies === copies);
    const most = widestOf(missed)?.width.macsPerSample;
    for (const { width: of, distances } of advice.widths) {
      const at = distances.find((distance) => distance.copies === copies);
      const width = widths.find(({ label }) => label === of.label);
      const row = missed.find((one) => one.width.label === of.label);
      if (judge === null || width === undefined || row === undefined) continue;
      if (at === undefined || at.inside) continue;
      const howeverFar = of.macsPerSample === most;
      if (!howeverFar && at.distance < -nearShare) continue;
      yield rowsShare + (1 - rowsShare) * shareOf(d);
      const { network } = cache.slimmed(model, width, { whatIf });
      const { miss, top } = missOf(question, { judge, width, network, row, howeverFar });
      if (top !== null) {
        const { devicePath } = advice;
        best ??= { device: device.id, devicePath, width: of.label, network: top };
      }
      nearMisses.push(miss);
    }
    advices.push({ ...advice, nearMisses });
  }
  return { devices: advices, best };
}
