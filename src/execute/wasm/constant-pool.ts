/** The constants of all kernels, once each, at fixed addresses at the start of memory. */
const cell = new DataView(new ArrayBuffer(4));

export class ConstantPool {
  private readonly words = new Map<number, number>();

  /** Byte address of the float32 nearest to `value`. */
  float(value: number): number {
    cell.setFloat32(0, value);
    return this.bits(cell.getInt32(0));
  }

  bits(word: number): number {
    const known = this.words.get(word);
    if (known !== undefined) return known;
    const address = 4 * this.words.size;
    if (address >= poolBytes) throw new Error(`more than ${poolBytes / 4} constants in one model`);
    this.words.set(word, address);
    return address;
  }

  /** The pool's contents, as int32. */
  contents(): Int32Array {
    return Int32Array.from(this.words.keys());
  }
}

/** Room for the pool: a model has a few dozen constants, one with a slope per layer a few hundred. */
export const poolBytes = 65536;
