/**
 * The memory that a program touches in one block as flat lists of runs: what passes through caches. Made
 * once per program; knows nothing of caches or of where buffers lie.
 */
import type { Lowered, Reference, Ring, Step } from '../../kernel/lowered.ts';
import type { Template } from '../../kernel/template.ts';
import { memoize } from '../../units/memoize.ts';
import { readTemplate } from '../pipeline/read-template.ts';
import type { Run } from '../pipeline/touches.ts';
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

const runsOf = (template: Template): readonly Run[] => readTemplate(template).touches.runs;

/** How many runs the steps of a program touch, where all their slots are bound. */
const countRuns = (lowered: Lowered): number => {
  const { uniqueSteps, stepCounts } = stepTableOf(lowered);
  return uniqueSteps.reduce((sum, step, w) => {
    const templates = step.step === 'kernel' ? [step] : step.templates;
    const runs = templates.reduce((all, { template }) => all + runsOf(template).length, 0);
    return sum + runs * (stepCounts[w] as number);
  }, 0);
};

class Collector {
  readonly words: Int32Array;
  readonly weights: Float64Array;
  readonly movements: number[] = [];
  count = 0;
  /** Of each buffer. */
  private readonly kinds: readonly number[];

  constructor(lowered: Lowered) {
    const most = countRuns(lowered);
    this.words = new Int32Array(most * layout.blockRunWords);
    this.weights = new Float64Array(most);
    this.kinds = lowered.buffers.map((buffer) => runKinds.indexOf(kindOf(buffer)));
  }

  step(step: Step, index: number): void {
    const first = this.count;
    if (step.step === 'kernel') this.bind(step.template, step.slots, index, -1);
    else {
      const { action, ring, templates } = step;
      const rewound = action === 'rewind' ? ring : -1;
      for (const { template, slots } of templates) this.bind(template, slots, index, rewound);
      if (action === 'rewind') this.movements.push(this.count, ring, 1);
      else if (action === 'advance') this.movements.push(this.count, ring, 0);
    }
    this.weights.fill(Math.min(1, step.perBlock), first, this.count);
  }

  /** @param rewound the ring that the step moves to its front; -1: none */
  private bind(
    template: Template,
    slots: readonly Reference[],
    step: number,
    rewound: number,
  ): void {
    const { words, kinds } = this;
    for (const { slot, low, high, write } of runsOf(template)) {
      const reference = slots[slot];
      const kind = reference && kinds[reference.buffer];
      if (reference === undefined || kind === undefined) continue;
      const { buffer, ring } = reference;
      // What a rewind copies does not lie where a position has moved it.
      const offset = rewound >= 0 && ring ? 0 : reference.offset;
      const at = this.count++ * layout.blockRunWords;
      const writes = write ? layout.isWriting : 0;
      words[at + layout.atBuffer] = buffer;
      words[at + layout.atLowByte] = (offset + low) * 4;
      words[at + layout.atHighByte] = (offset + high) * 4;
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
  const collector = new Collector(lowered);
  lowered.steps.forEach((step, index) => {
    collector.step(step, index);
  });
  const { count, words, weights, movements } = collector;
  return {
    count,
    words: words.subarray(0, count * layout.blockRunWords),
    weights: weights.subarray(0, count),
    movements: Int32Array.from(movements),
  };
};

const known = new WeakMap<Lowered, BlockRuns>();

export const blockRunsOf = (lowered: Lowered): BlockRuns => memoize(known, lowered, collect);
