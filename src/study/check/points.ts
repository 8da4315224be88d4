/** What the machine says of the models that budgets name; budgets of one point share the answer. */
import type { Model, Width } from '../../nam/model.ts';
import { selectWidths } from '../../nam/widths.ts';
import type { Budget } from '../../scenario/budget.ts';
import { remember } from '../../units/remember.ts';
import type { CostBook } from '../cost/cost-cache.ts';
import { predict } from '../predict/predict.ts';
import type { PredictRow } from '../predict/row.ts';
import { fingerprint } from './fingerprint.ts';
import type { MeasureSources } from './measure-sources.ts';
import { nowhere, type Where, whereOf } from './where.ts';

/** A model at one width on a device. */
export interface Point {
  readonly row: PredictRow;
  readonly width: Width;
  readonly fingerprint: string;
  readonly where: Where;
}

export interface Points {
  readonly model: Model;
  readonly deviceId: string;
  readonly points: readonly Point[];
}

/** Models and devices as budgets name them, and the rest of the library. */
type Sources = Pick<MeasureSources, 'library' | 'model' | 'device'>;

const work = (
  sources: Sources,
  book: CostBook,
  budget: Budget,
  modelName: string,
  deviceName: string,
): Points => {
  const model = sources.model(modelName);
  const device = sources.device(deviceName);
  const { library } = sources;
  const coreOf: typeof library.core = (id) => library.core(id);
  const { engines } = library;
  const { engine, copies, tanh, whatIf } = budget;
  const { rows } = predict(
    {
      models: [model],
      devices: [device],
      engines,
      coreOf,
      engine,
      blockFrames: budget.block === undefined ? undefined : [budget.block],
      sampleRateHz: budget.rateHz,
      width: budget.width,
      whatIf,
      copies: [copies],
      tanh,
    },
    book,
  );
  const widths = new Map(
    selectWidths(model, budget.width, { whatIf }).map((width) => [width.label, width]),
  );
  const points = rows.flatMap((row): Point[] => {
    const width = widths.get(row.width.label);
    if (width === undefined) return [];
    const { network } = book.slimmed(model, width, { whatIf });
    const { blockFrames } = row;
    const where =
      row.engine === null
        ? nowhere
        : whereOf({ network, device, coreOf, engines, engine, blockFrames, copies, tanh }, book);
    return [{ row, width, fingerprint: fingerprint(network), where }];
  });
  return { model, deviceId: device.id, points };
};

export class PointBook {
  readonly #sources: Sources;
  readonly #book: CostBook;
  readonly #known = new Map<string, Points>();

  constructor(sources: Sources, book: CostBook) {
    this.#sources = sources;
    this.#book = book;
  }

  /** @throws what the sources throw for names, and `ModelError` for widths, that mean nothing */
  of(budget: Budget, modelName: string, deviceName: string): Points {
    const { width, engine, block, rateHz, copies, tanh, whatIf } = budget;
    const settings = [width, engine, block ?? 0, rateHz ?? 0, copies, tanh ?? '', whatIf];
    const key = JSON.stringify([modelName, deviceName, ...settings]);
    return remember(this.#known, key, () =>
      work(this.#sources, this.#book, budget, modelName, deviceName),
    );
  }
}
