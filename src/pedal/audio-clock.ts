/**
 * The audio clock: when each block is released, in whole cycles of the reference clock. Counted
 * from the start of the audio in frames, so that no rounding ever adds up.
 */

export class AudioClock {
  readonly clockHz: number;
  readonly sampleRateHz: number;

  constructor(clockHz: number, sampleRateHz: number) {
    this.clockHz = clockHz;
    this.sampleRateHz = sampleRateHz;
  }

  /** The cycle at which `frames` frames have passed. Exact for hours: whole seconds are split off. */
  cycleAt(frames: number): number {
    const wholeSeconds = Math.floor(frames / this.sampleRateHz);
    const rest = frames - wholeSeconds * this.sampleRateHz;
    return wholeSeconds * this.clockHz + Math.floor((rest * this.clockHz) / this.sampleRateHz);
  }

  /** Frames that have passed completely at a time in seconds. */
  framesIn(seconds: number): number {
    return Math.round(seconds * this.sampleRateHz);
  }

  cyclesIn(seconds: number): number {
    return Math.round(seconds * this.clockHz);
  }
}
