/** What devices ask of a set of widths: each the widest that fits, once and twice. */
import { CostBook } from '../cost/cost-cache.ts';
import { finish, type Steps } from '../cost/steps.ts';
import { predictSteps } from '../predict/predict.ts';
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
  const copies = [...new Set(request.devices.flatMap(({ id }) => copiesOn(id)))];
  const { rows } = yield* predictSteps(
    {
      models: [request.model],
      devices: request.devices,
      engines: request.engines,
      coreOf: request.coreOf,
      engine: request.engine,
      ...(request.blockFrames === undefined ? {} : { blockFrames: [request.blockFrames] }),
      tanh: request.tanh,
      whatIf: request.whatIf,
      copies,
    },
    book,
  );
  const labels = [...new Set(rows.map((row) => row.width.label))];
  const widths = labels.map(
    (label): OfferedWidth => ({
      label,
      worth: rows.find((row) => row.width.label === label)?.width.macsPerSample ?? 0,
    }),
  );
  const demands = request.devices.flatMap((device) =>
    copiesOn(device.id).flatMap((count): Demand[] => {
      const own = rows.filter((row) => row.device === device.id && row.copies === count);
      const margin = request.margin ?? own[0]?.margin ?? null;
      if (margin === null) return [];
      const byWidth = labels.map((label) => {
        const row = own.find((one) => one.width.label === label);
        return row?.verdict === 'wont-load' ? undefined : row;
      });
      return [
        {
          name: `${device.id} ${count}x`,
          deviceName: device.name,
          copies: count,
          engine: own[0]?.engine ?? null,
          loads: byWidth.map((row) => row?.load?.expected ?? null),
          worstLoads: byWidth.map((row) => row?.load?.worst ?? null),
          limit: 1 - margin,
        },
      ];
    }),
  );
  return { widths, demands };
}

/** Without a stop. */
export const demandsOf = (request: DemandsRequest, book?: CostBook): Demands =>
  finish(demandSteps(request, book));
