// biome-ignore-all lint/style/noNonNullAssertion: `at` and `next` are taken modulo the line's length
/**
 * Built-in test signals: the same samples on every host, from any frame on. Only additions,
 * multiplications and a seeded generator; no library sine.
 */
import { Random } from '../units/random.ts';
import { guitar } from './guitar.ts';
import { sineOfTurns } from './sine.ts';

export const signalNames = ['guitar', 'plucks', 'sweep', 'noise', 'silence', 'tail'] as const;
export type SignalName = (typeof signalNames)[number];

/** Fills `into` with the next samples, full scale 1. */
export interface Signal {
  read(into: Float32Array): unknown;
}

/** The next sample of a signal, each time it is called. */
type Next = () => number;

/** A plucked string every half second: Karplus and Strong's loop of noise and an average. */
const plucks = (rate: number, seed: number): Next => {
  const random = new Random(seed, 'plucks');
  let line = new Float32Array(1);
  let at = 0;
  let untilNext = 0;
  const pluck = (): void => {
    // Between the open low E (82 Hz) and the twelfth fret of the high one.
    const length = Math.max(2, Math.round(rate / random.integer(82, 659)));
    line = Float32Array.from({ length }, () => random.unit() - 0.5);
    at = 0;
    untilNext = Math.round(rate / 2);
  };
  return () => {
    if (untilNext === 0) pluck();
    untilNext -= 1;
    const next = at + 1 === line.length ? 0 : at + 1;
    const value = line[at]!;
    line[at] = 0.996 * 0.5 * (value + line[next]!);
    at = next;
    return value;
  };
};

/** 20 Hz to 20 kHz and back, a tenth of an octave a step, at half scale; the phase is continuous. */
const sweep = (rate: number): Next => {
  const stepFrames = Math.round(rate / 20);
  let [turns, frequencyHz, factor, untilStep] = [0, 20, 2 ** 0.1, stepFrames];
  const step = (): void => {
    untilStep = stepFrames;
    const next = frequencyHz * factor;
    // Both ends turn it round, well below half the sample rate.
    if (next > Math.min(20_000, rate * 0.45) || next < 20) factor = 1 / factor;
    else frequencyHz = next;
  };
  return () => {
    const value = 0.5 * sineOfTurns(turns);
    turns += frequencyHz / rate;
    if (turns >= 1) turns -= Math.floor(turns);
    untilStep -= 1;
    if (untilStep === 0) step();
    return value;
  };
};

const noise = (seed: number): Next => {
  const random = new Random(seed, 'noise');
  return () => 0.5 * (random.unit() - 0.5);
};

/** 125 halvings lead from 0.5 to 2^-126. The root by 40 halvings of an interval: no library power. */
const decayOf = (rate: number): number => {
  const framesPerHalving = Math.round((2 * rate) / 125);
  let [low, high] = [0.9, 1];
  for (let i = 0; i < 40; i += 1) {
    const middle = (low + high) / 2;
    let product = 1;
    for (let k = 0; k < framesPerHalving; k += 1) product *= middle;
    if (product < 0.5) low = middle;
    else high = middle;
  }
  return high;
};

/** A decaying 220 Hz tone that reaches the denormal numbers after two seconds and zero soon after. */
const tail = (rate: number): Next => {
  const decay = decayOf(rate);
  let [level, turns] = [0.5, 0];
  return () => {
    const value = level * sineOfTurns(turns);
    level *= decay;
    turns += 220 / rate;
    if (turns >= 1) turns -= 1;
    return value;
  };
};

const signals: Readonly<Record<SignalName, (rate: number, seed: number) => Next>> = {
  guitar,
  plucks,
  sweep,
  noise: (_, seed) => noise(seed),
  silence: () => () => 0,
  tail,
};

export const signalOf = (name: SignalName, sampleRateHz: number, seed: number): Signal => {
  const next = signals[name](sampleRateHz, seed);
  return {
    read: (into) => {
      for (let i = 0; i < into.length; i += 1) into[i] = next();
    },
  };
};
