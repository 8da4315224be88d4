/** Where the buffers of the copies lie in memory, and where rings stand from block to block. */
import type { Buffer, Lowered, Reference, Ring } from '../kernel/lowered.ts';
import type { DataKind } from './memory-system.ts';

const alignment = 64;
/** An address below 2^31, so that lines fit 32-bit integers. */
const firstAddress = 1 << 16;

export const kindOf = (buffer: Buffer): Exclude<DataKind, 'code'> =>
  buffer.region === 'weights' || buffer.region === 'history' ? buffer.region : 'scratch';

/** Buffers one after the other, copy after copy, each on a cache line of its own. */
export class Layout {
  /** Byte addresses: [copy][buffer]. */
  readonly bases: readonly Int32Array[];
  readonly firstByte: number = firstAddress;
  readonly totalBytes: number;

  constructor(copies: readonly Lowered[]) {
    let next = firstAddress;
    this.bases = copies.map((lowered) => {
      const bases = new Int32Array(lowered.buffers.length);
      lowered.buffers.forEach((buffer, i) => {
        bases[i] = next;
        next += Math.ceil((buffer.floats * 4) / alignment) * alignment;
      });
      return bases;
    });
    this.totalBytes = next - firstAddress;
  }
}

/** The write positions of one copy's rings. */
export class RingPositions {
  private readonly rings: readonly Ring[];
  private readonly positions: Int32Array;
  private readonly frames: number;

  constructor(lowered: Lowered) {
    this.rings = lowered.rings;
    this.frames = lowered.blockFrames;
    this.positions = Int32Array.from(lowered.rings, (ring) => ring.policy.start);
  }

  /** A linear ring whose next block does not fit goes back to its front; true where it did. */
  rewind(id: number): boolean {
    const ring = this.rings[id];
    if (ring?.policy.kind !== 'linear') return false;
    if ((this.positions[id] as number) + this.frames <= ring.columns) return false;
    this.positions[id] = ring.lookback;
    return true;
  }

  /** Moves a ring on by one block. */
  advance(id: number): void {
    const policy = this.rings[id]?.policy;
    const next = (this.positions[id] as number) + this.frames;
    this.positions[id] = policy?.kind === 'mirrored' ? next % policy.period : next;
  }

  /** Floats from the start of the buffer. */
  offset(reference: Reference): number {
    if (!reference.ring) return reference.offset;
    const { id, delay } = reference.ring;
    const ring = this.rings[id];
    if (ring === undefined) return reference.offset;
    let column = (this.positions[id] as number) - delay;
    if (ring.policy.kind === 'mirrored') {
      column = ((column % ring.policy.period) + ring.policy.period) % ring.policy.period;
    }
    return reference.offset + column * (ring.layout === 'interleaved' ? ring.channels : 1);
  }
}
