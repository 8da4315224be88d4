/**
 * The memory that a program touches in one block as flat lists of runs: what passes through caches. Made
 * once per program; knows nothing of caches or of where buffers lie.
 */
import type { Lowered, Reference, Step } from '../kernel/lowered.ts';
import type { Template } from '../kernel/template.ts';
import { kindOf, runKinds } from './data-kind.ts';
import { readTemplate } from './read-template.ts';
import { atRunHigh, atRunLow, atRunSlot, atRunWrite, runWords } from './run-layout.ts';
import { stepTableOf } from './step-table.ts';

/** A step: a ring movement, or the runs from `first` to `end` (exclusive). */
export interface StepRuns {
  readonly move: 'rewind' | 'advance' | null;
  readonly ring: number;
  readonly perBlock: number;
  readonly first: number;
  readonly end: number;
}

/** Lists with one entry a run, named by the steps. Bytes count from the start of the buffer. */
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

const runsOf = (template: Template): Int32Array => readTemplate(template).touches.runs;

/** How many runs the steps of a program touch, where all their slots are bound. */
const countRuns = (lowered: Lowered): number => {
  const { works, stepsOfWork } = stepTableOf(lowered);
  return works.reduce((sum, step, w) => {
    const templates = step.step === 'kernel' ? [step] : step.templates;
    const words = templates.reduce((all, { template }) => all + runsOf(template).length, 0);
    return sum + (words / runWords) * (stepsOfWork[w] as number);
  }, 0);
};

class Collector {
  readonly buffer: Int32Array;
  readonly low: Int32Array;
  readonly high: Int32Array;
  readonly write: Uint8Array;
  readonly kind: Uint8Array;
  readonly moving: (Reference | null)[] = [];
  private count = 0;
  /** Of each buffer. */
  private readonly kinds: readonly number[];

  constructor(lowered: Lowered) {
    const most = countRuns(lowered);
    this.buffer = new Int32Array(most);
    this.low = new Int32Array(most);
    this.high = new Int32Array(most);
    this.write = new Uint8Array(most);
    this.kind = new Uint8Array(most);
    this.kinds = lowered.buffers.map((buffer) => runKinds.indexOf(kindOf(buffer)));
  }

  step(step: Step): StepRuns {
    const first = this.count;
    if (step.step === 'kernel') this.bind(step.template, step.slots);
    else for (const { template, slots } of step.templates) this.bind(template, slots);
    const moves = step.step === 'ring' && (step.action === 'rewind' || step.action === 'advance');
    return {
      move: moves ? (step.action as 'rewind' | 'advance') : null,
      ring: step.step === 'ring' ? step.ring : -1,
      perBlock: step.perBlock,
      first,
      end: this.count,
    };
  }

  private bind(template: Template, slots: readonly Reference[]): void {
    const runs = runsOf(template);
    for (let run = 0; run < runs.length; run += runWords) {
      // A run has all its words.
      const reference = slots[runs[run + atRunSlot] as number];
      const kind = reference && this.kinds[reference.buffer];
      if (reference === undefined || kind === undefined) continue;
      const offset = reference.ring ? 0 : reference.offset;
      const at = this.count++;
      this.buffer[at] = reference.buffer;
      this.low[at] = (offset + (runs[run + atRunLow] as number)) * 4;
      this.high[at] = (offset + (runs[run + atRunHigh] as number)) * 4;
      this.write[at] = runs[run + atRunWrite] as number;
      this.kind[at] = kind;
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
  const { buffer, low, high, write, kind, moving } = collector;
  const result: BlockRuns = { steps, buffer, low, high, write, kind, moving };
  known.set(lowered, result);
  return result;
};
