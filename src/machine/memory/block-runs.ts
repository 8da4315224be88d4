/**
 * The memory that a program touches in one block as flat lists of runs: what passes through caches. Made
 * once per program; knows nothing of caches or of where buffers lie.
 */
import type { Lowered, Reference, Ring, Step } from '../../kernel/lowered.ts';
import { templatesOf } from '../../kernel/lowered.ts';
import { memoize } from '../../units/memoize.ts';
import { readTemplate } from '../pipeline/read-template.ts';
import { atHigh, atLow, atSlot, atWrite, runNumbers } from '../pipeline/touches.ts';
import { stepTableOf } from '../step-table.ts';
import { kindOf, runKinds } from './data-kind.ts';
import * as layout from './run-words.ts';

/** As `run-words.ts` says. */
export interface BlockRuns {
  readonly count: number;
  readonly words: Int32Array;
  /** Of each run: executions per block, at most one. */
  readonly weights: Float64Array;
  readonly movements: Int32Array;
}

class RunList {
  readonly words: Int32Array;
  readonly weights: Float64Array;
  readonly movements: number[] = [];
  count = 0;
  /** Of each buffer. */
  private readonly kinds: readonly number[];
  /** Of each of the unique steps: the runs of each template. */
  private readonly runs: readonly (readonly Int32Array[])[];
  private readonly uniqueIndex: Int32Array;

  constructor(lowered: Lowered) {
    const { uniqueSteps, stepCounts, uniqueIndex } = stepTableOf(lowered);
    this.runs = uniqueSteps.map((step) =>
      templatesOf(step).map(({ template }) => readTemplate(template).touches.runs),
    );
    // Every slot may be bound.
    const most = this.runs.reduce((sum, runs, own) => {
      const numbers = runs.reduce((all, { length }) => all + length, 0);
      return sum + (numbers / runNumbers) * (stepCounts[own] ?? 0);
    }, 0);
    this.words = new Int32Array(most * layout.blockRunWords);
    this.weights = new Float64Array(most);
    this.kinds = lowered.buffers.map((buffer) => runKinds.indexOf(kindOf(buffer)));
    this.uniqueIndex = uniqueIndex;
  }

  step(step: Step, index: number): void {
    const first = this.count;
    const rewound = step.step === 'ring' && step.action === 'rewind' ? step.ring : -1;
    const runs = this.runs[this.uniqueIndex[index] as number] ?? []; // every step is one of them
    // Every template has its own runs.
    if (step.step === 'kernel') this.bind(runs[0] as Int32Array, step.slots, index, rewound);
    else {
      step.templates.forEach(({ slots }, t) => {
        this.bind(runs[t] as Int32Array, slots, index, rewound);
      });
    }
    if (rewound >= 0) this.movements.push(this.count, rewound, 1);
    else if (step.step === 'ring' && step.action === 'advance')
      this.movements.push(this.count, step.ring, 0);
    const weight = Math.min(1, step.perBlock);
    for (let run = first; run < this.count; run++) this.weights[run] = weight;
  }

  /** @param rewound the ring that the step moves to its front; -1: none */
  private bind(runs: Int32Array, slots: readonly Reference[], step: number, rewound: number): void {
    const { words, kinds } = this;
    for (let r = 0; r < runs.length; r += runNumbers) {
      const reference = slots[runs[r + atSlot] as number]; // a run has all its numbers
      const kind = reference && kinds[reference.buffer];
      if (reference === undefined || kind === undefined) continue;
      const { buffer, ring } = reference;
      // What a rewind copies does not lie where a position has moved it.
      const offset = rewound >= 0 && ring ? 0 : reference.offset;
      const at = this.count++ * layout.blockRunWords;
      const writes = runs[r + atWrite] === 1 ? layout.isWriting : 0;
      words[at + layout.atBuffer] = buffer;
      words[at + layout.atLowByte] = (offset + (runs[r + atLow] as number)) * 4;
      words[at + layout.atHighByte] = (offset + (runs[r + atHigh] as number)) * 4;
      words[at + layout.atRunFlags] = rewound < 0 ? writes : writes | layout.isRewinding;
      words[at + layout.atRunKind] = kind;
      words[at + layout.atRunRing] = rewound >= 0 ? rewound : ring ? ring.id : -1;
      words[at + layout.atDelay] = ring ? ring.delay : 0;
      words[at + layout.atRunStep] = step;
    }
  }
}

/** Floats from one column of a ring to the next, in one run. */
export const strideOf = (ring: Ring): number => (ring.layout === 'interleaved' ? ring.channels : 1);

const collect = (lowered: Lowered): BlockRuns => {
  const list = new RunList(lowered);
  lowered.steps.forEach((step, index) => {
    list.step(step, index);
  });
  const { count, words, weights, movements } = list;
  return {
    count,
    words: words.subarray(0, count * layout.blockRunWords),
    weights: weights.subarray(0, count),
    movements: Int32Array.from(movements),
  };
};

const known = new WeakMap<Lowered, BlockRuns>();

export const blockRunsOf = (lowered: Lowered): BlockRuns => memoize(known, lowered, collect);
