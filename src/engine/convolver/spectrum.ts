/** Tables and spectra for the partitioned convolution, computed once in double precision. */

export type ComplexArrays = Readonly<Record<'re' | 'im', Float32Array>>;

const turned = (length: number, angle: (i: number) => number): ComplexArrays => ({
  re: Float32Array.from({ length }, (_, i) => Math.cos(angle(i))),
  im: Float32Array.from({ length }, (_, i) => Math.sin(angle(i))),
});

/**
 * exp(-pi i j / l) for the stage that works on groups of m (l = size / 2 / m), each repeated m times,
 * so that several j fill a vector.
 */
export const stageTwiddles = (size: number, m: number): ComplexArrays =>
  turned(size / 2, (i) => (-Math.PI * Math.floor(i / m)) / (size / 2 / m));

/** exp(-pi i k / size): between the packed transform and the spectrum of 2 x size reals. */
export const splitTwiddles = (n: number): ComplexArrays => turned(n, (k) => (-Math.PI * k) / n);

/**
 * The spectrum of 2 x size reals: real parts of bins 0 to size - 1, then imaginary ones, with bin
 * `size` (which is real) in the place of the imaginary part of bin 0. Radix 2, recursive: runs once.
 */
export const forwardPacked = (reals: Float32Array): Float64Array => {
  const size = reals.length / 2;
  const transform = (re: Float64Array, im: Float64Array): [Float64Array, Float64Array] => {
    const n = re.length;
    if (n === 1) return [re, im];
    const pick = (from: Float64Array, odd: number): Float64Array =>
      Float64Array.from({ length: n / 2 }, (_, i) => from[2 * i + odd] ?? 0);
    const [er, ei] = transform(pick(re, 0), pick(im, 0));
    const [or, oi] = transform(pick(re, 1), pick(im, 1));
    const [outR, outI] = [new Float64Array(n), new Float64Array(n)];
    for (let k = 0; k < n / 2; k += 1) {
      const [c, s] = [Math.cos((-2 * Math.PI * k) / n), Math.sin((-2 * Math.PI * k) / n)];
      const tr = (or[k] ?? 0) * c - (oi[k] ?? 0) * s;
      const ti = (or[k] ?? 0) * s + (oi[k] ?? 0) * c;
      outR[k] = (er[k] ?? 0) + tr;
      outI[k] = (ei[k] ?? 0) + ti;
      outR[k + n / 2] = (er[k] ?? 0) - tr;
      outI[k + n / 2] = (ei[k] ?? 0) - ti;
    }
    return [outR, outI];
  };
  const [re, im] = transform(Float64Array.from(reals), new Float64Array(2 * size));
  // The imaginary part of bin 0 is nothing.
  return Float64Array.of(...re.subarray(0, size + 1), ...im.subarray(1, size));
};
