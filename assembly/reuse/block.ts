/** The touches of a block and the zones that they lie in, as the host wrote them. */
import * as layout from '../../src/machine/memory/reuse-layout';
import { roomFor } from '../lists';
import { Intervals } from './intervals';

export let count: i32 = 0;
let touches = new StaticArray<f64>(1 << 12);
export let zoneCount: i32 = 0;
let zones = new StaticArray<f64>(1 << 10);
let lists = new StaticArray<Intervals>(0);

/** Where the host writes so many touches. */
export function placeTouches(more: i32): usize {
  count = more;
  touches = roomFor(touches, count * layout.touchWords);
  return changetype<usize>(touches);
}

/** Where the host writes so many zones, of which no line was touched yet. */
export function placeZones(more: i32): usize {
  zoneCount = more;
  zones = roomFor(zones, zoneCount * layout.zoneWords);
  const known = lists.length;
  lists = roomFor(lists, zoneCount);
  for (let z = known; z < lists.length; z++) lists[z] = new Intervals();
  for (let z = 0; z < zoneCount; z++) lists[z].count = 0;
  return changetype<usize>(zones);
}

export function touch(t: i32, word: i32): f64 {
  return touches[t * layout.touchWords + word];
}

export function zone(z: i32, word: i32): f64 {
  return zones[z * layout.zoneWords + word];
}

export function isMoving(z: i32): bool {
  return zone(z, layout.atAdvance) >= 0;
}

export function zoneOf(t: i32): i32 {
  return <i32>touch(t, layout.atZone);
}

export function intervalsOf(z: i32): Intervals {
  return lists[z];
}

export function replaceIntervals(z: i32, by: Intervals): void {
  lists[z] = by;
}
