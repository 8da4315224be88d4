/** The runs of memory that a block touches, as the host lays them down (`touch-layout.ts`), and where they lie in lines. */
import {
  atAfter,
  atBlockBytes,
  atBuffer,
  atColumnBytes,
  atDelay,
  atFirstByte,
  atGoesBack,
  atHighByte,
  atHomeBytes,
  atLowByte,
  atMovedRing,
  atPlaneBytes,
  atRingBuffer,
  atRunFlags,
  atRunKind,
  atRunRing,
  atRunStep,
  atStartBytes,
  atStill,
  blockRunWords,
  isRewinding,
  isWriting,
  movementWords,
  ringWords,
} from '../../src/machine/memory/touch-layout';
import { roomForNumbers, roomForWords } from '../lists';

let runs: i32 = 0;
let words = new StaticArray<i32>(blockRunWords << 12);
let weights = new StaticArray<f64>(1 << 12);
let movements: i32 = 0;
let moved = new StaticArray<i32>(movementWords << 8);
let rings: i32 = 0;
let ring = new StaticArray<i32>(ringWords << 8);
/** Of each ring: bytes from the start of its buffer to its position. */
let places = new StaticArray<i32>(1 << 8);

/** The runs that go through caches, as lines of zones: lists with one entry a touch. */
export let touches: i32 = 0;
let run = new StaticArray<i32>(1 << 12);
let zone = new StaticArray<i32>(1 << 12);
let low = new StaticArray<i32>(1 << 12);
let high = new StaticArray<i32>(1 << 12);
/** 1: the front of a linear ring, left a whole traverse ago. */
let front = new StaticArray<i32>(1 << 12);

/** Where the host writes the words of so many runs. */
export function placeRuns(count: i32): usize {
  runs = count;
  words = roomForWords(words, count * blockRunWords);
  weights = roomForNumbers(weights, count);
  return changetype<usize>(words);
}

/** Where the host writes how often a block executes each of them, at most once. */
export function placeWeights(): usize {
  return changetype<usize>(weights);
}

/** Where the host writes the words of so many movements. */
export function placeMovements(count: i32): usize {
  movements = count;
  moved = roomForWords(moved, count * movementWords);
  return changetype<usize>(moved);
}

/** Where the host writes the words of so many rings. */
export function placeRings(count: i32): usize {
  rings = count;
  ring = roomForWords(ring, count * ringWords);
  places = roomForWords(places, count);
  return changetype<usize>(ring);
}

export function zoneOf(touch: i32): i32 {
  return zone[touch];
}

export function lowOf(touch: i32): f64 {
  return <f64>low[touch];
}

export function highOf(touch: i32): f64 {
  return <f64>high[touch];
}

export function isFront(touch: i32): bool {
  return front[touch] === 1;
}

export function stepOf(touch: i32): i32 {
  return words[run[touch] * blockRunWords + atRunStep];
}

export function kindOf(touch: i32): i32 {
  return words[run[touch] * blockRunWords + atRunKind];
}

export function writes(touch: i32): bool {
  return (words[run[touch] * blockRunWords + atRunFlags] & isWriting) !== 0;
}

/** What comes less than once a block moves nothing for the others. */
export function weightOf(touch: i32): f64 {
  return weights[run[touch]];
}

function move(movement: i32): void {
  const id = moved[movement * movementWords + atMovedRing];
  const at = id * ringWords;
  if (moved[movement * movementWords + atGoesBack] === 0) places[id] += ring[at + atBlockBytes];
  else if (ring[at + atStill] === 1) places[id] = ring[at + atHomeBytes];
}

function floorDiv(a: i32, b: i32): i32 {
  return <i32>Math.floor(<f64>a / <f64>b);
}

/** @param buffers zones before those of rings */
function locate(r: i32, buffers: i32, lineBytes: i32): void {
  const at = r * blockRunWords;
  const id = words[at + atRunRing];
  const bytes = words[at + atHighByte] - words[at + atLowByte];
  let from = words[at + atLowByte];
  let place = words[at + atBuffer];
  let leaves: i32 = 0;
  if (id >= 0) {
    const own = id * ringWords;
    const still = ring[own + atStill] === 1;
    if ((words[at + atRunFlags] & isRewinding) === 0) {
      from += places[id] - words[at + atDelay] * ring[own + atColumnBytes];
      if (!still) place = buffers + id;
    } else if (!still && ring[own + atRingBuffer] === place) {
      // A rewind reads what lies before the position, wherever that is, and writes the front.
      const plane = ring[own + atPlaneBytes];
      const first = ring[own + atFirstByte];
      const before = plane === 0 ? 0 : floorDiv(from - first, plane) * plane;
      from = places[id] + first + before - ring[own + atHomeBytes];
      place = buffers + id;
      leaves = words[at + atRunFlags] & isWriting ? 1 : 0;
    }
  }
  run[touches] = r;
  zone[touches] = place;
  low[touches] = floorDiv(from, lineBytes);
  high[touches] = <i32>Math.ceil(<f64>(from + bytes) / <f64>lineBytes);
  front[touches] = leaves;
  touches++;
}

/** Finds the touches of the runs at hand. @param kinds which of `runKinds` go through the cache, as bits */
export function walk(buffers: i32, lineBytes: i32, kinds: i32): void {
  run = roomForWords(run, runs);
  zone = roomForWords(zone, runs);
  low = roomForWords(low, runs);
  high = roomForWords(high, runs);
  front = roomForWords(front, runs);
  for (let id: i32 = 0; id < rings; id++) places[id] = ring[id * ringWords + atStartBytes];
  touches = 0;
  let movement: i32 = 0;
  for (let r: i32 = 0; r < runs; r++) {
    while (movement < movements && moved[movement * movementWords + atAfter] <= r) move(movement++);
    const kind = words[r * blockRunWords + atRunKind];
    if ((kinds >> kind) & 1) locate(r, buffers, lineBytes);
  }
}
