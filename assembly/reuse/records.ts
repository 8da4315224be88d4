/** What a pass finds: lines of one run that were touched together before, and how long ago. */
import * as layout from '../../src/machine/memory/reuse-layout';
import { distinct, rankIn, roomFor } from '../lists';

let records = new StaticArray<f64>(1 << 12);
let length: i32 = 0;
let ages = new StaticArray<i32>(1 << 10);
let ageCount: i32 = 0;

export function recordsAt(): usize {
  return changetype<usize>(records);
}

/** In numbers. */
export function recordsLength(): i32 {
  return length;
}

export function agesAt(): usize {
  return changetype<usize>(ages);
}

export function agesLength(): i32 {
  return ageCount;
}

export function clearRecords(): void {
  length = 0;
}

export function record(
  run: f64,
  weight: f64,
  blocks: f64,
  lines: f64,
  distance: f64,
  together: f64,
): void {
  records = roomFor(records, length + layout.recordWords);
  records[length + layout.atRun] = run;
  records[length + layout.atWeight] = weight;
  records[length + layout.atAge] = blocks;
  records[length + layout.atLines] = lines;
  records[length + layout.atDistance] = distance;
  records[length + layout.atTogether] = together;
  length += layout.recordWords;
}

/** Lists the ages of all records, each once and in their order, and gives the records their places in it. */
export function listAges(): void {
  ages = roomFor(ages, length / layout.recordWords);
  ageCount = 0;
  for (let at = layout.atAge; at < length; at += layout.recordWords) {
    ages[ageCount++] = <i32>records[at];
  }
  ageCount = distinct(ages, ageCount);
  for (let at = layout.atAge; at < length; at += layout.recordWords) {
    records[at] = <f64>rankIn(ages, ageCount, <i32>records[at]);
  }
}
