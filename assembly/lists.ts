/** Lists that grow. What they grew out of is never given back: it adds up to less than what they hold. */

/** At least so long, with what was in it. */
export function roomFor<T>(list: StaticArray<T>, count: i32): StaticArray<T> {
  if (list.length >= count) return list;
  const longer = new StaticArray<T>(max(count, 2 * list.length));
  memory.copy(changetype<usize>(longer), changetype<usize>(list), <usize>list.length * sizeof<T>());
  return longer;
}

function sift(list: StaticArray<i32>, from: i32, count: i32): void {
  const sinking = list[from];
  let at = from;
  for (;;) {
    let child = 2 * at + 1;
    if (child >= count) break;
    if (child + 1 < count && list[child + 1] > list[child]) child++;
    if (list[child] <= sinking) break;
    list[at] = list[child];
    at = child;
  }
  list[at] = sinking;
}

/** Puts the first `count` words in their order, each once (heapsort); returns how many are left. */
export function distinct(list: StaticArray<i32>, count: i32): i32 {
  for (let i = (count >> 1) - 1; i >= 0; i--) sift(list, i, count);
  for (let last = count - 1; last > 0; last--) {
    const highest = list[0];
    list[0] = list[last];
    list[last] = highest;
    sift(list, 0, last);
  }
  let left: i32 = 0;
  for (let i = 0; i < count; i++) {
    if (left === 0 || list[i] !== list[left - 1]) list[left++] = list[i];
  }
  return left;
}

/** Where a word is among the first `count`, which are in order and have it. */
export function rankIn(sorted: StaticArray<i32>, count: i32, word: i32): i32 {
  let from: i32 = 0;
  let to = count - 1;
  while (from < to) {
    const middle = (from + to) >> 1;
    if (sorted[middle] < word) from = middle + 1;
    else to = middle;
  }
  return from;
}
