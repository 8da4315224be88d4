/** The touches of a block and the zones in which they lie, as the host lays them down (`touch-layout.ts`). */
import {
  atHigh,
  atKind,
  atLow,
  atMoves,
  atStep,
  atTouchFlags,
  atZone,
  isFront,
  isWrite,
  touchWords,
  zoneNumbers,
} from '../../src/machine/touch-layout';
import { roomForNumbers, roomForWords } from '../lists';
import { Segments } from './segments';

export let touches: i32 = 0;
let words = new StaticArray<i32>(touchWords << 12);
let weights = new StaticArray<f64>(1 << 12);

export let zones: i32 = 0;
let motions = new StaticArray<f64>(zoneNumbers << 8);
let segments = new StaticArray<Segments>(0);

/** Where the host writes the words of so many touches. */
export function placeTouches(count: i32): usize {
  touches = count;
  words = roomForWords(words, count * touchWords);
  weights = roomForNumbers(weights, count);
  return changetype<usize>(words);
}

/** Where the host writes how often a block executes each of them. */
export function placeWeights(): usize {
  return changetype<usize>(weights);
}

/** Where the host writes the numbers of so many zones. */
export function placeZones(count: i32): usize {
  zones = count;
  motions = roomForNumbers(motions, count * zoneNumbers);
  return changetype<usize>(motions);
}

export function zoneOf(touch: i32): i32 {
  return words[touch * touchWords + atZone];
}

export function lowOf(touch: i32): f64 {
  return <f64>words[touch * touchWords + atLow];
}

export function highOf(touch: i32): f64 {
  return <f64>words[touch * touchWords + atHigh];
}

export function stepOf(touch: i32): i32 {
  return words[touch * touchWords + atStep];
}

export function kindOf(touch: i32): i32 {
  return words[touch * touchWords + atKind];
}

export function writes(touch: i32): bool {
  return (words[touch * touchWords + atTouchFlags] & isWrite) !== 0;
}

export function fronts(touch: i32): bool {
  return (words[touch * touchWords + atTouchFlags] & isFront) !== 0;
}

export function weightOf(touch: i32): f64 {
  return weights[touch];
}

/** One of the numbers of a zone. */
export function motionOf(zone: i32, at: i32): f64 {
  return motions[zone * zoneNumbers + at];
}

export function moves(zone: i32): bool {
  return motionOf(zone, atMoves) !== 0;
}

/** Forgets all segments. */
export function clearSegments(): void {
  if (segments.length < zones) {
    const more = new StaticArray<Segments>(zones);
    for (let z = 0; z < zones; z++) {
      more[z] = z < segments.length ? segments[z] : new Segments();
    }
    segments = more;
  }
  for (let z = 0; z < zones; z++) segments[z].clear();
}

export function segmentsOf(zone: i32): Segments {
  return segments[zone];
}

/** Takes other segments for those of a zone, and returns these. */
export function exchange(zone: i32, other: Segments): Segments {
  const before = segments[zone];
  segments[zone] = other;
  return before;
}
