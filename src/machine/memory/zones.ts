/**
 * The zones in which a block touches memory, as `reuse-layout.ts` has them: buffers, which lie still, then rings,
 * each seen from where its block starts, so that every block looks like the one before.
 */
import type { Lowered, Ring } from '../../kernel/lowered.ts';
import { strideOf } from './block-runs.ts';
import { atAdvance, zoneWords } from './reuse-layout.ts';

/** Blocks between two rewinds of a linear ring. */
export const traverseOf = (ring: Ring, blockFrames: number): number =>
  Math.max(1, Math.floor((ring.columns - ring.lookback) / blockFrames));

const zoneOf = (ring: Ring, blockFrames: number, lineBytes: number, rewound: boolean): number[] => {
  const lines = (floats: number): number => (floats * 4) / lineBytes;
  const stride = strideOf(ring);
  const { policy } = ring;
  const period = policy.kind === 'mirrored' ? policy.period : null;
  return [
    lines(blockFrames * stride),
    lines((period ?? 0) * stride),
    period === null ? traverseOf(ring, blockFrames) : Number.POSITIVE_INFINITY,
    Math.floor(ring.lookback / blockFrames),
    lines((period ?? ring.columns) * ring.channels),
    ring.layout === 'planar' ? lines(ring.plane ?? ring.columns) : Number.POSITIVE_INFINITY,
    lines(ring.lookback * stride - (ring.first ?? 0)),
    rewound ? 1 : 0,
  ];
};

export const zonesOf = (lowered: Lowered, lineBytes: number): Float64Array => {
  const { buffers, rings, steps, blockFrames } = lowered;
  const rewound = new Set<number>();
  for (const s of steps) if (s.step === 'ring' && s.action === 'rewind') rewound.add(s.ring);
  const zones = new Float64Array((buffers.length + rings.length) * zoneWords);
  buffers.forEach((_, b) => {
    zones[b * zoneWords + atAdvance] = -1;
  });
  rings.forEach((ring, id) => {
    const zone = zoneOf(ring, blockFrames, lineBytes, rewound.has(id));
    zones.set(zone, (buffers.length + id) * zoneWords);
  });
  return zones;
};
