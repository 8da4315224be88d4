/** A running 64-bit hash of integers: two murmur3 lanes with different seeds. Not for secrets. */

const rotate = (x: number, by: number): number => (x << by) | (x >>> (32 - by));

const finish = (hash: number, length: number): number => {
  let h = hash ^ length;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
};

const hex = (value: number): string => value.toString(16).padStart(8, '0');

export class Digest {
  private low = 0x2f0b4c47;
  private high = 0x6a09e667;
  private words = 0;

  /** The low 32 bits of an integer. */
  word(value: number): void {
    const k = Math.imul(value, 0xcc9e2d51);
    const mixed = Math.imul(rotate(k, 15), 0x1b873593);
    this.low = (Math.imul(rotate(this.low ^ mixed, 13), 5) + 0xe6546b64) | 0;
    const other = Math.imul(rotate(value ^ this.low, 11), 0x9e3779b1);
    this.high = (Math.imul(rotate(this.high ^ other, 17), 9) + 0x38495ab5) | 0;
    this.words += 1;
  }

  /** A non-negative integer below 2^53. */
  integer(value: number): void {
    this.word(value | 0);
    if (value > 0xffffffff) this.word(Math.floor(value / 0x100000000));
  }

  text(value: string): void {
    for (let i = 0; i < value.length; i += 1) this.word(value.charCodeAt(i));
    this.word(-1);
  }

  /** 16 hexadecimal digits; the digest can go on after it. */
  hex(): string {
    return hex(finish(this.high, this.words)) + hex(finish(this.low, this.words));
  }
}

/** The hash of a text. */
export const digestOf = (text: string): string => {
  const digest = new Digest();
  digest.text(text);
  return digest.hex();
};

/** The digest of many results, whatever order they came in. */
export const combineDigests = (parts: readonly { id: string; digest: string }[]): string =>
  digestOf(
    parts
      .map((part) => `${part.id} ${part.digest}`)
      .sort()
      .join('\n'),
  );
