/**
 * Built-in test signals: the same samples on every host, from any frame on. Only additions,
 * multiplications and a seeded generator; no library sine.
 */
import { Random } from '../units/random.ts';
import { Guitar } from './guitar.ts';
import { sineOfTurns } from './sine.ts';

export const signalNames = ['guitar', 'plucks', 'sweep', 'noise', 'silence', 'tail'] as const;
export type SignalName = (typeof signalNames)[number];

/** Fills `into` with the next samples, full scale 1. */
export interface Signal {
  read(into: Float32Array): unknown;
}

/** A plucked string every half second: Karplus and Strong's loop of noise and an average. */
class Plucks implements Signal {
  private readonly random: Random;
  private readonly sampleRateHz: number;
  private line = new Float32Array(1);
  private at = 0;
  private untilNext = 0;

  constructor(sampleRateHz: number, seed: number) {
    this.sampleRateHz = sampleRateHz;
    this.random = new Random(seed, 'plucks');
  }

  read(into: Float32Array): void {
    for (let i = 0; i < into.length; i += 1) {
      if (this.untilNext === 0) this.pluck();
      this.untilNext -= 1;
      const next = this.at + 1 === this.line.length ? 0 : this.at + 1;
      const value = this.line[this.at]!;
      into[i] = value;
      this.line[this.at] = 0.996 * 0.5 * (value + this.line[next]!);
      this.at = next;
    }
  }

  private pluck(): void {
    // Between the open low E (82 Hz) and the twelfth fret of the high one.
    const pitchHz = this.random.integer(82, 659);
    this.line = new Float32Array(Math.max(2, Math.round(this.sampleRateHz / pitchHz)));
    for (let i = 0; i < this.line.length; i += 1) this.line[i] = this.random.unit() - 0.5;
    this.at = 0;
    this.untilNext = Math.round(this.sampleRateHz / 2);
  }
}

/** 20 Hz to 20 kHz and back, a tenth of an octave a step, at half scale; the phase is continuous. */
class Sweep implements Signal {
  private turns = 0;
  private frequencyHz = 20;
  private factor = 2 ** 0.1;
  private untilStep: number;
  private readonly stepFrames: number;
  private readonly sampleRateHz: number;

  constructor(sampleRateHz: number) {
    this.sampleRateHz = sampleRateHz;
    this.stepFrames = Math.round(sampleRateHz / 20);
    this.untilStep = this.stepFrames;
  }

  read(into: Float32Array): void {
    for (let i = 0; i < into.length; i += 1) {
      into[i] = 0.5 * sineOfTurns(this.turns);
      this.turns += this.frequencyHz / this.sampleRateHz;
      if (this.turns >= 1) this.turns -= Math.floor(this.turns);
      this.untilStep -= 1;
      if (this.untilStep > 0) continue;
      this.untilStep = this.stepFrames;
      const next = this.frequencyHz * this.factor;
      // Both ends turn it round, well below half the sample rate.
      if (next > Math.min(20_000, this.sampleRateHz * 0.45) || next < 20) {
        this.factor = 1 / this.factor;
      } else {
        this.frequencyHz = next;
      }
    }
  }
}

const noise = (seed: number): Signal => {
  const random = new Random(seed, 'noise');
  return {
    read: (into) => {
      for (let i = 0; i < into.length; i += 1) into[i] = 0.5 * (random.unit() - 0.5);
    },
  };
};

/** A decaying 220 Hz tone that reaches the denormal numbers after two seconds and zero soon after. */
class DecayingTail implements Signal {
  private level = 0.5;
  private turns = 0;
  private readonly decay: number;
  private readonly sampleRateHz: number;

  constructor(sampleRateHz: number) {
    this.sampleRateHz = sampleRateHz;
    // 125 halvings lead from 0.5 to 2^-126. The root by 40 halvings of an interval: no library power.
    let low = 0.9;
    let high = 1;
    const framesPerHalving = Math.round((2 * sampleRateHz) / 125);
    for (let i = 0; i < 40; i += 1) {
      const middle = (low + high) / 2;
      let product = 1;
      for (let k = 0; k < framesPerHalving; k += 1) product *= middle;
      if (product < 0.5) low = middle;
      else high = middle;
    }
    this.decay = high;
  }

  read(into: Float32Array): void {
    for (let i = 0; i < into.length; i += 1) {
      into[i] = this.level * sineOfTurns(this.turns);
      this.level *= this.decay;
      this.turns += 220 / this.sampleRateHz;
      if (this.turns >= 1) this.turns -= 1;
    }
  }
}

const signals: Readonly<Record<SignalName, (sampleRateHz: number, seed: number) => Signal>> = {
  guitar: (sampleRateHz, seed) => new Guitar(sampleRateHz, seed),
  plucks: (sampleRateHz, seed) => new Plucks(sampleRateHz, seed),
  sweep: (sampleRateHz) => new Sweep(sampleRateHz),
  noise: (_, seed) => noise(seed),
  silence: () => ({ read: (into) => into.fill(0) }),
  tail: (sampleRateHz) => new DecayingTail(sampleRateHz),
};

export const signalOf = (name: SignalName, sampleRateHz: number, seed: number): Signal =>
  signals[name](sampleRateHz, seed);
