import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { KernelBuilder } from '../../src/kernel/builder.ts';
import { parametersOf } from '../../src/machine/pipeline/core-parameters.ts';
import { type CoreProfile, coreSchema } from '../../src/machine/pipeline/core-profile.ts';
import { operationIndex } from '../../src/machine/pipeline/operation.ts';
import { timeTemplate } from '../../src/machine/pipeline/pipeline.ts';

const folder = join(import.meta.dirname, '../../cores');
const cores: readonly CoreProfile[] = readdirSync(folder).map((name) =>
  coreSchema.parse(JSON.parse(readFileSync(join(folder, name), 'utf8'))),
);
const core = (id: string): CoreProfile => {
  const found = cores.find((c) => c.id === id);
  if (!found) throw new Error(`no core ${id}`);
  return found;
};

test('every core of the field is there, resolves, and is named as its file', () => {
  expect(cores.map((c) => c.id).sort()).toEqual(
    [
      'apple-m2-p',
      'apple-m4-p',
      'cortex-a17',
      'cortex-a35',
      'cortex-a53',
      'cortex-a55',
      'cortex-a57',
      'cortex-a7',
      'cortex-a72',
      'cortex-a76',
      'cortex-a8',
      'cortex-m33',
      'cortex-m4',
      'cortex-m55',
      'cortex-m7',
      'golden-cove',
      'hifi4',
      'sharc-plus',
      'zen2',
      'zen3',
      'zen4',
      'zen5',
    ].sort(),
  );
  expect(readdirSync(folder).sort()).toEqual(cores.map((c) => `${c.id}.json`).sort());
  for (const c of cores) expect(parametersOf(c).expected.id).toBe(c.id);
});

test('every figure names its source: a key of `sources`, or in full', () => {
  const faults: string[] = [];
  const visit = (value: unknown, path: string, sources: Record<string, string>): void => {
    if (typeof value !== 'object' || value === null) return;
    const entry = value as Record<string, unknown>;
    if ('kind' in entry && typeof entry.source === 'string') {
      const known = entry.source in sources || entry.source.includes(' ');
      if (!known) faults.push(`${path}: ${entry.source}`);
      if (entry.kind === 'fitted' && !/m\d{3}|data\/\S+\.json|^ratio of /.test(entry.source))
        faults.push(`${path}: fitted to?`);
    }
    for (const [key, child] of Object.entries(entry)) visit(child, `${path}.${key}`, sources);
  };
  for (const c of cores) visit(c, c.id, c.sources as Record<string, string>);
  expect(faults).toEqual([]);
});

test('unknown keys are refused', () => {
  const a53 = JSON.parse(readFileSync(join(folder, 'cortex-a53.json'), 'utf8')) as object;
  expect(coreSchema.safeParse({ ...a53, issueWidth: 2 }).success).toBe(false);
});

/** Multiply-adds of 4 lanes into so many accumulators. */
const chains = (count: number, lanes: 1 | 4): number[] => [count, lanes];
const perFma = (id: string, [count = 1, lanes = 1]: number[]): number => {
  const b = new KernelBuilder();
  const width = lanes as 1 | 4;
  const a = b.const(1, width);
  const sums = Array.from({ length: count }, () => b.const(0, width));
  b.loop(2000, () => {
    for (const sum of sums) b.fma(a, a, sum, width, { into: sum });
  });
  const template = b.build(`anchor ${id} ${count} ${lanes}`);
  return timeTemplate(template, core(id)).cycles.expected / 2000 / count;
};

/** Measured: cpufp and insn_bench for the A53, A72 and A76, a VFP benchmark for the A7. */
test.each([
  ['cortex-a53', 4, 1, 4],
  ['cortex-a53', 4, 16, 1],
  ['cortex-a53', 1, 16, 0.5],
  ['cortex-a55', 4, 16, 1],
  ['cortex-a72', 4, 1, 3],
  ['cortex-a72', 4, 16, 1],
  ['cortex-a72', 1, 16, 0.5],
  ['cortex-a76', 4, 1, 2],
  ['cortex-a76', 4, 16, 0.5],
  ['cortex-a7', 4, 8, 4],
  ['cortex-a7', 1, 8, 1],
  ['cortex-m7', 1, 1, 3],
  ['cortex-m7', 1, 8, 1],
  ['cortex-m55', 4, 4, 2],
] as const)(
  '%s: multiply-adds of %i lanes into %i accumulators take %d cycles each',
  (id, lanes, count, cycles) => {
    expect(perFma(id, chains(count, lanes))).toBeCloseTo(cycles, 1);
  },
);

test('a 128-bit load takes two cycles on the A53 and one on the A72', () => {
  const loads = (id: string): number => {
    const b = new KernelBuilder();
    const x = b.slot('x');
    b.loop(1000, (i) => {
      b.load(b.at(x, 0, i.times(4)), 4);
    });
    return timeTemplate(b.build(`loads ${id}`), core(id)).cycles.expected / 1000;
  };
  expect(loads('cortex-a53')).toBeCloseTo(2, 1);
  expect(loads('cortex-a72')).toBeCloseTo(1, 1);
  expect(loads('cortex-a76')).toBeCloseTo(0.5, 1);
});

test('a width without figures of its own inherits from its operation, then from the family', () => {
  const { expected } = parametersOf(core('cortex-a53'));
  expect(expected.operations[operationIndex('add', 'q')]?.latency).toBe(4);
  expect(expected.operations[operationIndex('fma', 'q')]?.latency).toBe(8);
  expect(expected.operations[operationIndex('loadPair', 's')]?.latency).toBe(5);
});
