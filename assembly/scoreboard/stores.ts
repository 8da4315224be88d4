/** When the floats that were stored lately become visible to loads. Forgets by overwriting. */
import { atFirstTerm, atFloats, atOffset, atTerms } from '../../src/machine/pipeline/code-layout';
import { code, counters } from './core';

const slots: i32 = 4096;
/** Addresses of a slot lie within +-2^20 floats of its base. */
const span: i64 = 1 << 21;

const keys = new StaticArray<i64>(slots);
const times = new StaticArray<i32>(slots);
/** Which store wrote it, by number. */
const writers = new StaticArray<i32>(slots);
let stores: i32 = 0;
/**
 * An entry counts only if it was made since the last clearing: clearing 4096 entries takes longer than
 * simulating a short template.
 */
const stamps = new StaticArray<i32>(slots);
let stamp: i32 = 1;

export function clearStores(): void {
  stamp++;
}

/** The first float of the address at `at`: the slot's, its offset, and its terms at the counters. */
function keyAt(at: i32): i64 {
  let address: i32 = code[at + atOffset];
  const end = at + atFirstTerm + 2 * code[at + atTerms];
  for (let i = at + atFirstTerm; i < end; i += 2) address += counters[code[i]] * code[i + 1];
  return <i64>code[at] * span + <i64>address + span / 2;
}

/** What the address at `at` names is stored at `time`. */
export function put(at: i32, time: i32): void {
  const key = keyAt(at);
  const floats: i32 = code[at + atFloats];
  stores++;
  for (let i = 0; i < floats; i++) {
    const index = <i32>(key + i) & (slots - 1);
    keys[index] = key + i;
    writers[index] = stores;
    stamps[index] = stamp;
    times[index] = time;
  }
}

/** Whether the address that `storedAt` was asked for last is not covered by one store. */
export let partly: bool = false;

/** The latest time at which one of the floats at the address was stored; -1 where none is known. */
export function storedAt(at: i32): i32 {
  const key = keyAt(at);
  const floats: i32 = code[at + atFloats];
  let time: i32 = -1;
  let writer: i32 = 0;
  partly = false;
  for (let i = 0; i < floats; i++) {
    const index = <i32>(key + i) & (slots - 1);
    const known = keys[index] === key + i && stamps[index] === stamp;
    if (known) time = max(time, times[index]);
    const from = known ? writers[index] : -1;
    partly = partly || (i > 0 && from !== writer);
    writer = from;
  }
  return time;
}
