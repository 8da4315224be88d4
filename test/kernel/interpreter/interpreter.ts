// biome-ignore-all lint/style/noNonNullAssertion: a start for each buffer, a position for each ring, an extent for each slot
/**
 * Executes a lowered program block by block, instruction by instruction, in float32: the check that
 * the kernels that are costed compute the sound. Knows nothing of time.
 */

import type {
  KernelStep,
  Lowered,
  Reference,
  Ring,
  RingStep,
} from '../../../src/kernel/lowered.ts';
import { type Extent, extentsOf } from './extent.ts';
import { KernelError } from './kernel-error.ts';
import { checkRegisters, runTemplate, Words } from './run-template.ts';

export interface Interpreter {
  /** Initial buffers and ring positions; no prewarm. */
  reset(): void;
  /** One block: `lowered.blockFrames` floats each. */
  process(input: Float32Array, output: Float32Array): void;
}

interface BoundKernel {
  readonly step: KernelStep;
  readonly extents: readonly Extent[];
  readonly bases: number[];
}

export function createInterpreter(lowered: Lowered): Interpreter {
  const starts: number[] = [];
  let floats = 0;
  for (const buffer of lowered.buffers) {
    starts.push(floats);
    floats += buffer.floats;
    if (buffer.data && buffer.data.length > buffer.floats) {
      const fault = `${lowered.engine}: buffer ${buffer.name}: expected at most ${buffer.floats} initial floats, got ${buffer.data.length}.`;
      throw new KernelError('bad-step', fault);
    }
  }
  const words = new Words(floats);
  const memory = words.floats;
  const positions = new Int32Array(lowered.rings.length);
  const frames = lowered.blockFrames;

  const bufferOf = (id: number): Lowered['buffers'][number] => {
    const buffer = lowered.buffers[id];
    if (!buffer) throw new KernelError('bad-step', `${lowered.engine}: no buffer ${id}.`);
    return buffer;
  };
  const ringOf = (id: number): Ring => {
    const ring = lowered.rings[id];
    if (!ring) throw new KernelError('bad-step', `${lowered.engine}: no ring ${id}.`);
    return ring;
  };

  /** The reference's place within its buffer, in floats. */
  const resolve = (reference: Reference): number => {
    if (!reference.ring) return reference.offset;
    const ring = ringOf(reference.ring.id);
    let column = positions[reference.ring.id]! - reference.ring.delay;
    if (ring.policy.kind === 'mirrored') {
      const period = ring.policy.period;
      column = ((column % period) + period) % period;
    }
    return reference.offset + column * (ring.layout === 'interleaved' ? ring.channels : 1);
  };

  const runKernel = ({ step, extents, bases }: BoundKernel): void => {
    for (let slot = 0; slot < bases.length; slot++) {
      const reference = step.slots[slot]!;
      const base = resolve(reference);
      const { first, last } = extents[slot]!;
      const size = lowered.buffers[reference.buffer]!.floats;
      if (first <= last && (base + first < 0 || base + last >= size)) {
        throw outOfBuffer(step, slot, base + (base + first < 0 ? first : last), size);
      }
      bases[slot] = starts[reference.buffer]! + base;
    }
    runTemplate(step.template, words, bases);
  };
  const outOfBuffer = (step: KernelStep, slot: number, at: number, size: number): KernelError =>
    new KernelError(
      'out-of-buffer',
      `${lowered.engine}: ${step.layer}: ${step.kind} (${step.template.name}): slot ${step.template.slots[slot]}: expected addresses 0 to ${size - 1} of buffer ${bufferOf(step.slots[slot]!.buffer).name}, got ${at}.`,
    );

  const runRing = (step: RingStep): void => {
    const ring = ringOf(step.ring);
    const start = starts[ring.buffer]! + (ring.first ?? 0);
    const position = positions[step.ring]!;
    const { channels, columns, lookback, policy, plane: stride = columns } = ring;
    const planar = ring.layout === 'planar';
    const move = (from: number, to: number, count: number): void => {
      if (count <= 0) return;
      const fits = from >= 0 && to >= 0 && Math.max(from, to) + count <= columns;
      if (!fits) throw ringFault(step, ring, `columns ${from} and ${to}, ${count} each`);
      if (planar) {
        for (let c = 0; c < channels; c++) {
          const plane = start + c * stride;
          memory.copyWithin(plane + to, plane + from, plane + from + count);
        }
      } else {
        const at = start + from * channels;
        memory.copyWithin(start + to * channels, at, at + count * channels);
      }
    };
    switch (step.action) {
      case 'write': {
        if (!step.src) throw ringFault(step, ring, 'a write without a source');
        const place = resolve(step.src);
        const size = bufferOf(step.src.buffer).floats;
        if (place < 0 || place + channels * frames > size) {
          throw ringFault(step, ring, `a source at ${place} of ${size} floats`);
        }
        const source = starts[step.src.buffer]! + place;
        for (let f = 0; f < frames; f++) {
          let column = position + f;
          if (policy.kind === 'mirrored') column %= policy.period;
          if (column >= columns) throw ringFault(step, ring, `column ${column}`);
          for (let c = 0; c < channels; c++) {
            const to = planar ? c * stride + column : column * channels + c;
            const from = planar ? c * frames + f : f * channels + c;
            memory[start + to] = memory[source + from]!;
          }
        }
        return;
      }
      case 'mirror':
        if (policy.kind !== 'mirrored') throw ringFault(step, ring, 'a ring without a mirror');
        move(0, policy.period, columns - policy.period);
        return;
      case 'settle': {
        if (policy.kind !== 'mirrored') throw ringFault(step, ring, 'a ring without a mirror');
        const { period } = policy;
        const past = Math.max(0, position + frames - period);
        move(position + frames - past, position + frames - past - period, past);
        move(position, position + period, Math.min(frames - past, columns - period - position));
        return;
      }
      case 'rewind':
        if (policy.kind !== 'linear') throw ringFault(step, ring, 'a ring that wraps by itself');
        if (position + frames <= columns) return;
        move(position - lookback, 0, lookback);
        positions[step.ring] = lookback;
        return;
      case 'advance':
        positions[step.ring] =
          policy.kind === 'mirrored' ? (position + frames) % policy.period : position + frames;
        return;
      default:
        step.action satisfies never;
    }
  };
  const ringFault = (step: RingStep, ring: Ring, got: string): KernelError =>
    new KernelError(
      'bad-step',
      `${lowered.engine}: ${step.layer}: ${step.action} of ring ${ring.name}: expected what fits ${ring.columns} columns (${ring.policy.kind}), got ${got}.`,
    );

  const actions: (() => void)[] = [];
  let blocks = 0;
  for (const step of lowered.steps) {
    if (step.step === 'ring') {
      ringOf(step.ring);
      actions.push(() => runRing(step));
      continue;
    }
    if (step.costOnly) continue;
    const { every = 1 } = step;
    if (
      step.perBlock * every !== 1 ||
      !Number.isInteger(Math.max(1, every)) ||
      step.slots.length !== step.template.slots.length
    ) {
      const fault = `${lowered.engine}: ${step.layer}: ${step.kind} (${step.template.name}): expected one execution per block and ${step.template.slots.length} slots, got ${step.perBlock} and ${step.slots.length}.`;
      throw new KernelError('bad-step', fault);
    }
    for (const slot of step.slots) bufferOf(slot.buffer);
    checkRegisters(step.template);
    const bound = { step, extents: extentsOf(step.template), bases: step.slots.map(() => 0) };
    actions.push(() => {
      if ((blocks + 1) % Math.max(1, every) === 0) runKernel(bound);
    });
  }
  bufferOf(lowered.input);
  bufferOf(lowered.output);

  const reset = (): void => {
    blocks = 0;
    memory.fill(0);
    lowered.buffers.forEach((buffer, id) => {
      if (buffer.data) memory.set(buffer.data, starts[id]!);
    });
    lowered.rings.forEach((ring, id) => {
      positions[id] = ring.policy.start;
    });
  };
  reset();

  return {
    reset,
    process(input, output) {
      if (input.length !== frames || output.length !== frames) {
        const fault = `Expected blocks of ${frames} frames, got ${input.length} in and ${output.length} out.`;
        throw new KernelError('bad-block', fault);
      }
      memory.set(input, starts[lowered.input]!);
      for (const action of actions) action();
      blocks += 1;
      const from = starts[lowered.output]!;
      output.set(memory.subarray(from, from + frames));
    },
  };
}
