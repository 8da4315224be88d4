/** Instructions and audio of lowered blocks. */
import { createReferenceExecutor } from '../../src/execute/reference.ts';
import { countsOf } from '../../src/kernel/classify.ts';
import { instructionClasses } from '../../src/kernel/instruction-class.ts';
import type { Lowered, Target } from '../../src/kernel/lowered.ts';
import type { Program } from '../../src/program/program.ts';
import { createInterpreter } from '../kernel/interpreter/interpreter.ts';

/** Instructions per sample of a block, by class. */
export function instructionsPerSample(lowered: Lowered): {
  readonly total: number;
  readonly classes: Readonly<Record<string, number>>;
} {
  const classes: Record<string, number> = {};
  let total = 0;
  for (const step of lowered.steps) {
    const parts = step.step === 'kernel' ? [{ template: step.template, times: 1 }] : step.templates;
    for (const { template, times } of parts) {
      const { counts } = countsOf(template);
      for (const name of instructionClasses) {
        const count = (counts[name] * times * step.perBlock) / lowered.blockFrames;
        classes[name] = (classes[name] ?? 0) + count;
        total += count;
      }
    }
  }
  return { total, classes };
}

export const target = (isa: Target['isa'], tune: string, fastMath = false): Target => ({
  isa,
  lanes: isa === 'thumb2-vfp' ? 1 : 4,
  vectorRegisters: isa === 'armv7-neon' ? 16 : 32,
  tune,
  fma: true,
  fastMath,
});

/** The largest difference between the kernels' audio and the reference executor's. */
export function worstDifference(program: Program, lowered: Lowered, blocks: number): number {
  const frames = lowered.blockFrames;
  const reference = createReferenceExecutor(program, { tanh: 'fast' });
  const kernels = createInterpreter(lowered);
  const input = new Float32Array(frames);
  const expected = new Float32Array(frames);
  const actual = new Float32Array(frames);
  // The reference executor starts prewarmed; the kernels reach the same state through silence.
  for (let done = 0; done < program.prewarmSamples; done += frames) {
    kernels.process(input, actual);
  }
  let worst = 0;
  let phase = 1;
  for (let block = 0; block < blocks; block++) {
    for (let f = 0; f < frames; f++) {
      phase = (Math.imul(phase, 1103515245) + 12345) >>> 0;
      input[f] = phase / 4294967296 - 0.5;
    }
    reference.process(input, expected, frames);
    kernels.process(input, actual);
    for (let f = 0; f < frames; f++) {
      const difference = Math.abs(expected[f]! - actual[f]!);
      if (!(difference <= worst)) worst = difference;
    }
  }
  return worst;
}
