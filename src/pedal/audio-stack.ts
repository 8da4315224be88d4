/**
 * How a device's audio stack treats time: when a block is released, when it is too late, what is heard
 * then, and what happens to the next one.
 */

/**
 * dma: two halves of a buffer, one played while the other is filled. A block is due when the next
 * one is released. The interrupt stays pending once; further ones are lost, and their blocks with
 * them.
 *
 * jack (ALSA alike): `periods` periods lie between the converter and the graph, so a block is due
 * periods - 1 periods after its release, less `slackSeconds` that the driver needs. Inside that time
 * blocks may queue up. Past it the driver drops the stream and starts it anew at the next period:
 * what was released meanwhile is lost.
 */
export type AudioStack =
  | { readonly kind: 'dma' }
  | { readonly kind: 'jack'; readonly periods: number; readonly slackSeconds: number };

/**
 * What is heard in place of a block that was not ready. old-block: until it is overwritten, DMA
 * plays what its half of the buffer held before, the block before last.
 */
export type HeardInstead = 'silence' | 'old-block';

/** Cycles after its release at which a block is due. */
export const dueAfter = (stack: AudioStack, periodCycles: number, clockHz: number): number =>
  stack.kind === 'dma'
    ? periodCycles
    : (stack.periods - 1) * periodCycles - Math.round(stack.slackSeconds * clockHz);

/** Whether the block released at `release` is never begun, because the one before ended at `freeAt`. */
export const isLost = (
  { kind }: AudioStack,
  freeAt: number,
  previousWasLate: boolean,
  release: number,
  nextRelease: number,
): boolean => (kind === 'dma' ? nextRelease <= freeAt : previousWasLate && release <= freeAt);

/** What the times of a run are counted in. */
type AudioClock = Readonly<Record<'clockHz' | 'sampleRateHz', number>>;

/**
 * The cycle of the reference clock at which `frames` frames have passed: counted from the start of the
 * audio, so that no rounding ever adds up. Exact for hours: whole seconds are split off.
 */
export const cycleAt = ({ clockHz, sampleRateHz }: AudioClock, frames: number): number => {
  const wholeSeconds = Math.floor(frames / sampleRateHz);
  const rest = frames - wholeSeconds * sampleRateHz;
  return wholeSeconds * clockHz + Math.floor((rest * clockHz) / sampleRateHz);
};
