/**
 * How often a branch on the sign of LeakyReLU's argument goes against its prediction, counted on audio.
 * Knows two predictors that bracket those of real cores, and no core.
 */

import { createReferenceExecutor } from '../src/execute/reference.ts';
import type { Program } from '../src/program/program.ts';

export interface SignMispredicts {
  readonly branches: number;
  /** Shares of them: by one counter of two bits, and by a table of such behind the last outcomes. */
  readonly counter: number;
  readonly history: number;
}

/** A table of two-bit counters; `bits` of the outcomes before choose the entry. */
class Predictor {
  misses = 0;
  private past = 0;
  private readonly mask: number;
  private readonly table: Uint8Array;

  constructor(bits: number) {
    this.mask = (1 << bits) - 1;
    this.table = new Uint8Array(1 << bits).fill(1);
  }

  see(taken: boolean): void {
    const counter = this.table[this.past] ?? 0;
    if (counter >= 2 !== taken) this.misses += 1;
    this.table[this.past] = taken ? Math.min(3, counter + 1) : Math.max(0, counter - 1);
    this.past = ((this.past << 1) | (taken ? 1 : 0)) & this.mask;
  }
}

/** Outcomes that the better predictor looks back on; small cores keep about as many, large ones more. */
const historyBits = 12;
const blockFrames = 64;

/** One loop serves all layers, block by block; within a frame it goes channel by channel, as all engines do. */
class Branches {
  readonly counter = new Predictor(0);
  readonly history = new Predictor(historyBits);
  count = 0;
  private rows: Float32Array[] = [];

  row(row: number, values: Float32Array): void {
    if (row === 0) this.play();
    this.rows.push(values.slice());
  }

  play(): void {
    const frames = this.rows[0]?.length ?? 0;
    for (let i = 0; i < frames; i++) {
      for (const row of this.rows) {
        const taken = (row[i] ?? 0) > 0;
        this.counter.see(taken);
        this.history.see(taken);
        this.count += 1;
      }
    }
    this.rows = [];
  }
}

/** Plays `input`, one channel of frames, through the prewarmed program. All zero where nothing is leaky. */
export const countSignMispredicts = (program: Program, input: Float32Array): SignMispredicts => {
  let branches: Branches | null = null;
  const executor = createReferenceExecutor(program, {
    tanh: 'libm',
    onLeaky: (row, values) => branches?.row(row, values),
  });
  const counted = new Branches();
  branches = counted;
  const outputs = program.buffers[program.output]?.channels ?? 1;
  const output = new Float32Array(outputs * blockFrames);
  for (let at = 0; at < input.length; at += blockFrames) {
    const block = input.subarray(at, at + blockFrames);
    executor.process(block, output.subarray(0, outputs * block.length), block.length);
  }
  counted.play();
  const of = ({ misses }: Predictor): number => misses / Math.max(1, counted.count);
  return {
    branches: counted.count,
    counter: of(counted.counter),
    history: of(counted.history),
  };
};
