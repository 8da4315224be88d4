/**
 * The zones in which a block touches memory, as the host lays them down (`touch-layout.ts`), and their segments.
 * A zone is a buffer, or a ring seen from where its block starts, so that every block looks like the one before.
 */
import { atMoves, zoneNumbers } from '../../src/machine/memory/touch-layout';
import { roomForNumbers } from '../lists';
import { Segments } from './segments';

export let zones: i32 = 0;
let motions = new StaticArray<f64>(zoneNumbers << 8);
let segments = new StaticArray<Segments>(0);

/** Where the host writes the numbers of so many zones. */
export function placeZones(count: i32): usize {
  zones = count;
  motions = roomForNumbers(motions, count * zoneNumbers);
  return changetype<usize>(motions);
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
