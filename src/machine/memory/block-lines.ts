/** Where the runs of a block lie, as lines of zones: what passes through caches of that line. */
import type { Lowered, Ring } from '../../kernel/lowered.ts';
import { type BlockRuns, blockRunsOf, strideOf } from './block-runs.ts';
import * as reuse from './reuse-layout.ts';
import * as layout from './run-words.ts';
import { traverseOf } from './zones.ts';

/** A ring on its way, in bytes from the start of its buffer. */
interface Position {
  readonly buffer: number;
  readonly column: number;
  readonly block: number;
  readonly home: number;
  /** Rewound in every block, it comes back to the same place. */
  readonly still: boolean;
  readonly first: number;
  /** From one plane to the next; 0: interleaved. */
  readonly plane: number;
  at: number;
}

const positionOf = (ring: Ring, blockFrames: number, lineBytes: number): Position => {
  const column = strideOf(ring) * 4;
  const [block, home] = [blockFrames * column, ring.lookback * column];
  const still = ring.policy.kind === 'linear' && traverseOf(ring, blockFrames) === 1;
  return {
    buffer: ring.buffer,
    column,
    block,
    home,
    still,
    first: (ring.first ?? 0) * 4,
    plane: ring.layout === 'planar' ? (ring.plane ?? ring.columns) * 4 : 0,
    at: still ? home + block : (ring.policy.start * column) % lineBytes,
  };
};

/** A rewind reads what lies before the position, wherever that is, and writes the front. */
const frontOf = ({ plane, first, home, at }: Position, low: number): number =>
  at + first + (plane === 0 ? 0 : Math.floor((low - first) / plane) * plane) - home;

class LineWriter {
  readonly touches: Float64Array;
  /** Numbers that are written. */
  length = 0;
  private readonly words: Int32Array;
  private readonly weights: Float64Array;
  private readonly positions: readonly Position[];
  private readonly bufferCount: number;
  private readonly lineBytes: number;

  constructor(lowered: Lowered, { count, words, weights }: BlockRuns, lineBytes: number) {
    this.touches = new Float64Array(count * reuse.touchWords);
    this.words = words;
    this.weights = weights;
    this.positions = lowered.rings.map((r) => positionOf(r, lowered.blockFrames, lineBytes));
    this.bufferCount = lowered.buffers.length;
    this.lineBytes = lineBytes;
  }

  move(ring: number, goesBack: boolean): void {
    const position = this.positions[ring] as Position; // movements name rings of the program
    if (!goesBack) position.at += position.block;
    else if (position.still) position.at = position.home;
  }

  add(run: number): void {
    const { words, bufferCount } = this;
    const first = run * layout.blockRunWords;
    // A run has all its words.
    const low = words[first + layout.atLowByte] as number;
    const id = words[first + layout.atRunRing] as number;
    const flags = words[first + layout.atRunFlags] as number;
    const buffer = words[first + layout.atBuffer] as number;
    const bytes = (words[first + layout.atHighByte] as number) - low;
    const position = this.positions[id];
    if (position === undefined) this.write(run, buffer, low, bytes, false);
    else {
      const rewinding = (flags & layout.isRewinding) !== 0;
      const own = position.still || (rewinding && position.buffer !== buffer);
      const zone = own ? buffer : bufferCount + id;
      if (!rewinding) {
        const from =
          low + position.at - (words[first + layout.atDelay] as number) * position.column;
        this.write(run, zone, from, bytes, false);
      } else if (own) this.write(run, zone, low, bytes, false);
      else this.write(run, zone, frontOf(position, low), bytes, (flags & layout.isWriting) !== 0);
    }
  }

  private write(run: number, zone: number, from: number, bytes: number, front: boolean): void {
    const { touches, lineBytes } = this;
    const at = this.length;
    this.length += reuse.touchWords;
    touches[at + reuse.atRun] = run;
    touches[at + reuse.atWeight] = this.weights[run] as number;
    touches[at + reuse.atZone] = zone;
    touches[at + reuse.atLow] = Math.floor(from / lineBytes);
    touches[at + reuse.atHigh] = Math.ceil((from + bytes) / lineBytes);
    touches[at + reuse.atFront] = front ? 1 : 0;
  }
}

/**
 * The touches of a block, in their order, as `reuse-layout.ts` says.
 * @param kinds which of `runKinds` go through the caches, as bits
 */
export const blockLinesOf = (lowered: Lowered, lineBytes: number, kinds: number): Float64Array => {
  const runs = blockRunsOf(lowered);
  const { count, words, movements } = runs;
  const writer = new LineWriter(lowered, runs, lineBytes);
  let moved = 0;
  for (let run = 0; run < count; run++) {
    // A movement has all its words.
    for (; (movements[moved + layout.atAfter] ?? count) <= run; moved += layout.movementWords) {
      const goesBack = movements[moved + layout.atGoesBack] === 1;
      writer.move(movements[moved + layout.atMovedRing] as number, goesBack);
    }
    const kind = words[run * layout.blockRunWords + layout.atRunKind] as number;
    if ((kinds >> kind) & 1) writer.add(run);
  }
  return writer.touches.subarray(0, writer.length);
};
