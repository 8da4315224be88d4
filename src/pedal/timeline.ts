/** Block loads over the whole run in a fixed number of bins: what a picture of it needs. */
import type { BlockRecord } from './record.ts';

export interface TimelineBin {
  readonly startSeconds: number;
  readonly meanLoad: number;
  readonly maxLoad: number;
  readonly xruns: number;
}

const mostBins = 120;

export class Timeline {
  readonly #framesPerBin: number;
  readonly #sampleRateHz: number;
  readonly #blocks: Float64Array;
  readonly #sum: Float64Array;
  readonly #max: Float64Array;
  readonly #xruns: Float64Array;

  /** `frames`: of the whole run. */
  constructor(frames: number, sampleRateHz: number) {
    this.#framesPerBin = Math.max(1, Math.ceil(frames / mostBins));
    this.#sampleRateHz = sampleRateHz;
    const bins = Math.max(1, Math.ceil(frames / this.#framesPerBin));
    this.#blocks = new Float64Array(bins);
    this.#sum = new Float64Array(bins);
    this.#max = new Float64Array(bins);
    this.#xruns = new Float64Array(bins);
  }

  add(record: BlockRecord): void {
    // The last block may reach beyond the end.
    const bin = Math.min(
      this.#blocks.length - 1,
      Math.floor(record.firstFrame / this.#framesPerBin),
    );
    if (record.late || record.lost) this.#xruns[bin]! += 1;
    if (record.lost) return;
    this.#blocks[bin]! += 1;
    this.#sum[bin]! += record.load;
    if (record.load > this.#max[bin]!) this.#max[bin] = record.load;
  }

  /** Bins in which no block began are left out: blocks can be longer than bins. */
  bins(): readonly TimelineBin[] {
    return Array.from(this.#blocks, (blocks, bin) => ({
      startSeconds: (bin * this.#framesPerBin) / this.#sampleRateHz,
      meanLoad: blocks === 0 ? 0 : this.#sum[bin]! / blocks,
      maxLoad: this.#max[bin]!,
      xruns: this.#xruns[bin]!,
    })).filter((bin, i) => this.#blocks[i]! > 0 || bin.xruns > 0);
  }
}
