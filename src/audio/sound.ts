// biome-ignore-all lint/style/noNonNullAssertion: indexes lie below the length
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
  /** Lets the file go. */
  close(): void;
}

/**
 * The first sample that is no finite number, or -1. The sum of all is finite unless one of them is not: quick where all are.
 * Four sums side by side, because an addition to one would wait for the last: 0.3 ns a sample where `for of` took 4.8.
 */
export const firstNotFinite = (samples: Float32Array): number => {
  let [a, b, c, d] = [0, 0, 0, 0];
  let i = samples.length % 4;
  for (let k = 0; k < i; k++) a += samples[k]!;
  for (; i < samples.length; i += 4) {
    a += samples[i]!;
    b += samples[i + 1]!;
    c += samples[i + 2]!;
    d += samples[i + 3]!;
  }
  const finite = Number.isFinite(a + b + c + d);
  return finite ? -1 : samples.findIndex((sample) => !Number.isFinite(sample));
};
