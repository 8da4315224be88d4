/** Misses from distances, checked against a simulation of every line. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { engines } from '../../src/engine/registry.ts';
import type { Lowered } from '../../src/kernel/lowered.ts';
import { costOf } from '../../src/machine/cost-of.ts';
import { blockLinesOf } from '../../src/machine/memory/block-lines.ts';
import { cacheWaitsOf } from '../../src/machine/memory/cache-waits.ts';
import type { CacheLevel, MemorySystem } from '../../src/machine/memory/memory-system.ts';
import { ReusePass, reuseOf, theReusePass } from '../../src/machine/memory/reuse.ts';
import { zonesOf } from '../../src/machine/memory/zones.ts';
import { parseModel } from '../../src/nam/parse-model.ts';
import { slim, widthsOf } from '../../src/nam/widths.ts';
import { compile } from '../../src/program/compile.ts';
import { exactly } from '../../src/units/range.ts';
import { openWorkbench } from '../../src/workbench/open-workbench.ts';
import { compileModule } from '../../tools/compile-modules.ts';
import { simulateLines } from './line-simulation.ts';
import { roundCore } from './round-core.ts';

const project = resolve(import.meta.dirname, '../..');
const cores = openWorkbench({ cwd: project }).cores;

const lower = (model: string, label: string, engineId: string, blockFrames: number): Lowered => {
  const path = `models/${model}.nam`;
  const parsed = parseModel(readFileSync(resolve(project, path), 'utf8'), path);
  const width = widthsOf(parsed).find((w) => w.label === label);
  const engine = engines.find((e) => e.id === engineId);
  if (width === undefined || engine === undefined) throw new Error(`${label} or ${engineId}?`);
  const { target } = cores.find('cortex-a53');
  const { isa, lanes, vectorRegisters, fma } = target;
  const built = { isa, lanes, vectorRegisters, fma, tune: 'cortex-a53', fastMath: true };
  const program = compile(slim(parsed, width).network);
  return engine.lower(program, built, { blockFrames, tanh: 'fast' });
};

const level = (name: string, kibibytes: number, ways: number): CacheLevel => ({
  name,
  sizeBytes: kibibytes * 1024,
  lineBytes: 64,
  ways,
  latencyCycles: exactly(10),
  sharedBy: 1,
});

const behind = (levels: readonly CacheLevel[]): MemorySystem => ({
  dataCaches: levels,
  instructionCache: null,
  memory: {
    name: 'dram',
    latencyNanoseconds: exactly(100),
    bandwidthBytesPerSecond: exactly(1e10),
  },
  regions: [],
  placement: null,
  prefetch: null,
});

/** Lines per block that each level misses. */
const computed = (programs: readonly Lowered[], levels: readonly CacheLevel[]): number[] => {
  const missed = levels.map(() => 0);
  // At one cycle a line, waits are lines.
  const one = levels.map(({ name }) => ({ name, first: 1, streamed: 1 }));
  const costs = { expected: one, worst: one };
  const waits = cacheWaitsOf(programs, behind(levels), costs, 'expected');
  for (const program of programs) {
    waits.get(program)?.columns.forEach((lines, server) => {
      const given = lines.reduce((sum, each) => sum + each, 0);
      // What a server gives, all levels before it missed.
      for (let l = 0; l <= server; l++) missed[l] = (missed[l] as number) + given;
    });
  }
  expect(waits.size).toBe(new Set(programs).size);
  return missed;
};

/** Distinct lines that so many blocks touch. */
const footprintOf = (program: Lowered, blocks = 1): number =>
  reuseOf(program, 64, 0b111, 64).workingSet.lines(blocks);

/** Blocks until the longest history has come by twice. */
const enough = (program: Lowered): number =>
  Math.ceil((3 * Math.max(...program.rings.map((r) => r.columns))) / program.blockFrames);

const cases = [
  ['a2', 'full', 'nam-core', 64],
  ['a2', 'lite', 'nam-core-a2fast', 64],
  ['a2', 'full', 'neural-audio', 64],
  ['a2', 'full', 'planar-neon', 128],
  ['a2', 'lite', 't3k-embedded', 48],
  ['slim-8', 'ch:5', 'pedalbench', 16],
  ['slim-8', 'ch:2', 'nam-core-inline', 128],
] as const;

test.each(cases)(
  '%s %s on %s in blocks of %i misses what a simulation of its lines misses',
  (...c) => {
    const program = lower(...c);
    for (const levels of [
      [level('l1', 32, 4), level('l2', 512, 16)],
      [level('l1', 64, 4), level('l2', 256, 8)],
    ]) {
      for (const programs of [[program], [program, program]]) {
        const simulated = simulateLines(programs, levels, enough(program));
        computed(programs, levels).forEach((lines, l) => {
          // The first level within a fifth; the second, where working sets are about its size and a layout
          // decides which sets overflow, within a quarter of the lines that asked it.
          const [asked, share] = l === 0 ? [simulated[0], 0.2] : [simulated[0], 0.25];
          expect(Math.abs(lines - (simulated[l] as number)) / (asked as number)).toBeLessThan(
            share,
          );
        });
      }
    }
  },
);

test('a larger cache never misses more', () => {
  const program = lower('slim-8', 'ch:4', 'nam-core', 64);
  const sizes = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024];
  const missed = sizes.map((size) => computed([program], [level('l1', size, 4)])[0] as number);
  for (const [i, lines] of missed.slice(1).entries()) {
    expect(lines).toBeLessThanOrEqual(missed[i] as number);
  }
  expect(missed.at(-1)).toBe(0);
});

test('the footprint of a block is what it touches, and of many what its rings hold', () => {
  const program = lower('a2', 'full', 'nam-core', 64);
  const bytes = program.buffers.reduce((sum, buffer) => sum + buffer.floats * 4, 0);
  const footprint = (blocks: number): number => footprintOf(program, blocks);
  expect(footprint(1)).toBeLessThan(footprint(2));
  expect(footprint(10_000)).toBe(footprint(20_000));
  expect(footprint(10_000) * 64).toBeGreaterThan(0.8 * bytes);
  expect(footprint(10_000) * 64).toBeLessThan(1.1 * bytes);
});

test('a cache of a few lines misses what is touched again within a block', () => {
  const program = lower('slim-8', 'ch:4', 'nam-core', 64);
  const tiny = [level('l1', 2, 2)];
  const [simulated = 0] = simulateLines([program], tiny, 60);
  const [lines = 0] = computed([program], tiny);
  expect(Math.abs(lines - simulated) / simulated).toBeLessThan(0.2);
});

test('a block that finds its caches used by others gets each line of before from the outermost', () => {
  const program = lower('slim-8', 'ch:4', 'nam-core', 64);
  const large = [level('l1', 8192, 4), level('l2', 16384, 8), level('l3', 65536, 16)];
  const each = (l2: number, l3: number) => [
    { name: 'l2', first: l2, streamed: l2 },
    { name: 'l3', first: l3, streamed: l3 },
  ];
  const waitsAt = (l2: number, l3: number) => {
    const costs = { expected: each(l2, l3), worst: each(l2, l3) };
    const waits = cacheWaitsOf([program], behind(large), costs, 'all').get(program);
    if (waits === undefined) throw new Error('the program waits for lines');
    const sum = (numbers: Float64Array): number => numbers.reduce((a, b) => a + b, 0);
    return { steady: sum(waits.steady), cold: sum(waits.cold) };
  };
  // In the steady state the first level holds everything, but for what a ring leaves for a long time.
  const lines = waitsAt(0, 1);
  expect(lines.cold).toBeGreaterThan(0.5 * footprintOf(program));
  expect(lines.steady).toBeLessThan(0.1 * lines.cold);
  expect(waitsAt(1, 0).cold).toBeLessThan(0.1 * lines.cold);
});

test('where the steady state is worse than a block after others, it is the worst', () => {
  const program = lower('a2', 'lite', 'neural-audio', 64);
  const levels = [level('l1', 32, 4), level('l2', 256, 8)];
  const prefetch = { streams: 4, visibleShare: exactly(0.1) };
  const memory = { ...behind(levels), prefetch };
  // A core of which everything is known, so that nothing else is worse at worst.
  const core = roundCore('in-order');
  // The first lines of a run are dear: where more of it misses, some of them are fetched ahead by then.
  const costs = [
    { name: 'l2', first: 0, streamed: 0 },
    { name: 'dram', first: 90, streamed: 9 },
  ];
  const ends = { expected: costs, worst: costs };
  const waits = cacheWaitsOf([program], memory, ends, 'all').get(program);
  if (waits === undefined) throw new Error('the program waits for lines');
  expect(waits.cold.some((cold, s) => cold < (waits.steady[s] as number))).toBe(true);
  for (const { cycles, name } of costOf(program, core, memory, { clockHz: 1e9 }).steps) {
    expect(cycles.worst, name).toBeGreaterThanOrEqual(cycles.expected);
  }
});

test('the pass over the lines of a block stays within its memory, and leaves nothing behind', () => {
  const checked = new ReusePass(compileModule('reuse', { checked: true }));
  const programs = cases.map(([model, width, engine, block]) => lower(model, width, engine, block));
  for (const program of [...programs, ...programs.toReversed()]) {
    const input = [blockLinesOf(program, 64, 0b111), zonesOf(program, 64), 0] as const;
    expect(checked.find(...input)).toEqual(theReusePass().find(...input));
  }
});
