// biome-ignore-all lint/style/noNonNullAssertion: callers hand whole blocks, steps and moves are clamped to their tables
/**
 * IMA ADPCM as the IMA's recommended practices of 1992 give it. `wavefile` has a decoder, but it never decodes the
 * last block, gives each block's first sample twice, ends at -32767 and takes a first sample of -32768 for 32768.
 */

/** Each step is about a tenth larger than the one before. */
const steps = Int32Array.of(
  ...[7, 8, 9, 10, 11, 12, 13, 14, 16, 17, 19, 21, 23, 25, 28, 31, 34, 37, 41, 45, 50, 55],
  ...[60, 66, 73, 80, 88, 97, 107, 118, 130, 143, 157, 173, 190, 209, 230, 253, 279, 307, 337],
  ...[371, 408, 449, 494, 544, 598, 658, 724, 796, 876, 963, 1060, 1166, 1282, 1411, 1552, 1707],
  ...[1878, 2066, 2272, 2499, 2749, 3024, 3327, 3660, 4026, 4428, 4871, 5358, 5894, 6484, 7132],
  ...[7845, 8630, 9493, 10442, 11487, 12635, 13899, 15289, 16818, 18500, 20350, 22385, 24623],
  ...[27086, 29794, 32767],
);
/** How the index of the step moves, by the three bits of a code that are its size. */
const moves = Int8Array.of(-1, -1, -1, -1, 2, 4, 6, 8);

const clamp = (value: number, low: number, high: number) => Math.min(Math.max(value, low), high);

/** Frames in a block of so many bytes for each channel: one sample in its head, then eight in four bytes. */
export const framesOfBlock = (bytesPerChannel: number): number => (bytesPerChannel - 4) * 2 + 1;

/** One channel of one block as 16-bit samples: heads of all channels first, then four bytes of each in turn. */
export const decodeBlock = (
  block: Uint8Array,
  channels: number,
  channel: number,
  into: Int16Array,
): void => {
  const head = channel * 4;
  let value = ((block[head]! | (block[head + 1]! << 8)) << 16) >> 16;
  // An index beyond the table is damage; the last step is the nearest to it.
  let index = Math.min(block[head + 2]!, steps.length - 1);
  into[0] = value;
  for (let i = 1; i < into.length; i++) {
    const group = (i - 1) >> 3;
    const inGroup = (i - 1) & 7;
    const byte = block[4 * (channels * (1 + group) + channel) + (inGroup >> 1)]!;
    const code = inGroup & 1 ? byte >> 4 : byte & 15;
    const step = steps[index]!;
    let change = step >> 3;
    if (code & 4) change += step;
    if (code & 2) change += step >> 1;
    if (code & 1) change += step >> 2;
    value = clamp(code & 8 ? value - change : value + change, -0x8000, 0x7fff);
    into[i] = value;
    index = clamp(index + moves[code & 7]!, 0, steps.length - 1);
  }
};
