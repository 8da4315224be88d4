/** Lists that grow. What they grew out of is never given back: it adds up to less than what they hold. */

/** At least so long, with what was in it. */
export function roomFor<T>(list: StaticArray<T>, count: i32): StaticArray<T> {
  if (list.length >= count) return list;
  const longer = new StaticArray<T>(max(count, 2 * list.length));
  memory.copy(changetype<usize>(longer), changetype<usize>(list), <usize>list.length * sizeof<T>());
  return longer;
}

/** Puts words in their order, each once. */
export function distinct(list: Array<i32>): void {
  list.sort((a, b) => a - b);
  let left: i32 = 0;
  for (let i = 0; i < list.length; i++) {
    if (left === 0 || list[i] !== list[left - 1]) list[left++] = list[i];
  }
  list.length = left;
}

/** Where a word is in a list that is in order and has it. */
export function rankIn(sorted: Array<i32>, word: i32): i32 {
  let from: i32 = 0;
  let to = sorted.length - 1;
  while (from < to) {
    const middle = (from + to) >> 1;
    if (sorted[middle] < word) from = middle + 1;
    else to = middle;
  }
  return from;
}
