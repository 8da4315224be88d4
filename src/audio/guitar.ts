// biome-ignore-all lint/style/noNonNullAssertion: indices are wrapped into the line, and below the pluck's length
/**
 * A dry electric guitar: plucked strings by the extended Karplus-Strong method (Jaffe and Smith, Computer Music
 * Journal 7/2, 1983) with pick position, strength, damping and tuning in fractions of a sample; palm mutes, chords,
 * bends and vibrato. Only additions, multiplications, divisions and the seeded generator: equal on every host.
 */
import { Random } from '../units/random.ts';
import { type Stroke, score, scoreSeconds, stringHz } from './guitar-score.ts';
import { sineOfTurns } from './sine.ts';

/** A string rings to a thousandth in so many seconds, low ones longer; under the palm in a fraction of one. */
const ringSeconds = [9, 8, 7, 6, 5, 4] as const;
const mutedSeconds = 0.22;
/** Share of the neighbouring sample in the loop's average: how quickly the overtones die. */
const ringDamping = 0.12;
const mutedDamping = 0.4;
/** Where the pick and the pickup lie, as shares of the string. */
const pickPlace = 0.13;
const pickupPlace = 0.08;
/** Peaks of the piece stay below -3 dB of full scale. */
const level = 0.3;
/** Above it the pickup's coil and the cable's capacitance let ever less through. */
const coilHz = 4000;
const vibratoHz = 5.5;

/** 2^(1/12) as a constant: library powers differ between hosts. */
const semitone = 1.0594630943592953;
const raised = (hz: number, frets: number): number =>
  frets > 0 ? raised(hz, frets - 1) * semitone : hz;

/** Third-order Lagrange coefficients between the second and third of four points, `x` from 1 to 2. */
const lagrange = (x: number): readonly [number, number, number, number] => [
  (-(x - 1) * (x - 2) * (x - 3)) / 6,
  (x * (x - 2) * (x - 3)) / 2,
  (-x * (x - 1) * (x - 3)) / 2,
  (x * (x - 1) * (x - 2)) / 6,
];

class StringVoice {
  private readonly line: Float64Array;
  private readonly rate: number;
  private readonly openHz: number;
  private readonly ring: number;
  private at = 0;
  private stroke: Stroke | null = null;
  private age = 0;
  private periodFrames: number;
  private loopGain = 0;
  private damping = ringDamping;
  private before = 0;
  private place = 0;
  private taps: ReturnType<typeof lagrange> = [0, 1, 0, 0];
  private pluck: Float64Array = new Float64Array(0);

  constructor(rate: number, openHz: number, ring: number) {
    this.rate = rate;
    this.openHz = openHz;
    this.ring = ring;
    this.periodFrames = rate / openHz;
    this.line = new Float64Array(Math.ceil(this.periodFrames) + 8);
    this.tune(1);
  }

  /** What rings on is damped by the pick that touches it. */
  start(stroke: Stroke, random: Random): void {
    this.stroke = stroke;
    this.age = 0;
    this.periodFrames = this.rate / raised(this.openHz, stroke.fret);
    this.damping = stroke.muted ? mutedDamping : ringDamping;
    this.sustain(stroke.muted ? mutedSeconds : this.ring);
    this.tune(1);
    this.line.set(this.line.map((value) => value * 0.1));
    this.pluck = this.burst(stroke, random);
  }

  next(): number {
    const { stroke } = this;
    if (stroke === null) return 0;
    const seconds = this.age / this.rate;
    if (this.age % 32 === 0) this.move(stroke, seconds);
    if (this.age === Math.round(stroke.seconds * this.rate)) this.sustain(0.05);
    const input = this.age < this.pluck.length ? this.pluck[this.age]! : 0;
    this.age += 1;
    const [a, b, c, d] = this.taps;
    const p = this.place;
    const read =
      a * this.past(p) + b * this.past(p + 1) + c * this.past(p + 2) + d * this.past(p + 3);
    const average = (1 - this.damping) * read + this.damping * this.before;
    this.before = read;
    const value = input + this.loopGain * average;
    this.line[this.at] = value;
    // The pickup hears the wave and the one that comes back from the bridge.
    const heard = value - this.past(Math.round(this.periodFrames * pickupPlace));
    this.at = this.at + 1 === this.line.length ? 0 : this.at + 1;
    return heard;
  }

  /** The value of so many frames ago; before this frame's own is written, 0 is the oldest. */
  private past(frames: number): number {
    const index = this.at - frames;
    return this.line[index < 0 ? index + this.line.length : index]!;
  }

  /** A loop that falls to a thousandth in so many seconds: e^-x for small x, as a fraction. */
  private sustain(seconds: number): void {
    const x = (6.9078 * this.periodFrames) / (this.rate * seconds);
    this.loopGain = (1 - x / 2) / (1 + x / 2);
  }

  /** Bends and vibrato change the length of the string. */
  private move({ bend, vibrato }: Stroke, seconds: number): void {
    if (bend === 0 && vibrato === 0) return;
    const risen = Math.min(1, Math.max(0, (seconds - 0.15) / 0.25));
    const shake = seconds < 0.45 ? 0 : vibrato * sineOfTurns((seconds - 0.45) * vibratoHz);
    // Steps of a semitone are a straight line to a tenth of a cent over two of them.
    const semitones = bend * risen * risen * (3 - 2 * risen) + shake;
    this.tune(1 + semitones * 0.059463 * (1 + 0.0297 * (semitones - 1)));
  }

  private tune(stretch: number): void {
    // The average delays by its share of a sample.
    const frames = this.periodFrames / stretch - this.damping;
    const whole = Math.floor(frames);
    this.place = whole - 1;
    this.taps = lagrange(frames - whole + 1);
  }

  /** One period of noise, softer for soft strokes, without the overtones that have a node where the pick was. */
  private burst({ strength, muted }: Stroke, random: Random): Float64Array {
    const length = Math.round(this.periodFrames);
    const noise = new Float64Array(length);
    const dull = muted ? 0.75 : 0.85 - 0.45 * strength;
    let smooth = 0;
    let mean = 0;
    for (let i = 0; i < length; i++) {
      smooth += (1 - dull) * (2 * random.unit() - 1 - smooth);
      noise[i] = smooth;
      mean += smooth / length;
    }
    const lag = Math.max(1, Math.round(pickPlace * length));
    const gain = strength * (0.6 + dull);
    return noise.map((x, i) => gain * (x - mean - (noise[(i + length - lag) % length]! - mean)));
  }
}

/** The next sample of the piece, over and over, each time with other strokes of the pick. */
export const guitar = (rate: number, seed: number): (() => number) => {
  const random = new Random(seed, 'guitar');
  const strings = stringHz.map((hz, string) => new StringVoice(rate, hz, ringSeconds[string] ?? 5));
  const starts = score.map((stroke) => ({ frame: Math.round(stroke.at * rate), stroke }));
  const loopFrames = Math.round(scoreSeconds * rate);
  const slowShare = (2 * Math.PI * 20) / rate;
  const turn = (2 * Math.PI * coilHz) / rate;
  const warmShare = turn / (1 + turn);
  let [frame, nextStroke, slow, coil, warm] = [0, 0, 0, 0, 0];
  return () => {
    if (frame === loopFrames) frame = nextStroke = 0;
    for (let due = starts[nextStroke]; due && due.frame <= frame; due = starts[nextStroke]) {
      strings[due.stroke.string]?.start(due.stroke, random);
      nextStroke += 1;
    }
    frame += 1;
    const sum = strings.reduce((total, string) => total + string.next(), 0);
    // Twice a first-order fall above, and nothing below 20 Hz.
    coil += warmShare * (sum - coil);
    warm += warmShare * (coil - warm);
    slow += slowShare * (warm - slow);
    return level * (warm - slow);
  };
};
