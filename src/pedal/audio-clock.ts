/** What the times of a run are counted in. */
interface AudioClock {
  readonly clockHz: number;
  readonly sampleRateHz: number;
}

/**
 * The cycle of the reference clock at which `frames` frames have passed: counted from the start of the
 * audio, so that no rounding ever adds up. Exact for hours: whole seconds are split off.
 */
export const cycleAt = ({ clockHz, sampleRateHz }: AudioClock, frames: number): number => {
  const wholeSeconds = Math.floor(frames / sampleRateHz);
  const rest = frames - wholeSeconds * sampleRateHz;
  return wholeSeconds * clockHz + Math.floor((rest * clockHz) / sampleRateHz);
};
