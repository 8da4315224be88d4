/** Built-in signals as sounds of some length. */
import { scoreSeconds } from './guitar-score.ts';
import { type Signal, type SignalName, signalNames, signalOf } from './signals.ts';
import type { Sound, SoundFormat } from './sound.ts';

export const signalSeconds: number = scoreSeconds;
export const usualRateHz = 48_000;

export const isSignalName = (name: string): name is SignalName =>
  (signalNames as readonly string[]).includes(name);

/** So many frames of a signal without end. */
export class SignalSound implements Sound {
  readonly path: string;
  readonly format: SoundFormat;
  private readonly make: () => Signal;
  private signal: Signal;
  private left: number;

  constructor(name: SignalName, sampleRateHz: number, seconds: number, seed: number) {
    this.path = name;
    const frames = Math.round(seconds * sampleRateHz);
    this.format = { sampleRateHz, channels: 1, frames, warnings: [] };
    this.make = () => signalOf(name, sampleRateHz, seed);
    this.signal = this.make();
    this.left = frames;
  }

  read(into: Float32Array): number {
    const part = into.subarray(0, Math.min(into.length, this.left));
    if (part.length > 0) this.signal.read(part);
    this.left -= part.length;
    return part.length;
  }

  rewind(): void {
    this.signal = this.make();
    this.left = this.format.frames;
  }

  close(): void {}
}

/**
 * A built-in signal by its name, as long as the guitar's piece; null where there is none of that name.
 * @example signalSound('guitar', 44_100)
 */
export const signalSound = (name: string, sampleRateHz: number = usualRateHz): Sound | null =>
  isSignalName(name) ? new SignalSound(name, sampleRateHz, signalSeconds, 1) : null;
