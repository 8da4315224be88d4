/** A list of 32-bit words that grows, and is written anew without room of its own. */
export class Words {
  length = 0;
  private room = new Int32Array(1 << 14);

  push(word: number): void {
    if (this.length === this.room.length) {
      const longer = new Int32Array(2 * this.length);
      longer.set(this.room);
      this.room = longer;
    }
    this.room[this.length++] = word;
  }

  set(at: number, word: number): void {
    this.room[at] = word;
  }

  /** What is written, until the next word is. */
  view(): Int32Array {
    return this.room.subarray(0, this.length);
  }
}
