// biome-ignore-all lint/style/noNonNullAssertion: parts are as long as the block
/** The sound of the chain as it plays: executors in the slots' places, and what is heard of late blocks. */
import type { Signal } from '../../audio/signals.ts';
import type { TanhKind } from '../../engine/engine.ts';
import { Lanczos, latencyFrames } from '../../engine/resampler/lanczos.ts';
import type { Executor } from '../../execute/executor.ts';
import { createExecutor } from '../../execute/index.ts';
import type { HeardInstead } from '../../pedal/audio-stack.ts';
import type { PedalSound } from '../../pedal/setup.ts';
import type { Rates } from '../cost/resampling.ts';
import type { Resolved } from './resolve.ts';
import type { WorkSpec } from './work.ts';

type Process = Pick<Executor, 'process'>;

const none: Float32Array = new Float32Array(0);

const through: Process = {
  process: (input, output, frames) => output.set(input.subarray(0, frames)),
};

/** A model at its own rate between two resamplers, warmed up with silence as the plug-in does it. */
const resampledProcess = ({ sessionHz, modelHz }: Rates, model: Process): Process => {
  const into = new Lanczos(sessionHz, modelHz);
  const out = new Lanczos(modelHz, sessionHz);
  into.push(new Float32Array(latencyFrames(sessionHz, modelHz)));
  out.push(into.pop());
  let left = none;
  return {
    process: (input, output, frames) => {
      into.push(input.subarray(0, frames));
      const own = into.pop();
      const played = new Float32Array(own.length);
      if (own.length > 0) model.process(own, played, own.length);
      out.push(played);
      const more = out.pop();
      const ready = new Float32Array(left.length + more.length);
      ready.set(left);
      ready.set(more, left.length);
      output.set(ready.subarray(0, frames));
      left = ready.slice(frames);
    },
  };
};

/** Takes a block in and gives the one from `depth` blocks ago, silence at first and where their length changes. */
const delayOf = (depth: number): ((block: Float32Array) => Float32Array) => {
  let blocks: Float32Array[] = [];
  return (block) => {
    if (blocks[0]?.length !== block.length) {
      blocks = Array.from({ length: depth }, () => new Float32Array(block.length));
    }
    blocks.push(block.slice());
    return blocks.shift() ?? block;
  };
};

/** The mean of the branches that come together. */
const mix = (parts: readonly Float32Array[]): Float32Array => {
  const [first = none] = parts;
  if (parts.length === 1) return first;
  const sum = new Float32Array(first.length);
  for (const part of parts) for (const [i, value] of part.entries()) sum[i] = sum[i]! + value;
  return sum.map((value) => value / parts.length);
};

/** Reset and prewarmed. */
const processOf = (work: WorkSpec, tanh: TanhKind): Process => {
  switch (work.kind) {
    case 'model': {
      const model = createExecutor(work.slimmed.network, { tanh });
      return work.rates === null ? model : resampledProcess(work.rates, model);
    }
    case 'ir':
      // The sound does not depend on the convolver that is costed.
      return createExecutor(work.network, { tanh });
    case 'load':
      return through;
    default:
      return work satisfies never;
  }
};

export const chainSound = (
  { job, slots: resolved, works, graph, tanh }: Resolved,
  signal: Signal,
  heard: HeardInstead,
  write: (block: Float32Array) => void,
): PedalSound => {
  const gain = job.scenario.audio?.gain ?? 1;
  const slots = resolved.map((slot) => processOf(slot.work, tanh));
  const bypassed = resolved.map((slot) => slot.setup.bypassed);
  // For pipelines: the audio comes some blocks later.
  const delayed = delayOf(graph.latencyBlocks);
  // DMA: what the other half and this half of the buffer hold.
  let halves: [Float32Array, Float32Array] = [none, none];
  let [input, output] = [none, none];
  const run = (frames: number): Float32Array => {
    const done: Float32Array[] = [];
    const mixOf = (before: readonly number[]): Float32Array =>
      before.length === 0 ? input : mix(before.map((n) => done[n] ?? input));
    for (const [i, { slot, handedBy, after }] of graph.nodes.entries()) {
      const source = mixOf(handedBy === null ? after : [handedBy]);
      // A model that is split over cores sounds once, with its last part.
      const isPassed = graph.nodes[i + 1]?.slot === slot || bypassed[slot];
      const played = isPassed ? source : new Float32Array(frames);
      if (!isPassed) slots[slot]?.process(source, played, frames);
      done.push(played);
    }
    return mixOf(graph.ends);
  };
  return {
    swap: (slot, work) => {
      const spec = works.get(work);
      if (spec !== undefined) slots[slot] = processOf(spec, tanh);
    },
    bypass: (slot, on) => {
      bypassed[slot] = on;
    },
    play: (_firstFrame, frames, fate) => {
      if (input.length !== frames) {
        const silence = (): Float32Array => new Float32Array(frames);
        [input, output] = [silence(), silence()];
        halves = [silence(), silence()];
      }
      signal.read(input);
      if (gain !== 1) for (let i = 0; i < frames; i += 1) input[i] = input[i]! * gain;
      // A lost block never reaches the chain: what it remembers stays as it was.
      if (fate !== 'lost') output.set(delayed(run(frames)));
      const [before, last] = halves;
      if (fate === 'ready') before.set(output);
      else if (heard === 'silence') before.fill(0);
      halves = [last, before];
      write(before);
    },
  };
};
