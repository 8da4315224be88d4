/** What devices ask of a set of widths: each the widest that fits, once and twice. */
import type { DeviceProfile } from '../../device/profile.ts';
import { CostBook } from '../cost/cost-cache.ts';
import { finish, part, type Steps } from '../cost/steps.ts';
import type { Interval } from '../predict/interval.ts';
import { predictSteps } from '../predict/predict.ts';
import type { PredictRequest } from '../predict/request.ts';
import type { PredictRow } from '../predict/row.ts';
import { chanceInside, usualConfidence } from './inside.ts';
import type { AdviseRequest } from './request.ts';
import type { Demand, OfferedWidth } from './width-set.ts';

export interface Demands {
  readonly widths: readonly OfferedWidth[];
  readonly demands: readonly Demand[];
}

export interface DemandsRequest extends AdviseRequest {
  /** How often each device, by its id, is to run the model. @default once and twice */
  readonly copiesOn?: ((device: string) => readonly number[]) | undefined;
}

const onceAndTwice = [1, 2];

export function* demandSteps(
  request: DemandsRequest,
  book: CostBook = new CostBook(),
): Steps<Demands> {
  const copiesOn = request.copiesOn ?? (() => onceAndTwice);
  const confidence = request.confidence ?? usualConfidence;
  const rows: PredictRow[] = [];
  const demands: Demand[] = [];
  for (const [d, device] of request.devices.entries()) {
    const copies = copiesOn(device.id);
    const { devices } = request;
    const [from, to] = [d / devices.length, (d + 1) / devices.length];
    const own = (yield* part(predictSteps(widthsOn(request, device, copies), book), from, to)).rows;
    rows.push(...own);
    demands.push(...copies.flatMap((count) => demandOf(own, device, count, confidence, request)));
  }
  return { widths: offeredIn(rows), demands };
}

const offeredIn = (rows: readonly PredictRow[]): readonly OfferedWidth[] => {
  const worths = new Map(rows.map(({ width }) => [width.label, width.macsPerSample]));
  return [...worths].map(([label, worth]) => ({ label, worth }));
};

const widthsOn = (
  request: DemandsRequest,
  device: DeviceProfile,
  copies: readonly number[],
): PredictRequest => ({
  models: [request.model],
  devices: [device],
  engines: request.engines,
  coreOf: request.coreOf,
  measured: request.measured,
  engine: request.engine,
  ...(request.blockFrames === undefined ? {} : { blockFrames: [request.blockFrames] }),
  tanh: request.tanh,
  width: request.width,
  whatIf: request.whatIf,
  copies: [...new Set(copies)],
});

/** `rows`: of the device, the widths in their order. */
const demandOf = (
  rows: readonly PredictRow[],
  device: DeviceProfile,
  copies: number,
  confidence: number,
  request: DemandsRequest,
): readonly Demand[] => {
  const own = rows.filter((row) => row.copies === copies);
  const margin = request.margin ?? own[0]?.margin ?? null;
  if (margin === null) return [];
  const of = (pick: (load: Interval) => number): (number | null)[] =>
    own.map(({ load, verdict }) => (load === null || verdict === 'wont-load' ? null : pick(load)));
  return [
    {
      name: `${device.id} ${copies}x`,
      deviceName: device.name,
      copies,
      engines: own.map(({ engine }) => engine),
      loads: of(({ expected }) => expected),
      lowLoads: of(({ low }) => low),
      highLoads: of(({ high }) => high),
      worstLoads: of(({ worst }) => worst),
      chances: own.map((row) => chanceInside(row, margin)),
      confidence,
      limit: 1 - margin,
    },
  ];
};

/** Without a stop. */
export const demandsOf = (request: DemandsRequest, book?: CostBook): Demands =>
  finish(demandSteps(request, book));
