/** When the floats that were stored lately become visible to loads. Forgets by overwriting. */
const slots = 4096;
/** Addresses of a slot lie within +-2^20 floats of its base. */
const span = 2 ** 21;

export class StoreTable {
  private readonly keys = new Float64Array(slots);
  private readonly times = new Float64Array(slots);
  /** An entry counts only if it was made since the last clearing: clearing 4096 entries takes longer
   * than simulating a short template. */
  private readonly stamps = new Int32Array(slots);
  private stamp = 1;

  put(slot: number, address: number, floats: number, time: number): void {
    const key = slot * span + address + span / 2;
    for (let i = 0; i < floats; i++) {
      const index = (key + i) & (slots - 1);
      this.keys[index] = key + i;
      this.stamps[index] = this.stamp;
      this.times[index] = time;
    }
  }

  /** The latest time at which one of the floats was stored; -1 where none is known. */
  latest(slot: number, address: number, floats: number): number {
    const key = slot * span + address + span / 2;
    let time = -1;
    for (let i = 0; i < floats; i++) {
      const index = (key + i) & (slots - 1);
      // Index is within the arrays by the mask.
      if (this.keys[index] === key + i && this.stamps[index] === this.stamp)
        time = Math.max(time, this.times[index] as number);
    }
    return time;
  }

  clear(): void {
    this.stamp++;
  }
}
