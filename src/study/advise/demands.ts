/** What devices ask of a set of widths: each the widest that fits, once and twice. */
import type { DeviceProfile } from '../../device/profile.ts';
import type { Interval } from '../../units/range.ts';
import { CostBook } from '../cost/cost-cache.ts';
import { part, type Steps } from '../cost/steps.ts';
import { predictSteps } from '../predict/predict.ts';
import type { PredictRow } from '../predict/row.ts';
import { chanceInside, usualConfidence } from './judge.ts';
import { type AdviseRequest, predictionOn } from './request.ts';
import type { Demand, OfferedWidth } from './width-set.ts';

export interface Demands {
  readonly widths: readonly OfferedWidth[];
  readonly demands: readonly Demand[];
}

export interface DemandsRequest extends AdviseRequest {
  /** How often each device, by its id, is to run the model. @default once and twice */
  readonly copiesOn?: ((device: string) => readonly number[]) | undefined;
}

/** `rows`: of the device so many times, the widths in their order. */
const demandOf = (
  rows: readonly PredictRow[],
  device: DeviceProfile,
  copies: number,
  request: DemandsRequest,
): readonly Demand[] => {
  const margin = request.margin ?? rows[0]?.margin ?? null;
  if (margin === null) return [];
  const of = (corner: keyof Interval): (number | null)[] =>
    rows.map(({ load, verdict }) => (verdict === 'wont-load' ? null : (load?.[corner] ?? null)));
  return [
    {
      name: `${device.id} ${copies}x`,
      deviceName: device.name,
      copies,
      engines: rows.map(({ engine }) => engine),
      loads: of('expected'),
      lowLoads: of('low'),
      highLoads: of('high'),
      worstLoads: of('worst'),
      chances: rows.map((row) => chanceInside(row, margin)),
      confidence: request.confidence ?? usualConfidence,
      limit: 1 - margin,
    },
  ];
};

export function* demandSteps(
  { copiesOn = () => [1, 2], ...request }: DemandsRequest,
  book: CostBook = new CostBook(),
): Steps<Demands> {
  const worths = new Map<string, number>();
  const demands: Demand[] = [];
  const { length } = request.devices;
  for (const [d, device] of request.devices.entries()) {
    const copies = copiesOn(device.id);
    const ofDevice = predictSteps(predictionOn(request, device, [...new Set(copies)]), book);
    const { rows } = yield* part(ofDevice, d / length, (d + 1) / length);
    for (const { width } of rows) worths.set(width.label, width.macsPerSample);
    for (const count of copies) {
      const soMany = rows.filter((row) => row.copies === count);
      demands.push(...demandOf(soMany, device, count, request));
    }
  }
  return { widths: [...worths].map(([label, worth]) => ({ label, worth })), demands };
}
