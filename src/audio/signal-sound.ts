/** Built-in signals as sounds of some length. */
import { scoreSeconds } from './guitar-score.ts';
import { type SignalName, signalNames, signalOf } from './signals.ts';
import type { Sound } from './sound.ts';

export const usualRateHz = 48_000;

export const isSignalName = (name: string): name is SignalName =>
  (signalNames as readonly string[]).includes(name);

/** So many seconds of a signal without end. */
export const soundOf = (name: SignalName, rateHz: number, seconds: number, seed: number): Sound => {
  const frames = Math.round(seconds * rateHz);
  let signal = signalOf(name, rateHz, seed);
  let left = frames;
  return {
    path: name,
    format: { sampleRateHz: rateHz, channels: 1, frames, warnings: [] },
    read: (into) => {
      const part = into.subarray(0, Math.min(into.length, left));
      signal.read(part);
      left -= part.length;
      return part.length;
    },
    rewind: () => {
      signal = signalOf(name, rateHz, seed);
      left = frames;
    },
    close: () => {},
  };
};

/**
 * A built-in signal by its name, as long as the guitar's piece; null where there is none of that name.
 * @example signalSound('guitar', 44_100)
 */
export const signalSound = (name: string, sampleRateHz: number = usualRateHz): Sound | null =>
  isSignalName(name) ? soundOf(name, sampleRateHz, scoreSeconds, 1) : null;
