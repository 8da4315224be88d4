/**
 * How a device's audio stack treats time: when a block is too late, what is heard then, and what
 * happens to the next one.
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
export const dueAfter = (stack: AudioStack, periodCycles: number, clockHz: number): number => {
  switch (stack.kind) {
    case 'dma':
      return periodCycles;
    case 'jack':
      return (stack.periods - 1) * periodCycles - Math.round(stack.slackSeconds * clockHz);
    default:
      return stack satisfies never;
  }
};

/** Whether the block released at `release` is never begun, because the one before ended at `freeAt`. */
export const isLost = (
  stack: AudioStack,
  freeAt: number,
  previousWasLate: boolean,
  release: number,
  nextRelease: number,
): boolean => {
  switch (stack.kind) {
    case 'dma':
      return nextRelease <= freeAt;
    case 'jack':
      return previousWasLate && release <= freeAt;
    default:
      return stack satisfies never;
  }
};
