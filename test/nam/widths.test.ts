import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Model } from '../../src/nam/model.ts';
import { parseModel } from '../../src/nam/parse-model.ts';
import { selectWidths, slim, widthsOf } from '../../src/nam/widths.ts';

const models = resolve(import.meta.dirname, '../../models');
const source = (id: string): string => readFileSync(resolve(models, `${id}.nam`), 'utf8');
const load = (id: string): Model => parseModel(source(id), `${id}.nam`);
const labels = (model: Model, spec: string, whatIf = false): string[] =>
  selectWidths(model, spec, { whatIf }).map((width) => width.label);

describe('a container takes the first submodel whose max_value exceeds the ratio', () => {
  test.each([
    ['0', 'lite'],
    ['0.25', 'lite'],
    ['0.4999', 'lite'],
    ['0.5', 'full'],
    ['1', 'full'],
  ])('ratio %s is %s', (ratio, label) => {
    expect(labels(load('a2'), ratio)).toEqual([label]);
  });

  test('its widths are also known by label and by channels', () => {
    expect(labels(load('a2'), 'lite')).toEqual(['lite']);
    expect(labels(load('a2'), 'ch:3')).toEqual(['lite']);
    expect(labels(load('a2'), 'ch:8')).toEqual(['full']);
  });
});

describe('a slimmable WaveNet takes entry floor(ratio x count) of each array', () => {
  test.each([
    ['0', 'ch:4/2'],
    ['0.24', 'ch:4/2'],
    ['0.25', 'ch:8/4'],
    ['0.5', 'ch:12/6'],
    ['0.75', 'ch:16/8'],
    ['1', 'ch:16/8'],
  ])('ratio %s is %s', (ratio, label) => {
    expect(labels(load('slim-a1'), ratio)).toEqual([label]);
  });

  test('every width is selected by the ratio that it states', () => {
    for (const id of ['a2', 'slim-a1', 'slim-8']) {
      const model = load(id);
      for (const width of widthsOf(model)) {
        expect(slim(model, String(width.ratio)).width).toEqual(width);
      }
    }
  });

  test('one channel count names the width by its first array', () => {
    expect(labels(load('slim-a1'), 'ch:8')).toEqual(['ch:8/4']);
  });

  test('a count of 49 widths has a ratio for each, though 1/49 x 49 is less than 1', () => {
    const model = JSON.parse(source('a1-nano-relu')) as {
      config: { layers: Record<string, unknown>[] };
      weights: number[];
    };
    // One array of one layer, 49 channels wide.
    const [array] = model.config.layers;
    Object.assign(array as object, {
      channels: 49,
      head_size: 1,
      dilations: [1],
      slimmable: { method: 'slice_channels_uniform' },
    });
    model.config.layers.length = 1;
    const count = 49 + 49 * 49 * 3 + 49 + 49 + 49 * 49 + 49 + 49 + 1;
    model.weights = new Array<number>(count).fill(0.01);
    const parsed = parseModel(JSON.stringify(model), 'wide.nam');
    const widths = widthsOf(parsed);
    expect(widths.map((width) => width.channels[0])).toEqual(
      Array.from({ length: 49 }, (_, i) => i + 1),
    );
    for (const width of widths) expect(slim(parsed, String(width.ratio)).width).toEqual(width);
  });

  test('a narrower width has the first rows and columns of the full weights', () => {
    const full = slim(load('slim-8'), 'full').network;
    const narrow = slim(load('slim-8'), 'ch:3').network;
    if (full.kind !== 'wavenet' || narrow.kind !== 'wavenet') throw new Error('not a WaveNet');
    const wide = full.arrays[0]?.layers[5]?.conv;
    const slimmed = narrow.arrays[0]?.layers[5]?.conv;
    if (wide === undefined || slimmed === undefined) throw new Error('no such layer');
    for (let tap = 0; tap < 6; tap++) {
      for (let out = 0; out < 3; out++) {
        for (let input = 0; input < 3; input++) {
          expect(slimmed.weights[(tap * 3 + out) * 3 + input]).toBe(
            wide.weights[(tap * 8 + out) * 8 + input],
          );
        }
      }
    }
  });

  test('a file that NAM Core cannot slice offers its full width only, and says why', () => {
    const model = JSON.parse(source('slim-8')) as {
      config: { layers: { head: { kernel_size: number } }[] };
      weights: number[];
    };
    const head = model.config.layers[0]?.head as { kernel_size: number };
    head.kernel_size = 2;
    model.weights.splice(model.weights.length - 2, 0, ...new Array<number>(8).fill(0.1));
    const parsed = parseModel(JSON.stringify(model), 'head.nam');
    expect(labels(parsed, 'all')).toEqual(['ch:8']);
    expect(parsed.warnings.join()).toMatch(/head kernel of 2/);
    expect(() => slim(parsed, '0')).toThrow(/NAM Core cannot slim this file/);
  });
});

describe('what-if widths', () => {
  test('are refused unless they are asked for, with the trained ones listed', () => {
    expect(() => slim(load('a1-standard'), 'ch:8/4')).toThrow(/trained for \(full\).*--what-if/);
    expect(() => slim(load('a2'), 'ch:5')).toThrow(/trained for \(lite, full\)/);
  });

  test('say what they are', () => {
    const { width } = slim(load('a1-standard'), 'ch:8/4', { whatIf: true });
    expect(width).toMatchObject({ label: 'ch:8/4', channels: [8, 4], ratio: null, whatIf: true });
  });

  test('a sliced A1 standard costs what the same slice of the slimmable one costs', () => {
    const whatIf = slim(load('a1-standard'), 'ch:8/4', { whatIf: true }).width;
    const trained = slim(load('slim-a1'), 'ch:8/4').width;
    expect(whatIf.weights).toBe(trained.weights);
    expect(whatIf.macsPerSample).toBe(trained.macsPerSample);
  });

  test('one count shrinks all arrays alike', () => {
    expect(labels(load('a1-standard'), 'ch:4', true)).toEqual(['ch:4/2']);
  });

  test('a trained width stays a trained width', () => {
    expect(selectWidths(load('a2'), 'ch:3', { whatIf: true })[0]?.whatIf).toBe(false);
  });

  test('several are named with commas, each once', () => {
    const names = selectWidths(load('a2'), 'full, lite,full').map(({ label }) => label);
    expect(names).toEqual(['full', 'lite']);
    expect(() => selectWidths(load('a2'), 'lite,zz')).toThrow('got "zz"');
  });

  test('all: the trained widths and every other count, cheapest first', () => {
    expect(labels(load('a2'), 'all', true)).toEqual([
      'ch:1',
      'ch:2',
      'lite',
      'ch:4',
      'ch:5',
      'ch:6',
      'ch:7',
      'full',
    ]);
  });

  test('never wider than the file, never of another kind of network', () => {
    expect(() => slim(load('a2'), 'ch:9', { whatIf: true })).toThrow(/at most ch:8.*never wider/);
    expect(() => slim(load('lstm-1x16'), 'ch:9', { whatIf: true })).toThrow(/a WaveNet to slice/);
  });
});

describe('a width that nobody knows', () => {
  test.each(['wide', 'ch:', 'ch:8/', '-1', 'NaN', ''])(
    '%j: the forms and labels are listed',
    (spec) => {
      expect(() => selectWidths(load('a2'), spec)).toThrow(
        /ratio 0\.\.1, ch:8, ch:16\/8, or one of lite, full/,
      );
    },
  );

  test('a ratio above 1 is taken for a channel count, and the message says how to write one', () => {
    expect(() => selectWidths(load('a2'), '8')).toThrow(/For 8 channels write ch:8/);
    expect(() => selectWidths(load('a2'), '1.5')).toThrow(/got 1.5. Write 0.5 for the middle one/);
  });
});
