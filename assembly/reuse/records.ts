/** What a pass finds: lines of one run that were touched together before, and how long ago. */
import * as layout from '../../src/machine/memory/reuse-layout';
import { distinct, rankIn } from '../lists';

const records: f64[] = [];
const ages: i32[] = [];

export function recordsAt(): usize {
  return records.dataStart;
}

/** In numbers. */
export function recordsLength(): i32 {
  return records.length;
}

export function agesAt(): usize {
  return ages.dataStart;
}

export function agesLength(): i32 {
  return ages.length;
}

export function clearRecords(): void {
  records.length = 0;
  ages.length = 0;
}

/** In the order of the layout. */
export function record(
  run: f64,
  weight: f64,
  blocks: f64,
  lines: f64,
  distance: f64,
  together: f64,
): void {
  records.push(run);
  records.push(weight);
  records.push(blocks);
  records.push(lines);
  records.push(distance);
  records.push(together);
}

/** Lists the ages of all records, each once and in their order, and gives the records their places in it. */
export function listAges(): void {
  for (let at = layout.atAge; at < records.length; at += layout.recordWords) {
    ages.push(<i32>records[at]);
  }
  distinct(ages);
  for (let at = layout.atAge; at < records.length; at += layout.recordWords) {
    records[at] = <f64>rankIn(ages, <i32>records[at]);
  }
}
