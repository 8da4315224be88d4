/** How loud a slot's state is, as far as its cost depends on it: when it decays into denormals. */

const smallestNormal = 2 ** -126;

export class Tail {
  private level = 0;
  private readonly decayPerFrame: number;

  /** 0: the state is the input itself. Else what is left of the state after one frame of silence. */
  constructor(decayPerFrame: number) {
    this.decayPerFrame = decayPerFrame;
  }

  /**
   * One block on, with the input's peak in it. Every frame is rounded to float32 as a filter's state
   * is, so that the level can get stuck among the denormals, as there.
   */
  advance(peak: number, frames: number): void {
    if (peak >= this.level || this.decayPerFrame === 0) {
      this.level = peak;
      return;
    }
    let level = this.level;
    for (let i = 0; i < frames && level > 0; i += 1)
      level = Math.fround(level * this.decayPerFrame);
    this.level = Math.max(peak, level);
  }

  get isDenormal(): boolean {
    return this.level > 0 && this.level < smallestNormal;
  }
}
