import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createExecutor } from '../../src/execute/index.ts';
import { compileProgram } from '../../src/execute/wasm/wasm-executor.ts';
import { webAssembly } from '../../src/kernel/webassembly.ts';
import { parseModel } from '../../src/nam/parse-model.ts';
import { slim, widthsOf } from '../../src/nam/widths.ts';
import { compile } from '../../src/program/compile.ts';
import type { Program } from '../../src/program/program.ts';
import { arbitraryModel } from '../nam/arbitrary-model.ts';
import { largest, render, testSignal, worstDifference } from './wasm-audio.ts';

const folder = resolve(import.meta.dirname, '../../models');
const programs: [name: string, program: Program][] = readdirSync(folder)
  .filter((name) => name.endsWith('.nam'))
  .flatMap((name) => {
    const model = parseModel(readFileSync(join(folder, name), 'utf8'), name);
    return widthsOf(model).map((width): [string, Program] => [
      `${name} ${width.label}`,
      compile(slim(model, width).network),
    ]);
  });
const named = (start: string): Program => {
  const found = programs.find(([name]) => name.startsWith(start));
  if (!found) throw new Error(`no model ${start}`);
  return found[1];
};

describe('every model at every width', () => {
  test.each(programs)('%s: as the reference executor, within 1e-6 of full scale', (_, program) => {
    const input = testSignal(1500);
    for (const tanh of ['libm', 'fast'] as const) {
      const fast = render(createExecutor(program, { tanh }), input, () => 64);
      const slow = createExecutor(program, { tanh, executor: 'reference' });
      const expected = render(slow, input, () => 64);
      const fullScale = Math.max(1, largest(expected));
      expect(worstDifference(fast, expected)).toBeLessThan(1e-6 * fullScale);
    }
  });

  test.each(programs)('%s: the module is valid', (_, program) => {
    expect(webAssembly.validate(compileProgram(program, { tanh: 'libm' }).bytes)).toBe(true);
  });
});

test('any split into blocks, and a run after a reset, give the same bits', () => {
  const input = testSignal(4000);
  for (const start of ['a2.nam full', 'a1-nano.nam', 'lstm-1x16.nam', 'slim-8.nam ch:5']) {
    const executor = createExecutor(named(start));
    const whole = render(executor, input, () => input.length);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1 }), (blocks) => {
        let next = 0;
        executor.reset();
        const split = render(executor, input, () => blocks[next++ % blocks.length]!);
        expect(worstDifference(split, whole)).toBe(0);
      }),
      { numRuns: 15, seed: 7 },
    );
  }
});

test('random models of all kinds sound as on the reference executor', { timeout: 120_000 }, () => {
  const input = testSignal(300);
  fc.assert(
    fc.property(arbitraryModel(), ({ text }) => {
      const program = compile(slim(parseModel(text, 'random.nam'), 'full').network);
      const outputs = program.buffers[program.output]?.channels ?? 1;
      const inputs = program.buffers[program.input]?.channels ?? 1;
      if (inputs !== 1 || outputs !== 1) return;
      const expected = render(createExecutor(program, { executor: 'reference' }), input, () => 64);
      const heard = render(createExecutor(program), input, () => 48);
      const fullScale = Math.max(1, largest(expected));
      expect(worstDifference(heard, expected)).toBeLessThan(1e-6 * fullScale);
    }),
    { numRuns: 150, seed: 42 },
  );
});

test('several channels go in and out as planes, for every split', () => {
  fc.assert(
    fc.property(arbitraryModel({ multiChannel: true, maxChannels: 3 }), ({ text }) => {
      const program = compile(slim(parseModel(text, 'random.nam'), 'full').network);
      const inputs = program.buffers[program.input]?.channels ?? 1;
      const outputs = program.buffers[program.output]?.channels ?? 1;
      const frames = 70;
      const input = testSignal(inputs * frames);
      const expected = new Float32Array(outputs * frames);
      const heard = new Float32Array(outputs * frames);
      createExecutor(program, { executor: 'reference' }).process(input, expected, frames);
      createExecutor(program).process(input, heard, frames);
      const fullScale = Math.max(1, largest(expected));
      expect(worstDifference(heard, expected)).toBeLessThan(1e-6 * fullScale);
    }),
    { numRuns: 40, seed: 3 },
  );
});

test('a block allocates nothing', () => {
  const executor = createExecutor(named('a1-nano.nam'));
  const input = testSignal(64);
  const output = new Float32Array(64);
  for (let i = 0; i < 5000; i++) executor.process(input, output, 64);
  let least = Number.POSITIVE_INFINITY;
  // The least of a few rounds: the test runner's own timers allocate now and then.
  for (let round = 0; round < 5; round++) {
    const before = process.memoryUsage().heapUsed;
    for (let i = 0; i < 2000; i++) executor.process(input, output, 64);
    least = Math.min(least, Math.abs(process.memoryUsage().heapUsed - before));
  }
  expect(least / 2000).toBeLessThan(4);
});

test('an input that fades below all hearing is as quick as silence and sounds like it', () => {
  const executor = createExecutor(named('a2.nam full'));
  const quiet = render(executor, new Float32Array(2000), () => 64);
  executor.reset();
  const fading = render(executor, new Float32Array(2000).fill(1e-38), () => 64);
  expect(worstDifference(fading, quiet)).toBe(0);
});
