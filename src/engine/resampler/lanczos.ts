// biome-ignore-all lint/style/noNonNullAssertion: rows of one table have `taps` coefficients each
/**
 * The resampler that NAM's plug-in puts around a model of another rate: AudioDSPTools' `ResamplingContainer` at
 * 0827c6c, one channel, a Lanczos kernel of twelve zeros on each side in double precision.
 */
import { sineOfTurns } from '../../audio/sine.ts';
import { commonDivisor } from '../../units/divisor.ts';
import { memoize } from '../../units/memoize.ts';

/** Zeros of the kernel on each side. */
const zeros = 12;
export const taps: number = 2 * zeros;
/** Rows of the table in a sample; what lies between two of them is read off the line. */
const tablePoints = 8192;
/** Samples that its ring holds, written twice so that every read is contiguous. */
export const ringFrames = 131_072;
/** Samples behind the newest one at which an output is read. */
export const readBehind: number = zeros + 1;

/** `to` samples leave for each `from` that come; reduced. */
export type Ratio = Readonly<Record<'from' | 'to', number>>;

export const ratioOf = (fromHz: number, toHz: number): Ratio => {
  const common = commonDivisor(fromHz, toHz);
  return { from: fromHz / common, to: toHz / common };
};

const kernel = (x: number): number =>
  Math.abs(x) < 1e-7
    ? 1
    : (zeros * sineOfTurns(x / 2) * sineOfTurns(x / (2 * zeros))) / (Math.PI * Math.PI * x * x);

const tableRow = (row: number): Float64Array =>
  Float64Array.from({ length: taps }, (_, i) => kernel(row / tablePoints + i - zeros));

export interface TablePlace {
  /** In rows of the table, with the share of the way to the next. */
  readonly position: number;
  readonly coefficients: Float64Array;
  /** To the coefficients of the next row. */
  readonly deltas: Float64Array;
}

/** Where an output lies in the table that is `rest` of `to` parts of a sample behind its first tap's place. */
export const tablePlace = (rest: number, to: number): TablePlace => {
  const position = (1 - rest / to) * tablePoints;
  const coefficients = tableRow(Math.floor(position));
  const next = tableRow(Math.floor(position) + 1);
  return { position, coefficients, deltas: next.map((value, i) => value - coefficients[i]!) };
};

/** Takes and gives blocks of any length. */
export class Lanczos {
  private readonly ratio: Ratio;
  private readonly rows = new Map<number, Float64Array>();
  /** From the first tap of the next output on. */
  private held: Float64Array<ArrayBuffer> = new Float64Array(zeros);
  /** How far the next output lies behind its sample, in parts of `ratio.to`. */
  private rest = 0;

  constructor(fromHz: number, toHz: number) {
    this.ratio = ratioOf(fromHz, toHz);
  }

  push(block: Float32Array): void {
    const longer = new Float64Array(this.held.length + block.length);
    longer.set(this.held);
    longer.set(block, this.held.length);
    this.held = longer;
  }

  /** All that what was pushed gives. */
  pop(): Float32Array {
    const { from, to } = this.ratio;
    const out: number[] = [];
    let at = 0;
    while ((this.held.length - at - zeros - readBehind) * to > this.rest) {
      out.push(this.read(at));
      const ahead = this.rest + from;
      this.rest = ahead % to;
      at += Math.floor(ahead / to);
    }
    this.held = this.held.slice(at);
    return Float32Array.from(out);
  }

  private read(at: number): number {
    const row = this.row();
    let sum = 0;
    for (let i = 0; i < taps; i++) sum += row[i]! * this.held[at + i]!;
    return sum;
  }

  private row(): Float64Array {
    return memoize(this.rows, this.rest, (rest) => {
      const { position, coefficients, deltas } = tablePlace(rest, this.ratio.to);
      const share = position - Math.floor(position);
      return coefficients.map((value, i) => value + share * deltas[i]!);
    });
  }
}

/** Inputs that a fresh resampler needs before it gives one output. */
const neededForOne = ({ from, to }: Ratio): number => Math.floor(readBehind + 1 + from / to);

/** What the container adds, in frames of the session: the silence that is pushed through before the first block. */
export const latencyFrames = (sessionHz: number, modelHz: number): number => {
  const modelFrames = neededForOne(ratioOf(modelHz, sessionHz));
  const { from, to } = ratioOf(sessionHz, modelHz);
  return Math.floor(readBehind + 1 + (modelFrames * from) / to);
};

/**
 * Frames that the model gets in each of the blocks after which they repeat: 96 kHz in blocks of 64 hand on 32
 * each time, 44.1 kHz 69 or 70. `before`: frames of the session that were read before the first.
 */
export const modelBlocks = (
  sessionHz: number,
  modelHz: number,
  blockFrames: number,
  before: number = latencyFrames(sessionHz, modelHz) - readBehind,
): number[] => {
  const { from, to } = ratioOf(sessionHz, modelHz);
  const given = (block: number): number => Math.ceil(((before + block * blockFrames) * to) / from);
  return Array.from({ length: from / commonDivisor(from, blockFrames) }, (_, block) =>
    Math.max(0, given(block + 1) - given(block)),
  );
};
