/** What the built-in guitar plays: twelve seconds of what a pedal meets. */

export interface Stroke {
  /** Seconds from the beginning of the piece. */
  readonly at: number;
  /** From the low E, 0, to the high one, 5. */
  readonly string: number;
  readonly fret: number;
  /** From 0 to 1: louder and brighter. */
  readonly strength: number;
  /** How long the finger stays. */
  readonly seconds: number;
  readonly muted: boolean;
  /** Semitones that the note is bent up by. */
  readonly bend: number;
  /** Semitones to each side. */
  readonly vibrato: number;
}

/** Standard tuning, E2 A2 D3 G3 B3 E4. */
export const stringHz: readonly number[] = [82.407, 110, 146.832, 195.998, 246.942, 329.628];

type How = Partial<Stroke>;

const usual = { strength: 0.8, seconds: 4, muted: false, bend: 0, vibrato: 0 };
const stroke = (at: number, string: number, fret: number, how: How): Stroke => {
  return { ...usual, ...how, at, string, fret };
};

/** Frets by string from the low one; null is not played. The pick takes ten milliseconds a string. */
const chord = (at: number, frets: readonly (number | null)[], how: How): Stroke[] =>
  frets.flatMap((fret, string) =>
    fret === null ? [] : [stroke(at + string * 0.01, string, fret, how)],
  );

const fifth = (at: number, string: number, fret: number, more: How): Stroke[] => [
  stroke(at, string, fret, more),
  stroke(at + 0.008, string + 1, fret + 2, more),
];

const eighth = 0.1875;
const muted = { muted: true, seconds: 0.5 };

const strokes: readonly Stroke[] = [
  // Palm-muted eighths on the low E, between open fifths.
  ...[0, 1, 2, 4, 5, 6].map((n) =>
    stroke(n * eighth, 0, 0, { ...muted, strength: n % 4 ? 0.7 : 1 }),
  ),
  ...fifth(3 * eighth, 0, 3, { seconds: 0.17 }),
  ...fifth(7 * eighth, 0, 5, { seconds: 0.17 }),
  ...fifth(8 * eighth, 0, 0, { seconds: 1.4, strength: 1 }),
  // Open chords, softly and then hard.
  ...chord(3, [0, 2, 2, 1, 0, 0], { seconds: 1.4, strength: 0.4 }),
  ...chord(4.5, [null, 0, 2, 2, 2, 0], { seconds: 1.4, strength: 0.95 }),
  // A line with a bend of a whole tone and vibrato.
  stroke(6, 3, 7, { seconds: 0.35 }),
  stroke(6.375, 4, 5, { seconds: 0.35 }),
  stroke(6.75, 3, 9, { seconds: 1.1, bend: 2, strength: 0.9 }),
  stroke(7.875, 4, 8, { seconds: 1.1, vibrato: 0.25, strength: 0.9 }),
  // Single strings, softly, ringing into each other.
  ...[3, 2, 0, 0, 0, 3].map((fret, string) =>
    stroke(9 + string * eighth, string, fret, { strength: 0.35, seconds: 1.9 }),
  ),
  // The last word, and silence after it.
  ...fifth(11 - eighth, 0, 0, { strength: 1, seconds: 0.7 }),
];

export const scoreSeconds = 12;
export const score: readonly Stroke[] = strokes.toSorted((a, b) => a.at - b.at);
