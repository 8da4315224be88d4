/** Where an operation goes in its slot. */

/**
 * The floats from the slot's base: the offset at `at` in the code, two words on how many terms, then the
 * counter and the stride of each. A slot's address has these words after its number.
 */
export const addressAt = (code: Int32Array, at: number, counters: Int32Array): number => {
  // In the bounds of the code as it is spelled; a counter for every loop.
  let address = code[at] as number;
  const end = at + 3 + 2 * (code[at + 2] as number);
  for (let i = at + 3; i < end; i += 2) {
    address += (counters[code[i] as number] as number) * (code[i + 1] as number);
  }
  return address;
};
