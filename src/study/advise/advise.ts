/**
 * For one model: on every device the widest width that fits one, two and three copies with the
 * margin, how far each width is from each limit, and for near misses the smallest changes that would
 * bring them inside. Pure; every number is the machine's.
 */
import { audioClusterOf } from '../../device/audio-cluster.ts';
import type { DeviceProfile } from '../../device/profile.ts';
import type { Engine, TanhKind } from '../../engine/engine.ts';
import type { CoreProfile } from '../../machine/core-profile.ts';
import { editWaveNet } from '../../nam/edit-wavenet.ts';
import type { Model, SlimmedModel, Width } from '../../nam/model.ts';
import type { WaveNetNetwork } from '../../nam/network.ts';
import { selectWidths } from '../../nam/widths.ts';
import { CostBook } from '../cost-book.ts';
import { predict } from '../predict.ts';
import type { PredictRow, WidthInfo } from '../predict-row.ts';
import { type Point, price } from '../price.ts';
import type { MeasuredPair } from '../verdict.ts';
import { type Found, searchArchitecture } from './search.ts';
import { cheaperSettings, type SettingChange } from './settings.ts';

export interface AdviseRequest {
  readonly model: Model;
  readonly devices: readonly DeviceProfile[];
  readonly engines: readonly Engine[];
  readonly coreOf: (id: string) => CoreProfile;
  readonly measured?: readonly MeasuredPair[] | undefined;
  /** Copies that near misses are to be brought to. @default 2 */
  readonly copies?: number | undefined;
  /** Headroom to keep. @default each device's own */
  readonly margin?: number | undefined;
  /** @default 'auto' */
  readonly engine?: string | undefined;
  /** @default each device's own */
  readonly blockFrames?: number | undefined;
  readonly tanh?: TanhKind | undefined;
  readonly width?: string | undefined;
  readonly whatIf?: boolean | undefined;
}

/** One width against the limit of one number of copies. */
export interface Distance {
  readonly copies: number;
  readonly cyclesPerSample: number;
  readonly limitCyclesPerSample: number;
  readonly load: number;
  /** (limit - cost) / limit: negative when over. */
  readonly distance: number;
  readonly inside: boolean;
}

export interface WidthAdvice {
  readonly width: WidthInfo;
  readonly distances: readonly Distance[];
  /** Why there are none: the chip is unknown, no engine takes it, or it does not load. */
  readonly reasons: readonly string[];
}

export interface Suggestion extends Omit<Found, 'network'> {
  readonly width: string;
  readonly copies: number;
  readonly load: number;
  /** Other devices of the request on which it also brings so many copies inside. */
  readonly alsoHelps: readonly string[];
}

export interface SettingSuggestion extends SettingChange {
  readonly width: string;
  readonly copies: number;
  readonly inside: boolean;
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
  readonly nearMisses: readonly {
    readonly width: string;
    readonly copies: number;
    readonly load: number;
    readonly over: number;
    readonly candidates: number;
    readonly obstacle: string | null;
    readonly suggestions: readonly Suggestion[];
    readonly settings: readonly SettingSuggestion[];
  }[];
}

/** A width is a near miss up to this share above its limit. */
const nearShare = 0.35;
const suggestionsEach = 5;
const copyCounts = [1, 2, 3];

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

const limitOf = (row: PredictRow, margin: number): number | null =>
  row.budgetCyclesPerSample === null ? null : row.budgetCyclesPerSample * (1 - margin);

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

export const advise = (request: AdviseRequest, book: CostBook = new CostBook()): Advice => {
  const copies = request.copies ?? 2;
  const counts = [...new Set([...copyCounts, copies])].sort((a, b) => a - b);
  const { rows } = predict(
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
    },
    book,
  );
  const widths = new Map(
    selectWidths(request.model, request.width ?? 'all', { whatIf: request.whatIf ?? false }).map(
      (width) => [width.label, width],
    ),
  );
  let best: Advice['best'] = null;
  const devices = request.devices.map((device): DeviceAdvice => {
    const own = rows.filter((row) => row.device === device.id);
    const advice = adviceFor(device, own, request, copies, counts);
    const nearMisses = advice.widths.flatMap(({ width, distances }) => {
      const at = distances.find((distance) => distance.copies === copies);
      if (at === undefined || at.inside || at.distance < -nearShare) return [];
      const chosen = widths.get(width.label);
      if (chosen === undefined || device.chip === null) return [];
      const { miss, top } = nearMiss(request, book, device, chosen, at, own, rows);
      if (top !== null && best === null) {
        best = { device: device.id, width: width.label, network: top.network };
      }
      return [miss];
    });
    return { ...advice, nearMisses };
  });
  return { devices, best };
};

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

const nearMiss = (
  request: AdviseRequest,
  book: CostBook,
  device: DeviceProfile,
  width: Width,
  at: Distance,
  rows: readonly PredictRow[],
  allRows: readonly PredictRow[],
): { miss: DeviceAdvice['nearMisses'][number]; top: Found | null } => {
  const slimmed: SlimmedModel = book.slimmed(request.model, width, {
    whatIf: request.whatIf ?? false,
  });
  const row = rows.find((one) => one.width.label === width.label);
  const { chip } = device;
  // Callers come here with a chip and a costed row only.
  if (chip === null || row?.engine == null) throw new RangeError(`${device.id} has no costed row.`);
  const point: Point = {
    network: slimmed.network,
    chip,
    core: request.coreOf(audioClusterOf(chip).coreId),
    engines: request.engines,
    engine: request.engine ?? 'auto',
    blockFrames: row.blockFrames,
    tanh: request.tanh,
    copies: at.copies,
    parallel: false,
  };
  const limit = at.limitCyclesPerSample;
  const search = searchArchitecture(
    slimmed.network,
    point,
    at.cyclesPerSample,
    limit,
    suggestionsEach,
  );
  const budget = row.budgetCyclesPerSample ?? limit;
  const suggestions = search.found.map(
    ({ network, ...found }): Suggestion => ({
      ...found,
      width: width.label,
      copies: at.copies,
      load: found.cyclesPerSample / budget,
      alsoHelps: alsoHelps(request, device, width, at.copies, found.change, slimmed, allRows),
    }),
  );
  const settings = cheaperSettings(point, row.engine, at.cyclesPerSample).map(
    (change): SettingSuggestion => ({
      ...change,
      width: width.label,
      copies: at.copies,
      inside: change.cyclesPerSample <= limit,
    }),
  );
  return {
    miss: {
      width: width.label,
      copies: at.copies,
      load: at.load,
      over: -at.distance,
      candidates: search.candidates,
      obstacle: search.obstacle,
      suggestions,
      settings,
    },
    top: search.found[0] ?? null,
  };
};

/** Devices on which the width was outside with so many copies, and is inside with the change. */
const alsoHelps = (
  request: AdviseRequest,
  here: DeviceProfile,
  width: Width,
  copies: number,
  change: Found['change'],
  slimmed: SlimmedModel,
  allRows: readonly PredictRow[],
): readonly string[] =>
  request.devices.flatMap((device) => {
    const { chip } = device;
    if (device.id === here.id || chip === null || slimmed.network.kind !== 'wavenet') return [];
    const row = allRows.find(
      (one) => one.device === device.id && one.width.label === width.label && one.copies === copies,
    );
    if (row?.cyclesPerSample == null || row.margin === null) return [];
    const limit = limitOf(row, request.margin ?? row.margin);
    if (limit === null || row.cyclesPerSample.expected <= limit) return [];
    const priced = price(new CostBook(), {
      network: editWaveNet(slimmed.network, change),
      chip,
      core: request.coreOf(audioClusterOf(chip).coreId),
      engines: request.engines,
      engine: request.engine ?? 'auto',
      blockFrames: row.blockFrames,
      tanh: request.tanh,
      copies,
      parallel: false,
    });
    if (priced.engine === null) return [];
    return priced.cost.total.expected / row.blockFrames <= limit ? [device.id] : [];
  });
