/**
 * The memory that a program touches in one block as flat lists of runs: what passes through caches. Made
 * once per program; knows nothing of caches or of where buffers lie.
 */
import type { Lowered, Reference, Step } from '../kernel/lowered.ts';
import type { Template } from '../kernel/template.ts';
import { kindOf, runKinds } from './data-kind.ts';
import { touchesOf } from './touches.ts';

/** A step: a ring movement, or the runs from `first` to `end` (exclusive). */
export interface StepRuns {
  readonly move: 'rewind' | 'advance' | null;
  readonly ring: number;
  readonly perBlock: number;
  readonly first: number;
  readonly end: number;
}

/** Lists with one entry a run. Bytes count from the start of the buffer. */
export interface BlockRuns {
  readonly steps: readonly StepRuns[];
  readonly buffer: Int32Array;
  readonly low: Int32Array;
  readonly high: Int32Array;
  readonly write: Uint8Array;
  /** Index of `runKinds`. */
  readonly kind: Uint8Array;
  /** Where the ring's position moves the run; null where it lies still. */
  readonly moving: readonly (Reference | null)[];
}

class Collector {
  readonly buffer: number[] = [];
  readonly low: number[] = [];
  readonly high: number[] = [];
  readonly write: number[] = [];
  readonly kind: number[] = [];
  readonly moving: (Reference | null)[] = [];
  /** Of each buffer. */
  private readonly kinds: readonly number[];

  constructor(lowered: Lowered) {
    this.kinds = lowered.buffers.map((buffer) => runKinds.indexOf(kindOf(buffer)));
  }

  step(step: Step): StepRuns {
    const first = this.low.length;
    if (step.step === 'kernel') this.bind(step.template, step.slots);
    else for (const { template, slots } of step.templates) this.bind(template, slots);
    const moves = step.step === 'ring' && (step.action === 'rewind' || step.action === 'advance');
    return {
      move: moves ? (step.action as 'rewind' | 'advance') : null,
      ring: step.step === 'ring' ? step.ring : -1,
      perBlock: step.perBlock,
      first,
      end: this.low.length,
    };
  }

  private bind(template: Template, slots: readonly Reference[]): void {
    for (const run of touchesOf(template).runs) {
      const reference = slots[run.slot];
      const kind = reference && this.kinds[reference.buffer];
      if (reference === undefined || kind === undefined) continue;
      const offset = reference.ring ? 0 : reference.offset;
      this.buffer.push(reference.buffer);
      this.low.push((offset + run.low) * 4);
      this.high.push((offset + run.high) * 4);
      this.write.push(run.write ? 1 : 0);
      this.kind.push(kind);
      this.moving.push(reference.ring ? reference : null);
    }
  }
}

const known = new WeakMap<Lowered, BlockRuns>();

export const blockRunsOf = (lowered: Lowered): BlockRuns => {
  const memo = known.get(lowered);
  if (memo) return memo;
  const collector = new Collector(lowered);
  const steps = lowered.steps.map((step) => collector.step(step));
  const result: BlockRuns = {
    steps,
    buffer: new Int32Array(collector.buffer),
    low: new Int32Array(collector.low),
    high: new Int32Array(collector.high),
    write: new Uint8Array(collector.write),
    kind: new Uint8Array(collector.kind),
    moving: collector.moving,
  };
  known.set(lowered, result);
  return result;
};
