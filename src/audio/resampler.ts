// biome-ignore-all lint/style/noNonNullAssertion: a row has `taps` coefficients, and the history that many samples from `at` on
/**
 * Another sample rate by a windowed sinc in phases (Smith and Gossett, 1984): flat to nine tenths of the lower
 * rate's half, images and aliases 110 dB down, no delay: what comes out lies where it went in. Only additions,
 * multiplications, divisions and roots, so that the samples are the same on every host.
 */
import { commonDivisor } from '../units/divisor.ts';
import { sineOfTurns } from './sine.ts';

/** Of images and aliases, in dB; Kaiser's formulas give the window and its transition from it. */
const attenuation = 110;
const beta = 0.1102 * (attenuation - 8.7);
/** Zeros of the sinc on each side. */
const zeros = 64;
/** The transition ends at half the lower rate, so that its middle lies below. */
const rolloff = 1 - (attenuation - 8) / (2.285 * 2 * zeros) / (2 * Math.PI);
/** More phases than this are read off between two of them. */
const mostPhases = 1024;

/** The modified Bessel function of order zero, by its series. */
const bessel = (x: number): number => {
  let sum = 1;
  let term = 1;
  for (let k = 1; term > sum * 1e-17; k++) {
    term *= (x / (2 * k)) ** 2;
    sum += term;
  }
  return sum;
};

interface Kernel {
  /** Samples on each side of the place that is read. */
  readonly half: number;
  readonly phases: number;
  /** `2 * half` coefficients a phase, and one phase more than there are. */
  readonly table: Float64Array;
}

export const windowedSinc = (
  x: number,
  half: number,
  cutoff: number,
  shape: number = beta,
): number => {
  const inside = 1 - (x / half) ** 2;
  if (inside <= 0) return 0;
  const angle = x * cutoff;
  const sinc = angle === 0 ? 1 : sineOfTurns(angle / 2) / (Math.PI * angle);
  return sinc * bessel(shape * Math.sqrt(inside));
};

const makeKernel = (ratio: number, phases: number): Kernel => {
  const cutoff = rolloff * Math.min(1, ratio);
  const half = Math.ceil(zeros / Math.min(1, ratio));
  const table = new Float64Array((phases + 1) * 2 * half);
  for (let phase = 0; phase <= phases; phase++) {
    const row = table.subarray(phase * 2 * half, (phase + 1) * 2 * half);
    let sum = 0;
    for (let k = 0; k < row.length; k++) {
      row[k] = windowedSinc(k - (half - 1) - phase / phases, half, cutoff);
      sum += row[k]!;
    }
    // Each phase passes a constant as it is.
    for (let k = 0; k < row.length; k++) row[k] = row[k]! / sum;
  }
  return { half, phases, table };
};

export type Sink = (block: Float32Array) => unknown;

/** Takes blocks of any length; hands blocks on as soon as they are known, in an array that is used again. */
export class Resampler {
  private readonly kernel: Kernel;
  /** Reduced: `to` samples go out for each `from` that come in. */
  private readonly from: number;
  private readonly to: number;
  /** Samples that are still read, the first of them `half - 1` before the place of the next output. */
  private history: Float64Array<ArrayBuffer>;
  private held: number;
  /** How far the next output lies behind the sample in the middle, in parts of `to`. */
  private fraction = 0;
  private taken = 0;
  private given = 0;

  /** @throws RangeError for a rate that is no positive whole number. */
  constructor(fromHz: number, toHz: number) {
    if (!(Number.isInteger(fromHz) && Number.isInteger(toHz) && fromHz > 0 && toHz > 0)) {
      throw new RangeError(`expected rates in whole hertz, got ${fromHz} and ${toHz}`);
    }
    const common = commonDivisor(fromHz, toHz);
    this.from = fromHz / common;
    this.to = toHz / common;
    this.kernel = makeKernel(toHz / fromHz, Math.min(this.to, mostPhases));
    this.history = new Float64Array(4 * this.kernel.half);
    this.held = this.kernel.half - 1;
  }

  push(block: Float32Array, sink: Sink): void {
    this.taken += block.length;
    this.take(block, sink, Number.POSITIVE_INFINITY);
  }

  /** What the last samples still give: in all, the frames that came in times the ratio, rounded up. */
  finish(sink: Sink): void {
    const total = Math.ceil((this.taken * this.to) / this.from);
    while (this.given < total) this.take(new Float32Array(this.kernel.half), sink, total);
  }

  private take(block: Float32Array, sink: Sink, total: number): void {
    if (this.history.length < this.held + block.length) {
      const longer = new Float64Array(2 * (this.held + block.length));
      longer.set(this.history.subarray(0, this.held));
      this.history = longer;
    }
    this.history.set(block, this.held);
    this.held += block.length;
    const { half } = this.kernel;
    const most = Math.ceil(((this.held + 1) * this.to) / this.from);
    const out = new Float32Array(Math.min(most, total - this.given));
    let count = 0;
    let at = 0;
    while (at + 2 * half <= this.held && count < out.length) {
      out[count++] = this.valueAt(at);
      this.fraction += this.from;
      const steps = Math.floor(this.fraction / this.to);
      this.fraction -= steps * this.to;
      at += steps;
    }
    // A step of many samples may lead beyond what is there.
    const drop = Math.min(at, this.held);
    this.history.copyWithin(0, drop, this.held);
    this.held -= drop;
    this.fraction += (at - drop) * this.to;
    this.given += count;
    if (count > 0) sink(out.subarray(0, count));
  }

  private valueAt(at: number): number {
    const { half, phases, table } = this.kernel;
    const place = (this.fraction * phases) / this.to;
    const phase = Math.floor(place);
    const rest = place - phase;
    const value = this.dot(at, phase * 2 * half, table);
    return rest === 0
      ? value
      : value + rest * (this.dot(at, (phase + 1) * 2 * half, table) - value);
  }

  /** Hot: 128 products a sample, in four chains. */
  private dot(at: number, row: number, table: Float64Array): number {
    const { history } = this;
    let a = 0;
    let b = 0;
    for (let k = 0; k < 2 * this.kernel.half; k += 2) {
      a += history[at + k]! * table[row + k]!;
      b += history[at + k + 1]! * table[row + k + 1]!;
    }
    return a + b;
  }
}
