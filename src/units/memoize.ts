/** A map, weak or not. */
interface Memory<K, V> {
  get(key: K): V | undefined;
  set(key: K, value: V): unknown;
}

/** Looks up, and makes what is not there; null is an answer too, undefined is none. */
export const memoize = <K, V>(known: Memory<K, V>, key: K, make: (key: K) => V): V => {
  const value = known.get(key);
  if (value !== undefined) return value;
  const made = make(key);
  known.set(key, made);
  return made;
};
