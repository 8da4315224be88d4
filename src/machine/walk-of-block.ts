/**
 * The touches of one block in the steady state, in their order: runs of cache lines in zones. A zone is a
 * buffer, or a ring seen from where its block starts, so that every block looks like the one before.
 */
import type { Lowered, Reference, Ring } from '../kernel/lowered.ts';
import { blockRunsOf, type StepRuns } from './block-runs.ts';
import {
  atAdvance,
  atBefore,
  atCapacity,
  atHigh,
  atKind,
  atLookback,
  atLow,
  atMoves,
  atPeriod,
  atPlane,
  atRewound,
  atStep,
  atTouchFlags,
  atTraverse,
  atZone,
  isFront,
  isWrite,
  touchWords,
  zoneNumbers,
} from './touch-layout.ts';

/** What moves on by the block. */
interface Motion {
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

/** Runs of lines of zones, as `touch-layout.ts` says. */
export interface Touches {
  readonly count: number;
  readonly words: Int32Array;
  /** Of each: executions per block; what comes less than once a block moves nothing for the others. */
  readonly weights: Float64Array;
}

export interface BlockWalk {
  /** The numbers of each zone, as `touch-layout.ts` says: how it moves. */
  readonly zones: Float64Array;
  readonly zoneCount: number;
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
  const words = new Int32Array(most * touchWords);
  const weights = new Float64Array(most);
  let count = 0;
  runs.steps.forEach((step, index) => {
    const weight = Math.min(1, step.perBlock);
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
      const at = count * touchWords;
      words[at + atZone] = locator.zone;
      words[at + atLow] = Math.floor(from / lineBytes);
      words[at + atHigh] = Math.ceil((from + (runs.high[r] as number) - low) / lineBytes);
      words[at + atStep] = index;
      words[at + atTouchFlags] = (write === 1 ? isWrite : 0) | (locator.front === 1 ? isFront : 0);
      words[at + atKind] = kind;
      weights[count++] = weight;
    }
    locator.moved(step);
  });
  return {
    count,
    words: words.subarray(0, count * touchWords),
    weights: weights.subarray(0, count),
  };
};

/** @param kinds which of `runKinds` go through the cache, as bits */
export const walkOfBlock = (lowered: Lowered, lineBytes: number, kinds: number): BlockWalk => {
  const rewound = rewoundBy(lowered);
  // First the buffers, which lie still.
  const still = lowered.buffers.length;
  const zoneCount = still + lowered.rings.length;
  const zones = new Float64Array(zoneCount * zoneNumbers);
  lowered.rings.forEach((ring, r) => {
    const motion = motionOf(ring, lowered, lineBytes, rewound.has(ring));
    const at = (still + r) * zoneNumbers;
    zones[at + atMoves] = 1;
    zones[at + atAdvance] = motion.advance;
    zones[at + atPeriod] = motion.period;
    zones[at + atTraverse] = motion.traverse;
    zones[at + atLookback] = motion.lookback;
    zones[at + atCapacity] = motion.capacity;
    zones[at + atPlane] = motion.plane;
    zones[at + atBefore] = motion.before;
    zones[at + atRewound] = motion.rewound ? 1 : 0;
  });
  return { zones, zoneCount, touches: touchesOf(lowered, lineBytes, kinds) };
};
