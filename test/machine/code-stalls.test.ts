/** What instruction caches miss, by the lines of a block's code. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { engines } from '../../src/engine/registry.ts';
import type { Lowered } from '../../src/kernel/lowered.ts';
import { codeWaitsOf } from '../../src/machine/memory/code-stalls.ts';
import type { MemorySystem } from '../../src/machine/memory/memory-system.ts';
import { parseModel } from '../../src/nam/parse-model.ts';
import { slim, widthsOf } from '../../src/nam/widths.ts';
import { compile } from '../../src/program/compile.ts';
import { exactly } from '../../src/units/range.ts';
import { someCores } from './a2-templates.ts';

const lineBytes = 64;

const behind = (sizeBytes: number): MemorySystem => ({
  dataCaches: [],
  instructionCache: {
    name: 'l1i',
    sizeBytes,
    lineBytes,
    ways: 4,
    latencyCycles: exactly(1),
    sharedBy: 1,
  },
  memory: { name: 'dram', latencyNanoseconds: exactly(100), bandwidthBytesPerSecond: exactly(1e9) },
  regions: [],
  placement: null,
  prefetch: null,
});

/** A program in one piece. */
const lowered = (): Lowered => {
  const core = someCores.find(({ id }) => id === 'cortex-a35');
  const engine = engines.find(({ id }) => id === 'neural-audio');
  if (core === undefined || engine === undefined) throw new Error('a core and an engine');
  const { isa, lanes, vectorRegisters, fma } = core.target;
  const path = resolve(import.meta.dirname, '../../models/a2.nam');
  const model = parseModel(readFileSync(path, 'utf8'), 'a2');
  const width = widthsOf(model).at(-1);
  if (width === undefined) throw new Error('a width');
  const target = { isa, lanes, vectorRegisters, fma, tune: core.id, fastMath: true };
  const program = compile(slim(model, width).network);
  return engine.lower(program, target, { blockFrames: 64, tanh: 'fast' });
};

const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);

const missesOf = (program: Lowered, sizeBytes: number) => {
  const waits = codeWaitsOf(program, behind(sizeBytes), [], 1e9);
  if (waits === null) throw new Error('code waits behind an instruction cache');
  return waits;
};

test('code that fits misses each of its lines once, and nothing when it runs again', () => {
  const program = lowered();
  expect(program.codeScattered ?? false).toBe(false);
  const lines = Math.ceil(program.codeBytes / lineBytes);
  const { cold, steady } = missesOf(program, 1 << 20);
  expect(sum(cold)).toBe(lines);
  expect(sum(steady)).toBe(0);
});

test('a cache that just does not hold the code misses at least what one does that holds it', () => {
  const program = lowered();
  const sizeBytes = Math.floor((program.codeBytes - 1) / 256) * 256;
  const small = missesOf(program, sizeBytes);
  const large = missesOf(program, 1 << 20);
  for (const [s, misses] of large.cold.entries()) {
    expect(small.cold[s]).toBeGreaterThanOrEqual(misses);
  }
  expect(sum(small.steady)).toBeGreaterThan(0);
});
