/**
 * What caches make of the memory that a block touches. The host writes where the `place` functions say; a
 * pass leaves nothing behind that the next one sees.
 */
import { roomForWords } from '../lists';
import { ageCount, ages, recordCount, recorded, records } from './reuse';
import { footprint } from './trails';

export { findReuse } from './reuse';
export { placeMovements, placeRings, placeRuns, placeWeights, walk } from './runs';
export { gapCount, placeGaps, placeTrails, setStill, still } from './trails';
export {
  findWaits,
  placeCosts,
  placeLast,
  placeLevels,
  placeOthers,
  placeRecorded,
  placeRecords,
  totalsAt,
  waitsAt,
} from './waits';
export { placeZones } from './zones';

export function foundRecords(): i32 {
  return recordCount;
}

export function foundWords(): usize {
  return changetype<usize>(records);
}

export function foundNumbers(): usize {
  return changetype<usize>(recorded);
}

export function foundAges(): i32 {
  return ageCount;
}

export function foundBlocks(): usize {
  return changetype<usize>(ages);
}

let asked = new StaticArray<i32>(1 << 8);
let answers = new StaticArray<f64>(1 << 8);

/** Where the host writes so many numbers of blocks in a row. */
export function placeBlocks(count: i32): usize {
  asked = roomForWords(asked, count);
  if (answers.length < count) answers = new StaticArray<f64>(asked.length);
  return changetype<usize>(asked);
}

/** The distinct lines that each of so many numbers of blocks touch, by the zones and trails at hand. */
export function footprints(count: i32): usize {
  for (let i = 0; i < count; i++) answers[i] = footprint(asked[i]);
  return changetype<usize>(answers);
}
