import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { openWorkbench, predictSync } from '../../src/index.ts';
import '../../src/vitest.ts';

const folder = mkdtempSync(join(tmpdir(), 'pedalbench-matchers-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const workbench = openWorkbench();

const failureOf = (assert: () => unknown): string => {
  try {
    assert();
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('Expected the assertion to fail, it passed.');
};

const costOf = (width: string, device: string): number => {
  const [row] = predictSync(workbench, { model: 'a2', device, width }).rows;
  const cycles = row?.cyclesPerSample?.expected;
  if (cycles === undefined) throw new Error(`Expected a cost of ${width} on ${device}.`);
  return cycles;
};

describe('toFitOn', () => {
  test('takes a name, a path or a model', () => {
    expect('a2').toFitOn('mod-dwarf', { width: 'lite' });
    expect('models/a2.nam').toFitOn('mod-dwarf', { width: 'lite', copies: 2, block: 128 });
    expect(workbench.model('a2')).toFitOn('darkglass-anagram');
  });

  test('says the verdict, cycles, load, where they go and the width that would fit', () => {
    const message = failureOf(() => expect('a2').toFitOn('mod-dwarf'));
    const [head, ...rest] = message.split('\n');
    expect(head).toMatch(
      /^Expected a2 at full on mod-dwarf with [a-z0-9-]+, block 128 to fit, and it does not:$/,
    );
    expect(rest.map((line) => line.trim().split(':')[0])).toEqual([
      'verdict',
      'cycles/sample',
      'load',
      'largest layers',
      'largest kinds of work',
      'nearest width that would',
    ]);
    expect(message).toMatch(/verdict: over/);
    expect(message).toMatch(/largest layers: array 0 layer \d+ [\d.]+ \([\d.]+ %\)/);
    expect(message).toMatch(/nearest width that would: lite, load [\d.]+ %/);
  });

  test('negated, says the same of what fits', () => {
    expect('a2').not.toFitOn('mod-dwarf');
    const message = failureOf(() => expect('a2').not.toFitOn('mod-dwarf', { width: 'lite' }));
    expect(message).toMatch(/and it does:\n {2}verdict: fits/);
  });

  test('what nobody knows passes neither way, and says why', () => {
    const assertion = () => expect('a2').toFitOn('sonicake-pocket-master');
    expect(failureOf(assertion)).toMatch(/^Cannot say whether to expect a2 at full/);
    expect(failureOf(() => expect('a2').not.toFitOn('sonicake-pocket-master'))).toMatch(
      /Nothing is known to run/,
    );
  });

  test('a model of one width is shown the width that slicing would reach', () => {
    const message = failureOf(() => expect('a1-standard').toFitOn('mod-dwarf', { copies: 2 }));
    expect(message).toMatch(/nearest width that would: ch:[\d/]+, load [\d.]+ % \(untrained/);
  });

  test('an unknown name is an error with the nearest one, not a failure', () => {
    expect(() => expect('a2').toFitOn('mod-dwarff')).toThrow(/mod-dwarf`/);
    expect(() => expect('a3-none').not.toFitOn('mod-dwarf')).toThrow(/no such model/);
    expect(() => expect(5).toFitOn('mod-dwarf')).toThrow(/expected a model by name, path/);
  });
});

describe('toCostAtMost', () => {
  test('holds at the cost itself and fails a cycle below it', () => {
    const cost = costOf('lite', 'daisy-seed');
    expect('a2').toCostAtMost(cost, { device: 'daisy-seed', width: 'lite' });
    const message = failureOf(() =>
      expect('a2').toCostAtMost(cost - 1, { device: 'daisy-seed', width: 'lite' }),
    );
    expect(message).toMatch(/to cost at most [\d.]+ cycles\/sample, and it does not/);
    expect(message).toMatch(/largest kinds of work: /);
    expect(message).toMatch(/nearest width that would: ch:[12], .*untrained|no narrower width/);
  });

  test('every width has to hold where all are asked for', () => {
    const cost = costOf('lite', 'daisy-seed');
    const all = { device: 'daisy-seed', width: 'all' } as const;
    expect('a2').not.toCostAtMost(cost, all);
    expect('a2').toCostAtMost(costOf('full', 'daisy-seed'), all);
  });

  test('refuses a limit that is no number', () => {
    expect(() => expect('a2').not.toCostAtMost(Number.NaN, { device: 'pi-4' })).toThrow(
      'expected a number of cycles per sample, got NaN',
    );
  });
});

test('toKeepHeadroom holds at the headroom itself', () => {
  const [row] = predictSync(workbench, {
    model: 'a2',
    device: 'pi-4',
    width: 'lite',
    copies: 2,
  }).rows;
  const headroom = row?.headroom ?? 0;
  const options = { device: 'pi-4', width: 'lite', copies: 2 } as const;
  expect('a2').toKeepHeadroom(headroom, options);
  expect(failureOf(() => expect('a2').toKeepHeadroom(headroom + 0.01, options))).toMatch(
    /2 copies to keep a headroom of [\d.]+ %, and it does not/,
  );
});

describe('toRunWithoutXruns', () => {
  const scenario = (slot: Readonly<Record<string, unknown>>) => ({
    device: 'mod-dwarf',
    durationSeconds: 0.2,
    disturbances: false as const,
    slots: [{ model: 'a2', width: 'lite', ...slot }],
  });

  test('takes a name, a path or an object', () => {
    const path = join(folder, 'one.json');
    writeFileSync(path, JSON.stringify(scenario({})));
    expect(path).toRunWithoutXruns();
    expect(scenario({})).toRunWithoutXruns({ seed: 7 });
  });

  test('names the run, the first late block and what the worst one did', () => {
    const message = failureOf(() =>
      expect(scenario({ width: 'full' })).toRunWithoutXruns({ seed: 7 }),
    );
    expect(message).toMatch(
      /on mod-dwarf, seed 7: \d+ xruns in \d+ blocks, the first in block \d+/,
    );
    expect(message).toMatch(/worst block \d+: .+ [\d.]+ cycles/);
    expect(scenario({ width: 'full' })).not.toRunWithoutXruns();
  });
});
