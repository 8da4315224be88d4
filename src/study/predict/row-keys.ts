/** Rows by what they hang on: models of one shape share them, and so do predictions that were made before. */
import { audioClusterOf } from '../../device/audio-cluster.ts';
import type { DeviceProfile } from '../../device/profile.ts';
import { textKey } from '../../units/content-key.ts';
import { memoize } from '../../units/memoize.ts';
import type { CostCache } from '../cost/cost-cache.ts';
import { nothingMeasured } from './confidence.ts';
import type { Beside, Cell, PredictRequest } from './request.ts';
import type { Outcome } from './row.ts';
import { whatRuns } from './row-of.ts';

/** What was worked out for one model, for another of its shape: they differ in names only. */
export const outcomeFor = (outcome: Outcome, cell: Cell, request: PredictRequest): Outcome => {
  const { beside = [], pathOf } = request;
  if ('skipped' in outcome) return { skipped: { ...outcome.skipped, model: cell.model.id } };
  const devicePath = pathOf?.(cell.device) ?? null;
  return { row: { ...outcome.row, ...whatRuns({ ...cell, beside }), devicePath } };
};

/** The keys of one request's rows: equal keys, equal rows but for names, whatever asked for them. */
export class RowKeys {
  readonly #request: PredictRequest;
  readonly #costs: CostCache;
  /** Of the request; null where the sound of a model decides, which no key holds. */
  readonly #options: string | null;
  readonly #devices = new Map<DeviceProfile, string>();
  #last: { readonly of: Beside; readonly key: string } | null = null;

  constructor(request: PredictRequest, costs: CostCache) {
    this.#request = request;
    this.#costs = costs;
    const { engine = 'auto', engines, tanh, placement, resample = true, oversample = 1 } = request;
    const { parallel = false, arrangements = false, splitAfterLayers, beside = [] } = request;
    const { kinds } = request.measured ?? nothingMeasured;
    const sounds = request.fidelity !== undefined || request.arguments !== undefined;
    const how = [engine, tanh, placement, resample, oversample, parallel, splitAfterLayers];
    const what = [arrangements, engines.map(({ id }) => id), kinds];
    const all = [...how, ...what, beside.map((other) => this.#widthOf(other))];
    this.#options = sounds ? null : costs.content(all);
  }

  /** The same for models that differ in nothing but the values of their weights. */
  #widthOf({ model, width }: Beside): string {
    const { whatIf = false } = this.#request;
    const { network } = this.#costs.slimmed(model, width, { whatIf });
    const { version, architecture, metadata } = model;
    const shape = this.#costs.shape(network);
    return this.#costs.content([version, architecture, metadata.sampleRateHz, width, shape]);
  }

  #deviceOf(device: DeviceProfile): string {
    const { measured = nothingMeasured, coreOf } = this.#request;
    const { chip } = device;
    const core = chip === null ? null : coreOf(audioClusterOf(chip).coreId);
    const { content } = this.#costs;
    const shipped = measured.shipped?.(device) ?? null;
    return `${content(device)} ${core === null ? null : content(core)} ${shipped}`;
  }

  /** Null where nothing is shared. */
  keyOf(cell: Cell): string | null {
    if (this.#options === null) return null;
    const { model, width, device, blockFrames, sampleRateHz, copies, engine } = cell;
    // Cells come width by width.
    if (this.#last?.of.model !== model || this.#last.of.width !== width) {
      this.#last = { of: cell, key: this.#widthOf(cell) };
    }
    const place = memoize(this.#devices, device, () => this.#deviceOf(device));
    const rest = `${blockFrames} ${sampleRateHz} ${copies} ${engine}`;
    // Half of it is as good a name, and many are stored.
    return textKey(`${this.#options} ${this.#last.key} ${place} ${rest}`).slice(0, 32);
  }
}
