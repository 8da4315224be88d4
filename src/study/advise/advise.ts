/**
 * For one model: on every device the widest width that fits one, two and three copies with the
 * margin, how far each width is from each limit, and for near misses the smallest changes that would
 * bring them inside. Pure; every number is the machine's.
 */

import type { DeviceProfile } from '../../device/profile.ts';
import type { WaveNetNetwork } from '../../nam/network.ts';
import { selectWidths } from '../../nam/widths.ts';
import { CostBook } from '../cost/cost-cache.ts';
import { finish, part, type Steps } from '../cost/steps.ts';
import { predictSteps } from '../predict/predict.ts';
import type { PredictRow, WidthInfo } from '../predict/row.ts';
import { limitOf, type NearMiss, nearMiss } from './near-miss.ts';
import type { AdviseRequest, Distance } from './request.ts';
import { SearchMemory } from './search-memory.ts';

export interface WidthAdvice {
  readonly width: WidthInfo;
  readonly distances: readonly Distance[];
  /** Why there are none: the chip is unknown, no engine takes it, or it does not load. */
  readonly reasons: readonly string[];
}

export interface DeviceAdvice {
  readonly device: string;
  readonly deviceName: string;
  readonly engine: string | null;
  readonly core: string | null;
  readonly blockFrames: number;
  readonly margin: number | null;
  /** What all copies together may take, cycles per sample. The same for every number of copies. */
  readonly limitCyclesPerSample: number | null;
  /** What one copy may take where so many run, if copies cost no more together than alone. */
  readonly limits: readonly { readonly copies: number; readonly cyclesPerSampleEach: number }[];
  readonly widths: readonly WidthAdvice[];
  readonly widest: readonly { readonly copies: number; readonly width: string | null }[];
  readonly confidence: PredictRow['confidence'];
  readonly nearMisses: readonly NearMiss[];
}

/** A width is a near miss up to this share above its limit. */
const nearShare = 0.35;
const copyCounts = [1, 2, 3];
/** Share of the work that goes into the rows, before any change is tried. */
const rowsShare = 0.3;

export interface Advice {
  readonly devices: readonly DeviceAdvice[];
  /** The networks of the suggestions, by device, width and rank, for writing one to a file. */
  readonly best: {
    readonly device: string;
    readonly width: string;
    readonly network: WaveNetNetwork;
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

const distanceOf = (row: PredictRow, margin: number): readonly Distance[] => {
  const limit = limitOf(row, margin);
  if (limit === null || row.cyclesPerSample === null || row.load === null) return [];
  if (row.verdict === 'wont-load') return [];
  const cyclesPerSample = row.cyclesPerSample.expected;
  return [
    {
      copies: row.copies,
      cyclesPerSample,
      limitCyclesPerSample: limit,
      load: row.load.expected,
      distance: (limit - cyclesPerSample) / limit,
      inside: cyclesPerSample <= limit,
    },
  ];
};

export function* adviseSteps(
  request: AdviseRequest,
  book: CostBook = new CostBook(),
): Steps<Advice> {
  const copies = request.copies ?? 2;
  const counts = [...new Set([...copyCounts, copies])].sort((a, b) => a - b);
  const predicted = predictSteps(
    {
      models: [request.model],
      devices: request.devices,
      engines: request.engines,
      coreOf: request.coreOf,
      measured: request.measured,
      engine: request.engine,
      ...(request.blockFrames === undefined ? {} : { blockFrames: [request.blockFrames] }),
      tanh: request.tanh,
      width: request.width,
      whatIf: request.whatIf,
      copies: counts,
      // Limits and distances are of the expected value.
      ends: 'expected',
    },
    book,
  );
  const { rows } = yield* part(predicted, 0, rowsShare);
  const widths = new Map(
    selectWidths(request.model, request.width ?? 'all', { whatIf: request.whatIf ?? false }).map(
      (width) => [width.label, width],
    ),
  );
  const memory = new SearchMemory();
  let best: Advice['best'] = null;
  const devices: DeviceAdvice[] = [];
  for (const [d, device] of request.devices.entries()) {
    const own = rows.filter((row) => row.device === device.id);
    const advice = adviceFor(device, own, request, copies, counts);
    const nearMisses: NearMiss[] = [];
    for (const { width, distances } of advice.widths) {
      const at = distances.find((distance) => distance.copies === copies);
      if (at === undefined || at.inside || at.distance < -nearShare) continue;
      const chosen = widths.get(width.label);
      if (chosen === undefined || device.chip === null) continue;
      yield rowsShare + (1 - rowsShare) * (d / request.devices.length);
      const { miss, top } = nearMiss(request, book, memory, device, chosen, at, rows);
      if (top !== null && best === null) {
        best = { device: device.id, width: width.label, network: top.network };
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
  copies: number,
  counts: readonly number[],
): Omit<DeviceAdvice, 'nearMisses'> => {
  const [first] = rows;
  const margin = request.margin ?? first?.margin ?? null;
  const limit = first === undefined || margin === null ? null : limitOf(first, margin);
  const widths = byWidth(rows).map((group): WidthAdvice => {
    const [row] = group;
    if (row === undefined) throw new RangeError('Expected a row for every width, got none.');
    return {
      width: row.width,
      distances: margin === null ? [] : group.flatMap((one) => distanceOf(one, margin)),
      reasons: row.reasons,
    };
  });
  return {
    device: device.id,
    deviceName: device.name,
    engine: first?.engine ?? null,
    core: first?.core ?? null,
    blockFrames: first?.blockFrames ?? 0,
    margin,
    limitCyclesPerSample: limit,
    limits:
      limit === null
        ? []
        : counts.map((count) => ({ copies: count, cyclesPerSampleEach: limit / count })),
    widths,
    widest: [...new Set([...counts, copies])].map((count) => ({
      copies: count,
      width: widestInside(widths, count),
    })),
    confidence: first?.confidence ?? 'estimated',
  };
};

const widestInside = (widths: readonly WidthAdvice[], copies: number): string | null =>
  widths.reduce<{ label: string; macs: number } | null>((widest, { width, distances }) => {
    const inside = distances.some((distance) => distance.copies === copies && distance.inside);
    if (!inside || (widest !== null && widest.macs >= width.macsPerSample)) return widest;
    return { label: width.label, macs: width.macsPerSample };
  }, null)?.label ?? null;
