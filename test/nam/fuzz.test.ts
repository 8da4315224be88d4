import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createReferenceExecutor } from '../../src/execute/reference.ts';
import { historyFloats, outputChannels } from '../../src/nam/measure.ts';
import { ModelError } from '../../src/nam/model-error.ts';
import { parseModel } from '../../src/nam/parse-model.ts';
import { selectWidths, slim, widthsOf } from '../../src/nam/widths.ts';
import { compile } from '../../src/program/compile.ts';
import { arbitraryContainer, arbitraryModel } from './arbitrary-model.ts';
import { Dice, mutate } from './mutants.ts';

/** Set PEDALBENCH_MUTANTS for more, PEDALBENCH_SEED for others. */
const mutants = Number(process.env.PEDALBENCH_MUTANTS ?? 20_000);
const seed = Number(process.env.PEDALBENCH_SEED ?? 1);

const root = resolve(import.meta.dirname, '../..');
const features = ['conddsp-c8', 'film-scale-c4', 'groups2-c8', 'headk16-c4', 'lstm-1x8'].map(
  (id) => `test/fixtures/counted-models/${id}`,
);
const ours = ['models/a1-nano', 'models/lstm-1x3', ...features].map((id) =>
  join(root, `${id}.nam`),
);

interface Tally {
  refused: number;
  valid: number;
  ran: number;
  nonFinite: number;
  slowestMilliseconds: number;
}

/** Work that a run may cost here, in multiply-accumulates and in floats of history. */
const cheap = { macs: 300_000, history: 200_000 };

const runOnce = (text: string, tally: Tally): void => {
  const model = parseModel(text, 'mutant.nam');
  const widths = widthsOf(model);
  expect(widths.length).toBeGreaterThan(0);
  const ends = [...selectWidths(model, '0'), ...selectWidths(model, '1')];
  expect(ends.every((end) => widths.some((width) => width.label === end.label))).toBe(true);
  for (const width of widths) {
    const { network } = slim(model, width);
    const program = compile(network);
    const recurrent = program.operations.some((operation) => operation.op === 'lstm');
    const samples = (recurrent ? program.prewarmSamples : 1) + 32;
    const tooDear = width.macsPerSample * samples > cheap.macs;
    if (tooDear || historyFloats(network) > cheap.history) continue;
    const executor = createReferenceExecutor(program);
    const input = Float32Array.from({ length: 32 * network.inChannels }, (_, i) => (i % 5) - 2);
    const output = new Float32Array(32 * outputChannels(network));
    executor.process(input, output, 32);
    tally.ran++;
    if (!output.every(Number.isFinite)) tally.nonFinite++;
  }
};

const fuzz = (files: readonly string[], count: number, dice: Dice): Tally => {
  const tally: Tally = { refused: 0, valid: 0, ran: 0, nonFinite: 0, slowestMilliseconds: 0 };
  for (let i = 0; i < count; i++) {
    const mutant = mutate(dice.pick(files), dice);
    const start = performance.now();
    try {
      runOnce(mutant, tally);
      tally.valid++;
    } catch (error) {
      if (!(error instanceof ModelError)) {
        throw new Error(`mutant ${i} (seed ${seed}): ${mutant.slice(0, 3000)}`, { cause: error });
      }
      tally.refused++;
      expect(error.message.length).toBeLessThan(1000);
      expect(error.message).toContain('mutant.nam');
      expect(error.message).toMatch(/expected .+, got .+/s);
    }
    tally.slowestMilliseconds = Math.max(tally.slowestMilliseconds, performance.now() - start);
  }
  return tally;
};

describe('a damaged model file gives a clean error or a valid model', { timeout: 600_000 }, () => {
  const check = (files: readonly string[], count: number, salt: number): void => {
    const tally = fuzz(files, count, new Dice(seed * 1000 + salt));
    console.log(`${count} mutants: ${JSON.stringify(tally)}`);
    // The mutations neither hit nothing nor break everything.
    expect(tally.refused).toBeGreaterThan(count / 10);
    expect(tally.valid).toBeGreaterThan(count / 100);
    expect(tally.slowestMilliseconds).toBeLessThan(5000);
  };

  test('our own models', () => {
    check(
      ours.map((path) => readFileSync(path, 'utf8')),
      Math.ceil(mutants * 0.2),
      1,
    );
  });

  test('random models of every architecture', () => {
    const models = fc.sample(arbitraryModel(), { seed, numRuns: 60 });
    const containers = fc.sample(arbitraryContainer(1), { seed, numRuns: 10 });
    const small = [...models, ...containers]
      .map((model) => model.text)
      .filter((text) => text.length < 6000);
    check(small, Math.ceil(mutants * 0.8), 2);
  });
});

describe('a hostile file costs neither the stack nor the memory', () => {
  const refuse = (text: string): string => {
    try {
      parseModel(text, 'hostile.nam');
    } catch (error) {
      expect(error).toBeInstanceOf(ModelError);
      return (error as Error).message;
    }
    throw new Error('it was accepted');
  };

  test.each([
    ['a million brackets', '['.repeat(1_000_000), /nested/],
    ['a million objects', '{"a":'.repeat(1_000_000), /nested/],
    ['more than 32 MiB', ' '.repeat(33_554_433), /33554432 characters/],
    ['a list of millions of nulls', `[${'null,'.repeat(2_000_000)}null]`, /array of 2000001/],
    ['brackets within strings', `{"version":"${'['.repeat(100_000)}"}`, /without architecture/],
  ])('%s', (_, text, message) => {
    expect(refuse(text)).toMatch(message);
  });

  test('containers within containers are limited', () => {
    let model: unknown = JSON.parse(readFileSync(ours[1] ?? '', 'utf8'));
    for (let i = 0; i < 12; i++) {
      model = {
        version: '0.7.0',
        architecture: 'SlimmableContainer',
        config: { submodels: [{ max_value: 1, model }] },
        weights: [],
      };
    }
    expect(refuse(JSON.stringify(model))).toMatch(/nested at most 8 deep/);
  });
});
