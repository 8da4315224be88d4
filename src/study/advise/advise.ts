/**
 * For one model: on every device the widest width that fits one, two and three copies with the
 * margin, how far each width is from each limit, and the smallest changes that would bring what misses
 * inside: near misses of every width, and the widest however far it misses. Pure; every number is the machine's.
 */
import type { DeviceProfile } from '../../device/profile.ts';
import type { Network } from '../../nam/network.ts';
import { selectWidths } from '../../nam/widths.ts';
import { CostBook } from '../cost/cost-cache.ts';
import { finish, part, type Steps } from '../cost/steps.ts';
import { predictSteps } from '../predict/predict.ts';
import type { PredictRow, WidthInfo } from '../predict/row.ts';
import { farCandidatesOf } from './candidate.ts';
import { chanceInside, isSure, usualConfidence, verdictInside } from './inside.ts';
import { limitOf, missOf, type NearMiss, nearShare, type Question } from './near-miss.ts';
import type { AdviseRequest, Distance } from './request.ts';
import { SearchMemory } from './search-memory.ts';

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
  readonly deviceName: string;
  /** Of the widest width; narrower ones may run on another, which they name. */
  readonly engine: string | null;
  readonly core: string | null;
  readonly blockFrames: number;
  readonly margin: number | null;
  /** The chance from which on a width is inside. */
  readonly confidenceAsked: number;
  /** What all copies together may take, cycles per sample. The same for every number of copies. */
  readonly limitCyclesPerSample: number | null;
  /** What one copy may take where so many run, if copies cost no more together than alone. */
  readonly limits: readonly { readonly copies: number; readonly cyclesPerSampleEach: number }[];
  readonly widths: readonly WidthAdvice[];
  readonly widest: readonly { readonly copies: number; readonly width: string | null }[];
  readonly confidence: PredictRow['confidence'];
  readonly nearMisses: readonly NearMiss[];
}

const copyCounts = [1, 2, 3];
/** Copies that what misses is brought to, where nobody says. */
export const usualCopies = 2;
/** Share of the work that goes into the rows, before any change is tried. */
const rowsShare = 0.3;

export interface Advice {
  readonly devices: readonly DeviceAdvice[];
  /** The networks of the suggestions, by device, width and rank, for writing one to a file. */
  readonly best: {
    readonly device: string;
    readonly width: string;
    readonly network: Network;
  } | null;
}

const byWidth = (rows: readonly PredictRow[]): readonly (readonly PredictRow[])[] => {
  const groups = new Map<string, PredictRow[]>();
  for (const row of rows) {
    const list = groups.get(row.width.label) ?? [];
    groups.set(row.width.label, list);
    list.push(row);
  }
  return [...groups.values()];
};

const distanceOf = (row: PredictRow, margin: number, confidence: number): readonly Distance[] => {
  const limit = limitOf(row, margin);
  if (limit === null || row.cyclesPerSample === null || row.load === null) return [];
  if (row.verdict === 'wont-load') return [];
  const cyclesPerSample = row.cyclesPerSample.expected;
  const chance = chanceInside(row, margin);
  return [
    {
      copies: row.copies,
      cyclesPerSample,
      limitCyclesPerSample: limit,
      load: row.load.expected,
      low: row.load.low,
      high: row.load.high,
      distance: (limit - cyclesPerSample) / limit,
      verdict: verdictInside(row, margin),
      chance,
      sure: isSure(chance),
      inside: chance >= confidence,
    },
  ];
};

/** The rows of each device of the request: two profiles may have one id. */
function* rowsOfDevices(
  request: AdviseRequest,
  counts: readonly number[],
  book: CostBook,
): Steps<readonly (readonly PredictRow[])[]> {
  const rows: (readonly PredictRow[])[] = [];
  const { margin: _, confidence: __, model, devices, blockFrames, ...rest } = request;
  for (const [d, device] of devices.entries()) {
    const own = predictSteps(
      {
        ...rest,
        models: [model],
        devices: [device],
        copies: counts,
        blockFrames: blockFrames === undefined ? undefined : [blockFrames],
      },
      book,
    );
    rows.push((yield* part(own, d / devices.length, (d + 1) / devices.length)).rows);
  }
  return rows;
}

export function* adviseSteps(
  request: AdviseRequest,
  book: CostBook = new CostBook(),
): Steps<Advice> {
  const copies = request.copies ?? usualCopies;
  const counts = [...new Set([...copyCounts, copies])].sort((a, b) => a - b);
  const rows = yield* part(rowsOfDevices(request, counts, book), 0, rowsShare);
  const widths = new Map(
    selectWidths(request.model, request.width ?? 'all', { whatIf: request.whatIf ?? false }).map(
      (width) => [width.label, width],
    ),
  );
  const question: Question = {
    request,
    book,
    near: new SearchMemory(),
    far: new SearchMemory(farCandidatesOf),
    rows: new Map(request.devices.map((device, d) => [device, rows[d] ?? []])),
  };
  let best: Advice['best'] = null;
  const devices: DeviceAdvice[] = [];
  for (const [d, device] of request.devices.entries()) {
    const advice = adviceFor(device, rows[d] ?? [], request, counts);
    const nearMisses: NearMiss[] = [];
    const missed = rows[d]?.filter((row) => row.copies === copies) ?? [];
    const most = Math.max(...missed.map((row) => row.width.macsPerSample));
    for (const { width, distances } of advice.widths) {
      const at = distances.find((distance) => distance.copies === copies);
      const chosen = widths.get(width.label);
      const row = missed.find((one) => one.width.label === width.label);
      if (at === undefined || at.inside || chosen === undefined || row === undefined) continue;
      const howeverFar = width.macsPerSample === most;
      if (!howeverFar && at.distance < -nearShare) continue;
      yield rowsShare + (1 - rowsShare) * (d / request.devices.length);
      const { miss, top } = missOf(question, { device, width: chosen, row, howeverFar });
      if (top !== null && best === null) {
        best = { device: device.id, width: width.label, network: top };
      }
      nearMisses.push(miss);
    }
    devices.push({ ...advice, nearMisses });
  }
  return { devices, best };
}

/** Without a stop. */
export const advise = (request: AdviseRequest, book?: CostBook): Advice =>
  finish(adviseSteps(request, book));

const adviceFor = (
  device: DeviceProfile,
  rows: readonly PredictRow[],
  request: AdviseRequest,
  counts: readonly number[],
): Omit<DeviceAdvice, 'nearMisses'> => {
  const widest = rows.reduce<PredictRow | undefined>(
    (top, row) =>
      top === undefined || row.width.macsPerSample > top.width.macsPerSample ? row : top,
    undefined,
  );
  const confidence = request.confidence ?? usualConfidence;
  const margin = request.margin ?? widest?.margin ?? null;
  const limit = widest === undefined || margin === null ? null : limitOf(widest, margin);
  const widths = byWidth(rows).map((group): WidthAdvice => {
    const [row] = group;
    if (row === undefined) throw new RangeError('Expected a row for every width, got none.');
    return {
      width: row.width,
      engine: row.engine,
      distances: margin === null ? [] : group.flatMap((one) => distanceOf(one, margin, confidence)),
      reasons: row.reasons,
    };
  });
  return {
    device: device.id,
    deviceName: device.name,
    engine: widest?.engine ?? null,
    core: widest?.core ?? null,
    blockFrames: widest?.blockFrames ?? 0,
    margin,
    confidenceAsked: confidence,
    limitCyclesPerSample: limit,
    limits:
      limit === null
        ? []
        : counts.map((count) => ({ copies: count, cyclesPerSampleEach: limit / count })),
    widths,
    widest: counts.map((count) => ({ copies: count, width: widestInside(widths, count) })),
    confidence: widest?.confidence ?? 'estimated',
  };
};

const widestInside = (widths: readonly WidthAdvice[], copies: number): string | null =>
  widths.reduce<{ label: string; macs: number } | null>((widest, { width, distances }) => {
    const inside = distances.some((distance) => distance.copies === copies && distance.inside);
    if (!inside || (widest !== null && widest.macs >= width.macsPerSample)) return widest;
    return { label: width.label, macs: width.macsPerSample };
  }, null)?.label ?? null;
