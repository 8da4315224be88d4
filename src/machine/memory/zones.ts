/**
 * The zones in which a block touches memory: buffers, which lie still, then rings, each seen from where its
 * block starts, so that every block looks like the one before.
 */
import type { Lowered, Ring } from '../../kernel/lowered.ts';
import { strideOf } from './block-runs.ts';

/** How a ring moves, in lines and blocks. */
export interface MovingZone {
  /** Lines from one block to the next. */
  readonly advance: number;
  /** Lines after which a mirrored ring comes round; 0: never. */
  readonly period: number;
  /** Blocks between two rewinds of a linear ring; infinite where it comes round. */
  readonly traverse: number;
  readonly lookbackBlocks: number;
  readonly capacity: number;
  /** Lines of a plane, and before the position of the first. */
  readonly plane: number;
  readonly before: number;
  /** A step of the program moves it to its front. */
  readonly rewound: boolean;
}

/** Null: it lies still. */
export type Zone = MovingZone | null;

/** Blocks between two rewinds of a linear ring. */
export const traverseOf = (ring: Ring, blockFrames: number): number =>
  Math.max(1, Math.floor((ring.columns - ring.lookback) / blockFrames));

const zoneOf = (ring: Ring, blockFrames: number, lineBytes: number, rewound: boolean): Zone => {
  const lines = (floats: number): number => (floats * 4) / lineBytes;
  const stride = strideOf(ring);
  const { policy } = ring;
  const period = policy.kind === 'mirrored' ? policy.period : null;
  return {
    advance: lines(blockFrames * stride),
    period: lines((period ?? 0) * stride),
    traverse: period === null ? traverseOf(ring, blockFrames) : Number.POSITIVE_INFINITY,
    lookbackBlocks: Math.floor(ring.lookback / blockFrames),
    capacity: lines((period ?? ring.columns) * ring.channels),
    plane: ring.layout === 'planar' ? lines(ring.plane ?? ring.columns) : Number.POSITIVE_INFINITY,
    before: lines(ring.lookback * stride - (ring.first ?? 0)),
    rewound,
  };
};

export const zonesOf = (lowered: Lowered, lineBytes: number): readonly Zone[] => {
  const { buffers, rings, steps, blockFrames } = lowered;
  const rewound = new Set<number>();
  for (const s of steps) if (s.step === 'ring' && s.action === 'rewind') rewound.add(s.ring);
  const moving = rings.map((ring, id) => zoneOf(ring, blockFrames, lineBytes, rewound.has(id)));
  return [...buffers.map(() => null), ...moving];
};
