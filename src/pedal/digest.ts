/** A hash over every block of a run: SHA-256 over its integers, equal on every host. */
import { bytesKey, ContentHash } from '../units/content-key.ts';

/** Integers that are hashed at once: of millions, one by one, that takes most of a long run. */
const held = 1024;

export class Digest {
  readonly #hash = new ContentHash();
  readonly #words = new DataView(new ArrayBuffer(8 * held));
  #bytes = 0;

  /** Of a non-negative integer below 2^53, its 64 bits, the lowest byte first. */
  add(integer: number): void {
    const words = this.#words;
    words.setUint32(this.#bytes, integer, true);
    words.setUint32(this.#bytes + 4, integer / 2 ** 32, true);
    this.#bytes += 8;
    if (this.#bytes === words.byteLength) this.#flush();
  }

  #flush(): void {
    this.#hash.add(new Uint8Array(this.#words.buffer, 0, this.#bytes));
    this.#bytes = 0;
  }

  /** 64 hexadecimal digits; the digest can go on after it. */
  hex(): string {
    this.#flush();
    return this.#hash.key();
  }
}

/** The digest of many results, whatever order they came in. */
export const combineDigests = (parts: readonly { id: string; digest: string }[]): string => {
  const lines = parts.map((part) => `${part.id} ${part.digest}`).sort();
  return bytesKey(new TextEncoder().encode(lines.join('\n')));
};
