// biome-ignore-all lint/style/noNonNullAssertion: parts are as long as the block
/** The sound of the chain as it plays: executors in the slots' places, and what is heard of late blocks. */
import type { Signal } from '../../audio/signals.ts';
import { Lanczos, latencyFrames } from '../../engine/resampler/lanczos.ts';
import type { Executor } from '../../execute/executor.ts';
import { createExecutor } from '../../execute/index.ts';
import type { HeardInstead } from '../../pedal/audio-stack.ts';
import type { PedalSound } from '../../pedal/setup.ts';
import type { Rates } from '../cost/resampling.ts';
import type { Resolved } from './resolve.ts';
import type { WorkSpec } from './work.ts';

type Process = Pick<Executor, 'process'>;

const none = new Float32Array(0);

const through: Process = {
  process: (input, output, frames) => output.set(input.subarray(0, frames)),
};

/** A model at its own rate between two resamplers, warmed up with silence as the plug-in does it. */
class ResampledProcess implements Process {
  private readonly into: Lanczos;
  private readonly out: Lanczos;
  private readonly model: Process;
  private left: Float32Array = none;

  constructor({ sessionHz, modelHz }: Rates, model: Process) {
    this.into = new Lanczos(sessionHz, modelHz);
    this.out = new Lanczos(modelHz, sessionHz);
    this.model = model;
    this.into.push(new Float32Array(latencyFrames(sessionHz, modelHz)));
    this.out.push(this.into.pop());
  }

  process(input: Float32Array, output: Float32Array, frames: number): void {
    this.into.push(input.subarray(0, frames));
    const own = this.into.pop();
    const played = new Float32Array(own.length);
    if (own.length > 0) this.model.process(own, played, own.length);
    this.out.push(played);
    const more = this.out.pop();
    const ready = new Float32Array(this.left.length + more.length);
    ready.set(this.left);
    ready.set(more, this.left.length);
    output.set(ready.subarray(0, frames));
    this.left = ready.slice(frames);
  }
}

/** The blocks of the last `depth` exchanges; none where their length changes. */
class Delay {
  private blocks: Float32Array[] = [];
  private readonly depth: number;

  constructor(depth: number) {
    this.depth = depth;
  }

  /** Takes a block in and gives the one from `depth` blocks ago, silence at first. */
  exchange(block: Float32Array): Float32Array {
    if (this.blocks[0]?.length !== block.length) {
      this.blocks = Array.from({ length: this.depth }, () => new Float32Array(block.length));
    }
    this.blocks.push(block.slice());
    return this.blocks.shift() ?? block;
  }
}

export class ChainSound implements PedalSound {
  private readonly resolved: Resolved;
  private readonly signal: Signal;
  private readonly gain: number;
  private readonly heard: HeardInstead;
  private readonly write: (block: Float32Array) => void;
  private readonly slots: Process[];
  private readonly bypassed: boolean[];
  /** For pipelines: the audio comes some blocks later. */
  private readonly delay: Delay;
  /** DMA: what the other half and this half of the buffer hold. */
  private halves: [Float32Array, Float32Array] = [none, none];
  private input: Float32Array = none;
  private output: Float32Array = none;

  constructor(
    resolved: Resolved,
    signal: Signal,
    heard: HeardInstead,
    write: (block: Float32Array) => void,
  ) {
    this.resolved = resolved;
    this.signal = signal;
    this.gain = resolved.job.scenario.audio?.gain ?? 1;
    this.heard = heard;
    this.write = write;
    this.slots = resolved.slots.map((slot) => this.build(slot.work));
    this.bypassed = resolved.slots.map((slot) => slot.setup.bypassed);
    this.delay = new Delay(resolved.graph.latencyBlocks);
  }

  swap(slot: number, work: string): void {
    const spec = this.resolved.works.get(work);
    if (spec !== undefined) this.slots[slot] = this.build(spec);
  }

  bypass(slot: number, on: boolean): void {
    this.bypassed[slot] = on;
  }

  play(_firstFrame: number, frames: number, fate: 'ready' | 'late' | 'lost'): void {
    if (this.input.length !== frames) {
      const silence = (): Float32Array => new Float32Array(frames);
      [this.input, this.output] = [silence(), silence()];
      this.halves = [silence(), silence()];
    }
    const { input } = this;
    this.signal.read(input);
    if (this.gain !== 1) for (let i = 0; i < frames; i += 1) input[i] = input[i]! * this.gain;
    // A lost block never reaches the chain: what it remembers stays as it was.
    if (fate !== 'lost') this.output.set(this.delay.exchange(this.run(input, frames)));
    const [before, last] = this.halves;
    if (fate === 'ready') before.set(this.output);
    else if (this.heard === 'silence') before.fill(0);
    this.halves = [last, before];
    this.write(before);
  }

  private build(work: WorkSpec): Process {
    // Reset and prewarmed.
    const { tanh } = this.resolved;
    switch (work.kind) {
      case 'model': {
        const model = createExecutor(work.slimmed.network, { tanh });
        return work.rates === null ? model : new ResampledProcess(work.rates, model);
      }
      case 'ir':
        // The sound does not depend on the convolver that is costed.
        return createExecutor(work.network, { tanh });
      case 'load':
        return through;
      default:
        return work satisfies never;
    }
  }

  private run(input: Float32Array, frames: number): Float32Array {
    const { nodes, ends } = this.resolved.graph;
    const done: Float32Array[] = [];
    const mixOf = (before: readonly number[]): Float32Array =>
      before.length === 0 ? input : mix(before.map((n) => done[n] ?? input));
    for (const [i, { slot, handedBy, after }] of nodes.entries()) {
      const source = mixOf(handedBy === null ? after : [handedBy]);
      // A model that is split over cores sounds once, with its last part.
      const isPassed = nodes[i + 1]?.slot === slot || this.bypassed[slot];
      const output = isPassed ? source : new Float32Array(frames);
      if (!isPassed) this.slots[slot]?.process(source, output, frames);
      done.push(output);
    }
    return mixOf(ends);
  }
}

/** The mean of the branches that come together. */
const mix = (parts: readonly Float32Array[]): Float32Array => {
  const [first = none] = parts;
  if (parts.length === 1) return first;
  const sum = new Float32Array(first.length);
  for (const part of parts) for (const [i, value] of part.entries()) sum[i] = sum[i]! + value;
  return sum.map((value) => value / parts.length);
};
