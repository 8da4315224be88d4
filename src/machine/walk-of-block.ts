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

/** Lists with one entry a touch: a run of lines of a zone. */
export interface Touches {
  readonly count: number;
  readonly zone: Int32Array;
  /** Index of the step. */
  readonly step: Int32Array;
  readonly low: Int32Array;
  readonly high: Int32Array;
  readonly write: Uint8Array;
  /** Index of `runKinds`. */
  readonly kind: Uint8Array;
  /** Executions per block; what comes less than once a block moves nothing for the others. */
  readonly perBlock: Float64Array;
  /** 1: the front of a linear ring, left a whole traverse ago. */
  readonly front: Uint8Array;
}

export interface BlockWalk {
  /** How each zone moves; null: it lies still. */
  readonly zones: readonly (Motion | null)[];
  readonly touches: Touches;
}

const strideOf = (ring: Ring): number => (ring.layout === 'interleaved' ? ring.channels : 1);

/** Blocks between two rewinds of a linear ring. */
const traverseOf = (ring: Ring, blockFrames: number): number =>
  Math.max(1, Math.floor((ring.columns - ring.lookback) / blockFrames));

/** The rings that a program moves to their front. */
const rewoundBy = ({ steps, rings }: Lowered): ReadonlySet<Ring | undefined> => {
  const rewound = new Set<Ring | undefined>();
  for (const s of steps) {
    if (s.step === 'ring' && s.action === 'rewind') rewound.add(rings[s.ring]);
  }
  return rewound;
};

const motionOf = (
  ring: Ring,
  { blockFrames }: Lowered,
  lineBytes: number,
  rewound: boolean,
): Motion => {
  const lines = (floats: number): number => (floats * 4) / lineBytes;
  const stride = strideOf(ring);
  const { policy } = ring;
  const columns = policy.kind === 'mirrored' ? policy.period : ring.columns;
  return {
    advance: lines(blockFrames * stride),
    period: policy.kind === 'mirrored' ? lines(policy.period * stride) : 0,
    traverse: policy.kind === 'linear' ? traverseOf(ring, blockFrames) : Number.POSITIVE_INFINITY,
    lookback: Math.floor(ring.lookback / blockFrames),
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

/** Finds where runs lie. */
class Locator {
  /** What was found: the bytes of a run, relative to where its zone starts. */
  zone = 0;
  from = 0;
  front = 0;
  private readonly lowered: Lowered;
  private readonly places: readonly Place[];

  constructor(lowered: Lowered, lineBytes: number) {
    this.lowered = lowered;
    this.places = lowered.rings.map((ring) => new Place(ring, lowered, lineBytes));
  }

  locate(buffer: number, low: number, reference: Reference | null): void {
    this.zone = buffer;
    this.from = low;
    this.front = 0;
    const moved = reference?.ring;
    const ring = moved && this.lowered.rings[moved.id];
    const place = moved && this.places[moved.id];
    if (!(reference && moved && ring && place)) return;
    this.from = place.bytes + (reference.offset - moved.delay * strideOf(ring)) * 4 + low;
    if (!place.still) this.zone = this.lowered.buffers.length + moved.id;
  }

  /** A rewind reads what lies before the position, wherever that is, and writes the front. */
  rewinding(buffer: number, low: number, write: number, id: number): void {
    this.zone = buffer;
    this.from = low;
    this.front = 0;
    const ring = this.lowered.rings[id];
    const place = this.places[id];
    if (!ring || !place || place.still || ring.buffer !== buffer) return;
    const { first = 0, plane = ring.columns, lookback } = ring;
    const channel = ring.layout === 'planar' ? Math.floor((low / 4 - first) / plane) : 0;
    this.from = place.bytes + (first + channel * plane - lookback * strideOf(ring)) * 4;
    this.zone = this.lowered.buffers.length + id;
    this.front = write;
  }

  moved({ move, ring }: StepRuns): void {
    if (move === 'rewind') this.places[ring]?.rewind();
    else if (move === 'advance') this.places[ring]?.advance();
  }
}

const touchesOf = (lowered: Lowered, lineBytes: number, kinds: number): Touches => {
  const runs = blockRunsOf(lowered);
  const locator = new Locator(lowered, lineBytes);
  const most = runs.low.length;
  const zone = new Int32Array(most);
  const stepOf = new Int32Array(most);
  const lows = new Int32Array(most);
  const highs = new Int32Array(most);
  const writes = new Uint8Array(most);
  const kindOf = new Uint8Array(most);
  const perBlock = new Float64Array(most);
  const front = new Uint8Array(most);
  let count = 0;
  runs.steps.forEach((step, index) => {
    for (let r = step.first; r < step.end; r++) {
      // Runs have an entry in every list.
      const kind = runs.kind[r] as number;
      if (((kinds >> kind) & 1) === 0) continue;
      const buffer = runs.buffer[r] as number;
      const low = runs.low[r] as number;
      const write = runs.write[r] as number;
      if (step.move === 'rewind') locator.rewinding(buffer, low, write, step.ring);
      else locator.locate(buffer, low, runs.moving[r] as Reference | null);
      const { from } = locator;
      zone[count] = locator.zone;
      stepOf[count] = index;
      lows[count] = Math.floor(from / lineBytes);
      highs[count] = Math.ceil((from + (runs.high[r] as number) - low) / lineBytes);
      writes[count] = write;
      kindOf[count] = kind;
      perBlock[count] = Math.min(1, step.perBlock);
      front[count] = locator.front;
      count++;
    }
    locator.moved(step);
  });
  return {
    count,
    zone,
    step: stepOf,
    low: lows,
    high: highs,
    write: writes,
    kind: kindOf,
    perBlock,
    front,
  };
};

/** @param kinds which of `runKinds` go through the cache, as bits */
export const walkOfBlock = (lowered: Lowered, lineBytes: number, kinds: number): BlockWalk => {
  const rewound = rewoundBy(lowered);
  const motions = lowered.rings.map((ring) =>
    motionOf(ring, lowered, lineBytes, rewound.has(ring)),
  );
  return {
    zones: [...lowered.buffers.map(() => null), ...motions],
    touches: touchesOf(lowered, lineBytes, kinds),
  };
};
