/** A hash over every block of a run: SHA-256 over its integers, equal on every host. */
import { bytesKey, ContentHash } from '../units/content-key.ts';

/** Integers between two rounds of the hash. */
const buffered = 1024;
const bytesEach = 8;

export class Digest {
  readonly #hash = new ContentHash();
  readonly #bytes = new Uint8Array(buffered * bytesEach);
  readonly #view = new DataView(this.#bytes.buffer);
  #used = 0;

  /** A non-negative integer below 2^53. */
  integer(value: number): void {
    if (this.#used === this.#bytes.length) this.#flush();
    this.#view.setUint32(this.#used, value, true);
    this.#view.setUint32(this.#used + 4, value / 0x100000000, true);
    this.#used += bytesEach;
  }

  /** 64 hexadecimal digits; the digest can go on after it. */
  hex(): string {
    this.#flush();
    return this.#hash.key();
  }

  #flush(): void {
    this.#hash.add(this.#bytes.subarray(0, this.#used));
    this.#used = 0;
  }
}

/** The digest of many results, whatever order they came in. */
export const combineDigests = (parts: readonly { id: string; digest: string }[]): string => {
  const lines = parts.map((part) => `${part.id} ${part.digest}`).sort();
  return bytesKey(new TextEncoder().encode(lines.join('\n')));
};
