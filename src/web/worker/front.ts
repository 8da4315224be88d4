/**
 * What is answered before the rest of the code is there: which models are open, and tables of the shapes that most
 * captures have, whose rows were worked out when the page was built.
 */
import QuickLRU from 'quick-lru';
import type { Model } from '../../nam/model.ts';
import { parseModel } from '../../nam/parse-model.ts';
import { selectWidths, slim, widthsOf } from '../../nam/widths.ts';
import { modelKeyOf, shapeOf } from '../../study/cost/model-key.ts';
import type { PredictRow } from '../../study/predict/row.ts';
import type { Context, Questions } from './protocol.ts';

/** Rows of every pedal's own settings, once and twice: by the key of a model at a width, then by pedal. */
export type PageRows = Readonly<Record<string, Readonly<Record<string, readonly PredictRow[]>>>>;

/** Open at once, or opened before: a rig may have them. */
const mostModels = 64;

export class Front {
  readonly models: QuickLRU<string, Model> = new QuickLRU({ maxSize: mostModels });
  #known: PageRows = {};

  /** Takes rows that were worked out before, before the first question. */
  know(rows: string): void {
    this.#known = JSON.parse(rows);
  }

  open({ ask }: Context<'open'>): Questions['open']['answer'] {
    const model = parseModel(ask.text, ask.name);
    this.models.set(ask.name, model);
    const { origin, id, architecture, version, metadata, warnings } = model;
    return { origin, id, architecture, version, metadata, warnings, widths: widthsOf(model) };
  }

  /** Null where not all of it is known. */
  predict({ ask, part }: Context<'predict'>): Questions['predict']['answer'] | null {
    const { models, devices, width, copies, engine, blockFrames, clockHz } = ask;
    const model = this.models.get(models[0] ?? '');
    const isDefault = engine === 'auto' && blockFrames === null && clockHz === null;
    if (model === undefined || models.length > 1 || !isDefault) return null;
    const widths = selectWidths(model, width).map((one) => {
      const key = modelKeyOf(model, one, shapeOf(slim(model, one).network));
      return { width: one, by: this.#known[key] ?? {} };
    });
    const rows = devices.map((device) =>
      widths.flatMap(({ width: one, by }) =>
        copies.map((count): PredictRow | undefined => {
          const row = by[device]?.find((known) => known.copies === count);
          return row && { ...row, model: model.id, modelPath: model.origin, width: one };
        }),
      ),
    );
    const all = rows.flat().filter((row) => row !== undefined);
    if (all.length < devices.length * widths.length * copies.length) return null;
    part(all);
    return { skipped: [], warnings: model.warnings.map((one) => `${model.origin}: ${one}`) };
  }
}
