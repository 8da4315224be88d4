/** Where a ring's lines were touched last when a block starts. */
import type { Piece, Segments } from './segments.ts';
import type { Motion, Touches } from './walk-of-block.ts';

/** A ring's lines as earlier blocks left them, seen from where this block starts. */
export class Trail {
  /** Lines that a block touches, and the gaps between its taps that later blocks fill. */
  window = 0;
  readonly gaps: number[] = [];
  /** Gaps below the lowest tap of a plane, which nothing reads again. */
  bottoms = 0;
  private readonly motion: Motion;

  constructor(motion: Motion) {
    this.motion = motion;
  }

  private planeOf(line: number): number {
    const { plane, before } = this.motion;
    return Number.isFinite(plane) ? Math.floor((line + before + 0.5) / plane) : 0;
  }

  /**
   * Times count runs: block k before this one took the times from -k x runs. The lines that the block
   * before touched are those of this one, one advance lower; between two taps each block has left one
   * advance of lines.
   */
  lay(segments: Segments, { low, high, count: runs }: Touches, here: readonly number[]): void {
    const { advance } = this.motion;
    for (const touch of here) {
      // Touches have an entry in every list.
      segments.paint(
        (low[touch] as number) - advance,
        (high[touch] as number) - advance,
        touch - runs,
      );
    }
    const { list } = segments;
    const filled: Piece[] = [];
    for (let i = 0; i < list.length; i++) {
      // In the bounds of the list.
      const piece = list[i] as Piece;
      this.window += piece.high - piece.low;
      const below = list[i - 1];
      if (below?.high !== piece.low) {
        if (
          below === undefined ||
          this.planeOf(below.low + advance) !== this.planeOf(piece.low + advance)
        ) {
          this.bottoms++;
        } else {
          this.gaps.push(piece.low - below.high);
          const left: Piece[] = [];
          let [end, time] = [piece.low, piece.time - runs];
          while (end > below.high) {
            const start = Math.max(below.high, end - advance);
            left.push({ low: start, high: end, time });
            end = start;
            time -= runs;
          }
          filled.push(...left.reverse());
        }
      }
      filled.push(piece);
    }
    segments.list = filled;
  }

  /** Distinct lines that so many blocks touch. */
  footprint(blocks: number): number {
    const moved = (blocks - 1) * this.motion.advance;
    let lines = this.window + this.bottoms * moved;
    for (const gap of this.gaps) lines += Math.min(gap, moved);
    return Math.min(lines, Math.max(this.window, this.motion.capacity));
  }
}
