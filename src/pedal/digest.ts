/** A hash over every block of a run: SHA-256 over its integers, equal on every host. */
import { bytesKey, ContentHash } from '../units/content-key.ts';

export class Digest {
  readonly #hash = new ContentHash();

  /** Non-negative integers below 2^53. */
  add(...integers: readonly number[]): void {
    const bytes = new DataView(new ArrayBuffer(8 * integers.length));
    for (const [i, value] of integers.entries()) bytes.setBigUint64(8 * i, BigInt(value), true);
    this.#hash.add(new Uint8Array(bytes.buffer));
  }

  /** 64 hexadecimal digits; the digest can go on after it. */
  hex(): string {
    return this.#hash.key();
  }
}

/** The digest of many results, whatever order they came in. */
export const combineDigests = (parts: readonly { id: string; digest: string }[]): string => {
  const lines = parts.map((part) => `${part.id} ${part.digest}`).sort();
  return bytesKey(new TextEncoder().encode(lines.join('\n')));
};
