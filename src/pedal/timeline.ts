// biome-ignore-all lint/style/noNonNullAssertion: there is one bin at least
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
  readonly #bins: { blocks: number; sum: number; max: number; xruns: number }[];

  /** `frames`: of the whole run. */
  constructor(frames: number, sampleRateHz: number) {
    this.#framesPerBin = Math.max(1, Math.ceil(frames / mostBins));
    this.#sampleRateHz = sampleRateHz;
    const length = Math.max(1, Math.ceil(frames / this.#framesPerBin));
    this.#bins = Array.from({ length }, () => ({ blocks: 0, sum: 0, max: 0, xruns: 0 }));
  }

  add({ firstFrame, late, lost, load }: BlockRecord): void {
    // The last block may reach beyond the end.
    const bin = this.#bins[Math.floor(firstFrame / this.#framesPerBin)] ?? this.#bins.at(-1)!;
    if (late || lost) bin.xruns += 1;
    if (lost) return;
    bin.blocks += 1;
    bin.sum += load;
    bin.max = Math.max(bin.max, load);
  }

  /** Bins in which no block began are left out: blocks can be longer than bins. */
  bins(): readonly TimelineBin[] {
    return this.#bins.flatMap(({ blocks, sum, max, xruns }, bin) => {
      const startSeconds = (bin * this.#framesPerBin) / this.#sampleRateHz;
      const meanLoad = blocks === 0 ? 0 : sum / blocks;
      return blocks > 0 || xruns > 0 ? [{ startSeconds, meanLoad, maxLoad: max, xruns }] : [];
    });
  }
}
