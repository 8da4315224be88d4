/** Lists that grow. What they grew out of is never given back: it adds up to less than what they hold. */

/** At least so long, with what was in it. */
export function roomForNumbers(list: StaticArray<f64>, count: i32): StaticArray<f64> {
  if (list.length >= count) return list;
  const longer = new StaticArray<f64>(max(count, 2 * list.length));
  memory.copy(changetype<usize>(longer), changetype<usize>(list), (<usize>list.length) << 3);
  return longer;
}

/** As `roomForNumbers`. */
export function roomForWords(list: StaticArray<i32>, count: i32): StaticArray<i32> {
  if (list.length >= count) return list;
  const longer = new StaticArray<i32>(max(count, 2 * list.length));
  memory.copy(changetype<usize>(longer), changetype<usize>(list), (<usize>list.length) << 2);
  return longer;
}
