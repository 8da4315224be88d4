/**
 * Holds the instructions of a lowered block against those that were counted in an emulator. The
 * counts are not part of the project: tests that need them say so and are skipped without them.
 */
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { createReferenceExecutor } from '../../src/execute/reference.ts';
import { countsOf } from '../../src/kernel/classify.ts';
import { instructionClasses } from '../../src/kernel/instruction-class.ts';
import { createInterpreter } from '../../src/kernel/interpreter.ts';
import type { Lowered, Target } from '../../src/kernel/lowered.ts';
import type { Program } from '../../src/program/program.ts';

const file = resolve(import.meta.dirname, '../../../shared/reference/counts/instructions.json');

export const countsAreThere: boolean = existsSync(file);

export interface CountedCase {
  readonly model: string;
  readonly engine: string;
  readonly core: string;
  readonly build: string;
  readonly blockFrames: number;
  readonly instructionsPerSample: number;
  readonly classes: Readonly<Record<string, number>>;
}

export const countedCases = (engine: string): readonly CountedCase[] =>
  countsAreThere
    ? (JSON.parse(readFileSync(file, 'utf8')) as { cases: CountedCase[] }).cases.filter(
        (row) => row.engine === engine,
      )
    : [];

/** The emulator's finer classes, as ours. */
const mergedClass = (name: string): string => {
  if (name === 'vec_move') return 'vec_other';
  return name.replace(/_(dup|multi)$/, '');
};

export const mergedClasses = (row: CountedCase): Readonly<Record<string, number>> => {
  const merged: Record<string, number> = {};
  for (const [name, count] of Object.entries(row.classes)) {
    const key = mergedClass(name);
    merged[key] = (merged[key] ?? 0) + count;
  }
  return merged;
};

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

export interface Comparison {
  readonly label: string;
  readonly totalErrorPercent: number;
  /** Classes above a tenth of the total. */
  readonly classErrorsPercent: Readonly<Record<string, number>>;
  readonly text: string;
}

export function compareCounts(row: CountedCase, lowered: Lowered): Comparison {
  const ours = instructionsPerSample(lowered);
  const counted = mergedClasses(row);
  const error = (a: number, b: number): number => (100 * (a - b)) / b;
  const classErrorsPercent: Record<string, number> = {};
  const parts: string[] = [];
  for (const [name, count] of Object.entries(counted)) {
    const own = ours.classes[name] ?? 0;
    if (count > row.instructionsPerSample / 10) {
      classErrorsPercent[name] = error(own, count);
    }
    if (Math.max(own, count) > row.instructionsPerSample / 100) {
      parts.push(`${name} ${own.toFixed(0)}/${count.toFixed(0)}`);
    }
  }
  for (const [name, own] of Object.entries(ours.classes)) {
    if (own > row.instructionsPerSample / 100 && !counted[name]) {
      parts.push(`${name} ${own.toFixed(0)}/0`);
    }
  }
  const totalErrorPercent = error(ours.total, row.instructionsPerSample);
  const label = `${row.engine} ${row.model} ${row.core} ${row.blockFrames}`;
  return {
    label,
    totalErrorPercent,
    classErrorsPercent,
    text: `${label}: counted ${row.instructionsPerSample.toFixed(0)}, ours ${ours.total.toFixed(0)} (${totalErrorPercent.toFixed(1)} %): ${parts.join(', ')}`,
  };
}

/** The bars: 10 % in total, 20 % for each class above a tenth of the total. */
export const holds = (comparison: Comparison): boolean =>
  Math.abs(comparison.totalErrorPercent) <= 10 &&
  Object.values(comparison.classErrorsPercent).every((error) => Math.abs(error) <= 20);

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
