/**
 * What a walk through one block in the steady state needs to know of a program: its runs, and its zones. A
 * zone is a buffer, or a ring seen from where its block starts, so that every block looks like the one before.
 */
import type { Lowered, Ring } from '../../kernel/lowered.ts';
import { type BlockRuns, blockRunsOf, strideOf } from './block-runs.ts';
import {
  atAdvance,
  atBefore,
  atBlockBytes,
  atCapacity,
  atColumnBytes,
  atFirstByte,
  atHomeBytes,
  atLookback,
  atMoves,
  atPeriod,
  atPlane,
  atPlaneBytes,
  atRewound,
  atRingBuffer,
  atStartBytes,
  atStill,
  atTraverse,
  ringWords,
  zoneNumbers,
} from './touch-layout.ts';

/** Lists as `touch-layout.ts` says. */
export interface BlockWalk {
  readonly runs: BlockRuns;
  readonly rings: Int32Array;
  readonly ringCount: number;
  /** How each zone moves; first those of buffers, which lie still. */
  readonly zones: Float64Array;
  readonly bufferCount: number;
  readonly lineBytes: number;
  /** Which of `runKinds` go through the caches, as bits. */
  readonly kinds: number;
}

/** Blocks between two rewinds of a linear ring. */
const traverseOf = (ring: Ring, blockFrames: number): number =>
  Math.max(1, Math.floor((ring.columns - ring.lookback) / blockFrames));

/** The rings that a program moves to their front. */
const rewoundBy = ({ steps }: Lowered): ReadonlySet<number> => {
  const rewound = new Set<number>();
  for (const s of steps) if (s.step === 'ring' && s.action === 'rewind') rewound.add(s.ring);
  return rewound;
};

const writeZone = (
  zones: Float64Array,
  at: number,
  ring: Ring,
  { blockFrames }: Lowered,
  lineBytes: number,
): void => {
  const lines = (floats: number): number => (floats * 4) / lineBytes;
  const stride = strideOf(ring);
  const { policy } = ring;
  const mirrored = policy.kind === 'mirrored';
  const columns = mirrored ? policy.period : ring.columns;
  zones[at + atMoves] = 1;
  zones[at + atAdvance] = lines(blockFrames * stride);
  zones[at + atPeriod] = mirrored ? lines(policy.period * stride) : 0;
  zones[at + atTraverse] = mirrored ? Number.POSITIVE_INFINITY : traverseOf(ring, blockFrames);
  zones[at + atLookback] = Math.floor(ring.lookback / blockFrames);
  zones[at + atCapacity] = lines(columns * ring.channels);
  zones[at + atPlane] =
    ring.layout === 'planar' ? lines(ring.plane ?? ring.columns) : Number.POSITIVE_INFINITY;
  zones[at + atBefore] = lines(ring.lookback * stride - (ring.first ?? 0));
};

const writeRing = (
  words: Int32Array,
  at: number,
  ring: Ring,
  { blockFrames }: Lowered,
  lineBytes: number,
): void => {
  const column = strideOf(ring) * 4;
  const [block, home] = [blockFrames * column, ring.lookback * column];
  // Rewound in every block, a ring comes back to the same place.
  const still = ring.policy.kind === 'linear' && traverseOf(ring, blockFrames) === 1;
  words[at + atRingBuffer] = ring.buffer;
  words[at + atColumnBytes] = column;
  words[at + atBlockBytes] = block;
  words[at + atStartBytes] = still ? home + block : (ring.policy.start * column) % lineBytes;
  words[at + atHomeBytes] = home;
  words[at + atStill] = still ? 1 : 0;
  words[at + atFirstByte] = (ring.first ?? 0) * 4;
  words[at + atPlaneBytes] = ring.layout === 'planar' ? (ring.plane ?? ring.columns) * 4 : 0;
};

/** @param kinds which of `runKinds` go through the caches, as bits */
export const walkOfBlock = (lowered: Lowered, lineBytes: number, kinds: number): BlockWalk => {
  const rewound = rewoundBy(lowered);
  const bufferCount = lowered.buffers.length;
  const ringCount = lowered.rings.length;
  const zones = new Float64Array((bufferCount + ringCount) * zoneNumbers);
  const rings = new Int32Array(ringCount * ringWords);
  lowered.rings.forEach((ring, r) => {
    const at = (bufferCount + r) * zoneNumbers;
    writeZone(zones, at, ring, lowered, lineBytes);
    zones[at + atRewound] = rewound.has(r) ? 1 : 0;
    writeRing(rings, r * ringWords, ring, lowered, lineBytes);
  });
  const runs = blockRunsOf(lowered);
  return { runs, rings, ringCount, zones, bufferCount, lineBytes, kinds };
};
