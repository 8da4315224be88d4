/**
 * The touches of one block in the steady state, in their order: runs of cache lines in zones. A zone is a
 * buffer, or a ring seen from where its block starts, so that every block looks like the one before.
 */
import type { Lowered, Reference, Ring } from '../kernel/lowered.ts';
import { blockRunsOf, type StepRuns } from './block-runs.ts';

/** What moves on by the block. */
export interface Motion {
  /** Lines from one block to the next. */
  readonly advance: number;
  /** Lines after which a mirrored ring comes by again; 0: a linear ring. */
  readonly period: number;
  /** Blocks until a linear ring is rewound; infinite for others. */
  readonly traverse: number;
  /** The frames that are looked back, in blocks. */
  readonly lookback: number;
  /** Lines that its buffer has in all. */
  readonly capacity: number;
  /** Lines from one plane to the next; infinite where channels are interleaved. */
  readonly plane: number;
  /** Lines from the first plane's lowest column to the position. */
  readonly before: number;
  /** Its program rewinds it. */
  readonly rewound: boolean;
}

export interface Touch {
  readonly zone: number;
  readonly step: number;
  readonly low: number;
  readonly high: number;
  readonly write: number;
  readonly kind: number;
  /** Executions per block; what comes less than once a block moves nothing for the others. */
  readonly perBlock: number;
  /** The front of a linear ring, left a whole traverse ago. */
  readonly front: boolean;
}

export interface BlockWalk {
  /** How each zone moves; null: it lies still. */
  readonly zones: readonly (Motion | null)[];
  readonly touches: readonly Touch[];
}

const strideOf = (ring: Ring): number => (ring.layout === 'interleaved' ? ring.channels : 1);

/** Blocks between two rewinds of a linear ring. */
const traverseOf = (ring: Ring, blockFrames: number): number =>
  Math.max(1, Math.floor((ring.columns - ring.lookback) / blockFrames));

const motionOf = (ring: Ring, lowered: Lowered, lineBytes: number): Motion => {
  const lines = (floats: number): number => (floats * 4) / lineBytes;
  const stride = strideOf(ring);
  const { policy } = ring;
  const columns = policy.kind === 'mirrored' ? policy.period : ring.columns;
  const rewound = lowered.steps.some(
    (s) => s.step === 'ring' && s.action === 'rewind' && lowered.rings[s.ring] === ring,
  );
  return {
    advance: lines(lowered.blockFrames * stride),
    period: policy.kind === 'mirrored' ? lines(policy.period * stride) : 0,
    traverse:
      policy.kind === 'linear' ? traverseOf(ring, lowered.blockFrames) : Number.POSITIVE_INFINITY,
    lookback: Math.floor(ring.lookback / lowered.blockFrames),
    capacity: lines(columns * ring.channels),
    plane: ring.layout === 'planar' ? lines(ring.plane ?? ring.columns) : Number.POSITIVE_INFINITY,
    before: lines(ring.lookback * stride - (ring.first ?? 0)),
    rewound,
  };
};

/** Bytes from the buffer's start to the position of a ring, or how far it has moved within the block. */
class Place {
  readonly still: boolean;
  /** Added to relative addresses, for whole lines. */
  bytes: number;
  private readonly step: number;
  private readonly home: number;

  constructor(ring: Ring, lowered: Lowered, lineBytes: number) {
    const unit = strideOf(ring) * 4;
    this.step = lowered.blockFrames * unit;
    // Rewound in every block, a ring comes back to the same place.
    this.still = ring.policy.kind === 'linear' && traverseOf(ring, lowered.blockFrames) === 1;
    this.home = ring.lookback * unit;
    this.bytes = this.still ? this.home + this.step : (ring.policy.start * unit) % lineBytes;
  }

  rewind(): void {
    if (this.still) this.bytes = this.home;
  }

  advance(): void {
    this.bytes += this.step;
  }
}

/** Bytes of a run, relative to where its zone starts. */
interface Located {
  readonly zone: number;
  readonly from: number;
  readonly front: boolean;
}

class Locator {
  private readonly lowered: Lowered;
  private readonly places: readonly Place[];

  constructor(lowered: Lowered, lineBytes: number) {
    this.lowered = lowered;
    this.places = lowered.rings.map((ring) => new Place(ring, lowered, lineBytes));
  }

  locate(buffer: number, low: number, reference: Reference | null): Located {
    const moved = reference?.ring;
    const ring = moved && this.lowered.rings[moved.id];
    const place = moved && this.places[moved.id];
    if (!(reference && moved && ring && place)) return { zone: buffer, from: low, front: false };
    const from = place.bytes + (reference.offset - moved.delay * strideOf(ring)) * 4 + low;
    const zone = place.still ? buffer : this.lowered.buffers.length + moved.id;
    return { zone, from, front: false };
  }

  /** A rewind reads what lies before the position, wherever that is, and writes the front. */
  rewinding(buffer: number, low: number, write: boolean, id: number): Located {
    const ring = this.lowered.rings[id];
    const place = this.places[id];
    if (!ring || !place || place.still || ring.buffer !== buffer) {
      return { zone: buffer, from: low, front: false };
    }
    const { first = 0, plane = ring.columns, lookback } = ring;
    const channel = ring.layout === 'planar' ? Math.floor((low / 4 - first) / plane) : 0;
    const from = place.bytes + (first + channel * plane - lookback * strideOf(ring)) * 4;
    return { zone: this.lowered.buffers.length + id, from, front: write };
  }

  moved({ move, ring }: StepRuns): void {
    if (move === 'rewind') this.places[ring]?.rewind();
    else if (move === 'advance') this.places[ring]?.advance();
  }
}

/** @param kinds which of `runKinds` go through the cache, as bits */
export const walkOfBlock = (lowered: Lowered, lineBytes: number, kinds: number): BlockWalk => {
  const runs = blockRunsOf(lowered);
  const locator = new Locator(lowered, lineBytes);
  const touches: Touch[] = [];
  runs.steps.forEach((step, index) => {
    for (let r = step.first; r < step.end; r++) {
      // Runs have an entry in every list.
      const kind = runs.kind[r] as number;
      if (((kinds >> kind) & 1) === 0) continue;
      const buffer = runs.buffer[r] as number;
      const low = runs.low[r] as number;
      const write = runs.write[r] as number;
      const { zone, from, front } =
        step.move === 'rewind'
          ? locator.rewinding(buffer, low, write === 1, step.ring)
          : locator.locate(buffer, low, runs.moving[r] as Reference | null);
      touches.push({
        zone,
        step: index,
        low: Math.floor(from / lineBytes),
        high: Math.ceil((from + (runs.high[r] as number) - low) / lineBytes),
        write,
        kind,
        perBlock: Math.min(1, step.perBlock),
        front,
      });
    }
    locator.moved(step);
  });
  const motions = lowered.rings.map((ring) => motionOf(ring, lowered, lineBytes));
  return { zones: [...lowered.buffers.map(() => null), ...motions], touches };
};
