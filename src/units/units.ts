/** Branded numbers. A unit is a type here, made only by the constructors of this file. */

declare const unit: unique symbol;
type Brand<Name extends string> = number & { readonly [unit]: Name };

export type Hz = Brand<'Hz'>;
export type Cycles = Brand<'Cycles'>;
/** Audio frames. NAM is mono, so a frame is a sample. */
export type Samples = Brand<'Samples'>;
export type Bytes = Brand<'Bytes'>;
export type Seconds = Brand<'Seconds'>;
/** A share of a whole, 1 = all of it. */
export type Ratio = Brand<'Ratio'>;

export const hz = (value: number): Hz => value as Hz;
export const cycles = (value: number): Cycles => value as Cycles;
export const samples = (value: number): Samples => value as Samples;
export const bytes = (value: number): Bytes => value as Bytes;
export const seconds = (value: number): Seconds => value as Seconds;
export const ratio = (value: number): Ratio => value as Ratio;

/** Length of one audio block in seconds. */
export const blockPeriod = (blockFrames: Samples, sampleRate: Hz): Seconds =>
  seconds(blockFrames / sampleRate);

/** Cycles that one core has in the given time. */
export const cyclesIn = (time: Seconds, clock: Hz): Cycles => cycles(time * clock);

export const secondsOf = (amount: Cycles, clock: Hz): Seconds => seconds(amount / clock);

/** Bytes of `count` 32-bit floats. */
export const floatBytes = (count: number): Bytes => bytes(count * 4);
