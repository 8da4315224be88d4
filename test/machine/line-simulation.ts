/**
 * The slow way to know what caches miss: every line of every block passes through every level, at the
 * addresses that one layout of the buffers gives it. What the machine computes from distances is held
 * against this.
 */
import type { Lowered, Step } from '../../src/kernel/lowered.ts';
import { type BlockRuns, blockRunsOf, strideOf } from '../../src/machine/memory/block-runs.ts';
import { LruCache } from '../../src/machine/memory/lru-cache.ts';
import type { CacheLevel } from '../../src/machine/memory/memory-system.ts';
import {
  atBuffer,
  atDelay,
  atHighByte,
  atLowByte,
  atRunFlags,
  atRunRing,
  atRunStep,
  blockRunWords,
  isRewinding,
} from '../../src/machine/memory/run-words.ts';

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

  /** Bytes from the start of its buffer by which a run is moved. */
  private moved(run: number): number {
    const word = (at: number): number => this.runs.words[run * blockRunWords + at] as number;
    const id = word(atRunRing);
    const ring = this.lowered.rings[id];
    if (ring === undefined || (word(atRunFlags) & isRewinding) !== 0) return 0;
    let column = (this.positions[id] as number) - word(atDelay);
    if (ring.policy.kind === 'mirrored') {
      column = ((column % ring.policy.period) + ring.policy.period) % ring.policy.period;
    }
    return column * strideOf(ring) * 4;
  }

  private moves(step: Step, index: number): boolean {
    if (step.step === 'ring' && step.action === 'rewind') {
      const ring = this.lowered.rings[step.ring];
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
    const { count, words } = this.runs;
    let run = 0;
    this.lowered.steps.forEach((step, index) => {
      const moves = this.moves(step, index);
      for (; run < count && words[run * blockRunWords + atRunStep] === index; run++) {
        if (!moves) continue;
        const word = (at: number): number => words[run * blockRunWords + at] as number;
        const base = (this.bases[word(atBuffer)] as number) + this.moved(run);
        touch(base + word(atLowByte), base + word(atHighByte));
      }
      if (!moves || step.step !== 'ring' || step.action !== 'advance') return;
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
