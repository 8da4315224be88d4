// biome-ignore-all lint/style/noNonNullAssertion: blocks side by side are of one length, and the table of words is not empty
/** Sound through a model, and through its full width beside it: blocks in, blocks out. Knows no files. */

import { atRate } from '../../audio/resampled-sound.ts';
import { Resampler, type Sink } from '../../audio/resampler.ts';
import { firstNotFinite, type Sound } from '../../audio/sound.ts';
import type { Executor } from '../../execute/executor.ts';

/** Below each ratio the word that the trainer prints after a training (nam/train/core.py). */
const words: readonly (readonly [number, string])[] = [
  [0.01, 'Great!'],
  [0.035, 'Not bad!'],
  [0.1, '...This *might* sound ok!'],
  [0.3, "...This probably won't sound great :("],
  [Number.POSITIVE_INFINITY, '...Something seems to have gone wrong.'],
];

/** The error-to-signal ratio as NAM's trainer defines it, sum((y - z)^2) / sum(y^2), in its words. */
export interface ErrorRatio {
  readonly ratio: number;
  /** Null where there is no difference at all. */
  readonly decibels: number | null;
  readonly word: string;
}

const decibelsOf = (powerRatio: number): number | null =>
  powerRatio > 0 ? Math.round(1000 * 10 * Math.log10(powerRatio)) / 1000 : null;

/** Null where the signal is silent, so that no ratio exists. */
const errorRatio = (error: number, signal: number): ErrorRatio | null => {
  if (signal === 0) return null;
  const ratio = error / signal;
  const word = words.find(([below]) => ratio < below)?.[1] ?? words[words.length - 1]![1];
  return { ratio, decibels: decibelsOf(ratio), word };
};

export interface RenderSource {
  readonly sound: Sound;
  /** What the model runs at: the sound is resampled to it, and the output back. Its own rate: it goes through as it is. */
  readonly modelRateHz: number;
  readonly blockFrames: number;
  /** Reset and prewarmed, new at each call. */
  readonly executor: () => Executor;
  /** The full width, where the one that is rendered is narrower. */
  readonly full: (() => Executor) | null;
}

export interface RenderSinks {
  readonly output: Sink;
  /** The full width less the output. */
  readonly difference?: Sink | undefined;
  /** The share that is done, 0 to 1, after every block. */
  readonly onShare?: OnShare;
}

export interface RenderSums {
  readonly frames: number;
  readonly peak: number;
  /** Null where there is no full width beside it, or where it is silent. */
  readonly error: ErrorRatio | null;
}

/** What comes out at the model's rate, at the sound's again and cut to its length. */
const wayTo = ({ sampleRateHz, frames }: Sound['format'], modelRateHz: number, sink: Sink) => {
  const resampler = sampleRateHz === modelRateHz ? null : new Resampler(modelRateHz, sampleRateHz);
  const given = { frames: 0, peak: 0 };
  const give = (block: Float32Array): void => {
    const part = block.subarray(0, frames - given.frames);
    let { peak } = given;
    for (let i = 0; i < part.length; i++) {
      const size = Math.abs(part[i]!);
      if (size > peak) peak = size;
    }
    given.peak = peak;
    given.frames += part.length;
    if (part.length > 0) sink(part);
  };
  return {
    given,
    push: (block: Float32Array) => (resampler === null ? give(block) : resampler.push(block, give)),
    finish: () => resampler?.finish(give),
  };
};

/** Frames that are read and handed on at once: calls cost less than the samples in them. */
const pieceFrames = 16_384;

/** Of pieces of the output, and of the full width beside it (the input where there is none). */
type Listen = (output: Float32Array, beside: Float32Array) => void;
type OnShare = (share: number) => Promise<void>;

/** Plays pieces block by block into `output`, through views that are made once: there are 2.7 million in an hour. */
const inBlocks = (executor: Executor, piece: Float32Array, blockFrames: number) => {
  const output = new Float32Array(piece.length);
  const blocks = Array.from({ length: piece.length / blockFrames }, (_, i) => {
    const at = [i * blockFrames, (i + 1) * blockFrames];
    return { from: piece.subarray(...at), to: output.subarray(...at) };
  });
  return (frames: number): Float32Array => {
    let left = frames;
    for (const { from, to } of blocks) {
      if (left <= 0) break;
      executor.process(from, to, Math.min(left, blockFrames));
      left -= blockFrames;
    }
    return output.subarray(0, frames);
  };
};

const throughModel = async (source: RenderSource, listen: Listen, onShare: OnShare | undefined) => {
  const { sound, blockFrames } = source;
  sound.rewind();
  const input = atRate(sound, source.modelRateHz);
  const piece = new Float32Array(Math.ceil(pieceFrames / blockFrames) * blockFrames);
  const play = inBlocks(source.executor(), piece, blockFrames);
  const wide = source.full && inBlocks(source.full(), piece, blockFrames);
  let done = 0;
  for (let read = input.read(piece); read > 0; read = input.read(piece)) {
    listen(play(read), wide === null ? piece.subarray(0, read) : wide(read));
    done += read;
    await onShare?.(done / input.format.frames);
  }
};

const power = (block: Float32Array): number => {
  let sum = 0;
  for (let i = 0; i < block.length; i++) sum += block[i]! * block[i]!;
  return sum;
};

/**
 * The factor that makes the output as loud as the full width, and the full width as loud as the input. Loud is the
 * mean square, as NAM's own `loudness` is. 1 where one of them is silent.
 */
export const matchingGain = async (source: RenderSource, onShare?: OnShare): Promise<number> => {
  let own = 0;
  let wanted = 0;
  const listen: Listen = (output, beside) => {
    own += power(output);
    wanted += power(beside);
  };
  await throughModel(source, listen, onShare);
  return own > 0 && wanted > 0 ? Math.sqrt(wanted / own) : 1;
};

/** Throws `RangeError` where the output stops being a number, with the frame. */
const checkFinite = (block: Float32Array, first: number): void => {
  const at = firstNotFinite(block);
  if (at >= 0) throw new RangeError(`frame ${first + at}: the model's output is no finite number`);
};

/**
 * Streams the sound through the model into the sinks, block by block.
 * @throws RangeError where the output stops being a number.
 * @throws what reading and the sinks throw.
 */
export const renderSound = async (
  source: RenderSource,
  gain: number,
  sinks: RenderSinks,
): Promise<RenderSums> => {
  const { sound, modelRateHz, full } = source;
  const output = wayTo(sound.format, modelRateHz, sinks.output);
  const difference = sinks.difference && wayTo(sound.format, modelRateHz, sinks.difference);
  let error = 0;
  let signal = 0;
  let done = 0;
  const listen: Listen = (piece, beside) => {
    checkFinite(piece, done);
    done += piece.length;
    if (gain !== 1) for (let i = 0; i < piece.length; i++) piece[i] = piece[i]! * gain;
    output.push(piece);
    if (full === null) return;
    signal += power(beside);
    for (let i = 0; i < piece.length; i++) beside[i] = beside[i]! - piece[i]!;
    error += power(beside);
    difference?.push(beside);
  };
  await throughModel(source, listen, sinks.onShare);
  output.finish();
  difference?.finish();
  return { ...output.given, error: full === null ? null : errorRatio(error, signal) };
};
