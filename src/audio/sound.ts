/** Sound as a stream of blocks of one channel: a file or a built-in signal. */

export interface SoundFormat {
  readonly sampleRateHz: number;
  /** Of the source; what is read is one channel. */
  readonly channels: number;
  readonly frames: number;
  readonly warnings: readonly string[];
}

export interface Sound {
  /** For messages. */
  readonly path: string;
  readonly format: SoundFormat;
  /** Fills `into`, full scale 1, and returns the frames read; fewer only at the end. */
  read(into: Float32Array): number;
  /** Back to the first frame. */
  rewind(): void;
  close(): void;
}

/** The first sample that is no finite number, or -1. The sum of all is finite unless one of them is not: quick where all are. */
export const firstNotFinite = (samples: Float32Array): number => {
  let sum = 0;
  for (const sample of samples) sum += sample;
  return Number.isFinite(sum) ? -1 : samples.findIndex((sample) => !Number.isFinite(sample));
};
