// biome-ignore-all lint/style/noNonNullAssertion: `length` is that of `values`
const initialBytes = 4096;

/** Bytes that grow, with the variable-length integers of WebAssembly. */
export class ByteWriter {
  private bytes: Uint8Array = new Uint8Array(initialBytes);
  private used = 0;

  get length(): number {
    return this.used;
  }

  byte(value: number): this {
    if (this.used === this.bytes.length) this.grow(1);
    this.bytes[this.used++] = value;
    return this;
  }

  /** An opcode and its index, most often of one byte each. */
  pair(opcode: number, index: number): this {
    if (index >= 0x80) return this.byte(opcode).unsigned(index);
    if (this.used + 2 > this.bytes.length) this.grow(2);
    this.bytes[this.used] = opcode;
    this.bytes[this.used + 1] = index;
    this.used += 2;
    return this;
  }

  raw(values: ArrayLike<number>): this {
    const { length } = values;
    if (this.used + length > this.bytes.length) this.grow(length);
    // A handful of bytes is quicker one by one than through the typed array's own copy.
    if (length > 32) this.bytes.set(values, this.used);
    else for (let i = 0; i < length; i++) this.bytes[this.used + i] = values[i]!;
    this.used += length;
    return this;
  }

  /** Unsigned LEB128. */
  unsigned(value: number): this {
    if (value >= 0 && value < 0x80) return this.byte(value);
    let rest = value >>> 0;
    while (rest >= 0x80) {
      this.byte((rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    return this.byte(rest);
  }

  /** Signed LEB128 of an int32. */
  signed(value: number): this {
    let rest = value | 0;
    for (;;) {
      const low = rest & 0x7f;
      rest >>= 7;
      if ((rest === 0 && (low & 0x40) === 0) || (rest === -1 && (low & 0x40) !== 0)) {
        return this.byte(low);
      }
      this.byte(low | 0x80);
    }
  }

  name(text: string): this {
    const characters = [...text].map((character) => character.charCodeAt(0));
    return this.unsigned(characters.length).raw(characters);
  }

  /** A section or a function body: its length, then its bytes. */
  sized(part: ByteWriter): this {
    return this.unsigned(part.length).raw(part.finish());
  }

  finish(): Uint8Array {
    return this.bytes.subarray(0, this.used);
  }

  private grow(more: number): void {
    const larger = new Uint8Array(Math.max(2 * this.bytes.length, this.used + more));
    larger.set(this.bytes.subarray(0, this.used));
    this.bytes = larger;
  }
}
