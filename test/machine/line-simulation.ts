/**
 * The slow way to know what caches miss: every line of every block passes through every level, at the
 * addresses that one layout of the buffers gives it. What the machine computes from distances is held
 * against this.
 */
import type { Lowered, Reference } from '../../src/kernel/lowered.ts';
import { type BlockRuns, blockRunsOf } from '../../src/machine/block-runs.ts';
import { LruCache } from '../../src/machine/lru-cache.ts';
import type { CacheLevel } from '../../src/machine/memory-system.ts';

const alignment = 64;

class Copy {
  readonly runs: BlockRuns;
  private readonly lowered: Lowered;
  private readonly bases: number[] = [];
  private readonly positions: number[];
  private readonly due: number[];
  readonly end: number;

  constructor(lowered: Lowered, start: number) {
    this.lowered = lowered;
    this.runs = blockRunsOf(lowered);
    let next = start;
    for (const buffer of lowered.buffers) {
      this.bases.push(next);
      next += Math.ceil((buffer.floats * 4) / alignment) * alignment;
    }
    this.end = next;
    this.positions = lowered.rings.map((ring) => ring.policy.start);
    this.due = lowered.steps.map(() => 0);
  }

  private offset(reference: Reference): number {
    const ring = reference.ring && this.lowered.rings[reference.ring.id];
    if (!reference.ring || !ring) return reference.offset;
    let column = (this.positions[reference.ring.id] as number) - reference.ring.delay;
    if (ring.policy.kind === 'mirrored') {
      column = ((column % ring.policy.period) + ring.policy.period) % ring.policy.period;
    }
    return reference.offset + column * (ring.layout === 'interleaved' ? ring.channels : 1);
  }

  private moves(step: BlockRuns['steps'][number], index: number): boolean {
    const ring = this.lowered.rings[step.ring];
    if (step.move === 'rewind') {
      if (ring?.policy.kind !== 'linear') return false;
      const fits = (this.positions[step.ring] as number) + this.lowered.blockFrames <= ring.columns;
      if (!fits) this.positions[step.ring] = ring.lookback;
      return !fits;
    }
    this.due[index] = (this.due[index] as number) + Math.min(1, step.perBlock);
    if ((this.due[index] as number) < 1) return false;
    this.due[index] = (this.due[index] as number) - 1;
    return true;
  }

  block(touch: (low: number, high: number) => void): void {
    const { runs } = this;
    runs.steps.forEach((step, index) => {
      if (!this.moves(step, index)) return;
      for (let r = step.first; r < step.end; r++) {
        const moving = runs.moving[r] as Reference | null;
        const base = this.bases[runs.buffer[r] as number] as number;
        const at = base + (moving === null ? 0 : this.offset(moving) * 4);
        touch(at + (runs.low[r] as number), at + (runs.high[r] as number));
      }
      if (step.move !== 'advance') return;
      const policy = this.lowered.rings[step.ring]?.policy;
      const next = (this.positions[step.ring] as number) + this.lowered.blockFrames;
      this.positions[step.ring] = policy?.kind === 'mirrored' ? next % policy.period : next;
    });
  }
}

/** Lines per block that each level misses, counted over the last half of so many blocks. */
export const simulateLines = (
  programs: readonly Lowered[],
  levels: readonly CacheLevel[],
  blocks: number,
): readonly number[] => {
  const caches = levels.map((level) => new LruCache(level));
  let next = 1 << 16;
  const copies = programs.map((lowered) => {
    const copy = new Copy(lowered, next);
    next = copy.end;
    return copy;
  });
  const missed = levels.map(() => 0);
  const first = Math.floor(blocks / 2);
  for (let b = 0; b < blocks; b++) {
    for (const copy of copies) {
      copy.block((low, high) => {
        const shift = caches[0]?.lineShift ?? 6;
        for (let line = low >> shift; line <= (high - 1) >> shift; line++) {
          for (const [l, cache] of caches.entries()) {
            if (cache.touch(line >> (cache.lineShift - shift))) break;
            if (b >= first) missed[l] = (missed[l] as number) + 1;
          }
        }
      });
    }
  }
  return missed.map((count) => count / (blocks - first));
};
