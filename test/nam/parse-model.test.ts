import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ModelError, type ModelErrorCode } from '../../src/nam/model-error.ts';
import { parseModel } from '../../src/nam/parse-model.ts';
import { slim } from '../../src/nam/widths.ts';

type Json = Record<string, unknown>;

const models = resolve(import.meta.dirname, '../../models');
const nano = (): Json => JSON.parse(readFileSync(resolve(models, 'a1-nano.nam'), 'utf8')) as Json;
const container = (): Json => JSON.parse(readFileSync(resolve(models, 'a2.nam'), 'utf8')) as Json;

/** Sets the value at a path like 'config.layers.0.channels'; undefined removes the key. */
const edited = (model: Json, path: string, value: unknown): Json => {
  const keys = path.split('.');
  const last = keys.pop() as string;
  let holder = model;
  for (const key of keys) holder = holder[key] as Json;
  if (value === undefined) delete holder[last];
  else holder[last] = value;
  return model;
};

const refusal = (text: string): ModelError => {
  try {
    parseModel(text, 'models/broken.nam');
  } catch (error) {
    if (error instanceof ModelError) return error;
    throw error;
  }
  throw new Error('the file was accepted');
};

const refused = (model: unknown): ModelError => refusal(JSON.stringify(model));

describe('what is no model is refused', () => {
  test.each<[string, string, ModelErrorCode, RegExp]>([
    ['an empty file', '', 'not-json', /an empty file/],
    ['no JSON', 'RIFF....WAVE', 'not-json', /which is JSON/],
    ['JSON that is cut off', '{"version": "0.5.4", "weights": [1, 2', 'not-json', /which is JSON/],
    ['another JSON', '[1, 2, 3]', 'not-a-model', /an array of 3/],
    ['null', 'null', 'not-a-model', /got null/],
    [
      'an object without weights',
      '{"version":"0.5.4","architecture":"LSTM","config":{}}',
      'not-a-model',
      /without weights/,
    ],
    [
      'NaN among the weights',
      '{"weights": [0.1, NaN, 0.2]}',
      'weights',
      /expected finite numbers, got NaN in line 1/,
    ],
    [
      '-Infinity among the weights',
      '{"weights":\n[0.1,\n-Infinity]}',
      'weights',
      /-Infinity in line 2/,
    ],
  ])('%s', (_, text, code, message) => {
    const error = refusal(text);
    expect(error.code).toBe(code);
    expect(error.message).toMatch(message);
    expect(error.message).toMatch(/^models\/broken\.nam: /);
  });
});

describe('versions are those of NAM Core', () => {
  test.each(['0.5.0', '0.5.4', '0.6.0', '0.7.0'])('%s is read', (version) => {
    expect(parseModel(JSON.stringify({ ...nano(), version }), 'x.nam').warnings).toEqual([]);
  });

  test('0.7.1 is read with a warning', () => {
    const model = parseModel(JSON.stringify({ ...nano(), version: '0.7.1' }), 'x.nam');
    expect(model.warnings.join()).toMatch(/newer than 0\.7\.0/);
  });

  test.each(['0.4.9', '0.8.0', '1.0.0', '0.5', 'v0.5.0', '0.5.0-beta', ''])(
    '%j is refused',
    (version) => {
      const error = refused({ ...nano(), version });
      expect(error.code).toBe('version');
      expect(error.path).toBe('version');
    },
  );

  test('an architecture that NAM Core does not have is refused by name', () => {
    const error = refused({ ...nano(), architecture: 'CatLSTM' });
    expect(error.code).toBe('architecture');
    expect(error.message).toMatch(/one of Linear, ConvNet, LSTM, WaveNet.*got "CatLSTM"/);
  });
});

describe('weights have to be those of the configuration', () => {
  test('too few: expected, found, and the layer at which the stream runs out', () => {
    const model = nano();
    model.weights = (model.weights as number[]).slice(0, 100);
    const error = refused(model);
    expect(error.code).toBe('weights');
    expect(error.expected).toBe('842 weights for this configuration');
    expect(error.found).toBe('100: the stream runs out at array 0 layer 1 conv');
  });

  test('too many: how many are left over', () => {
    const model = nano();
    model.weights = [...(model.weights as number[]), 0, 0, 0];
    expect(refused(model).found).toBe('845: 3 are left over');
  });

  test.each([
    ['null', null],
    ['a string', '0.5'],
    ['more than float32 holds', 1e39],
  ])('%s is no weight; the message says where it belongs', (_, value) => {
    const error = refused(edited(nano(), 'weights.841', value));
    expect(error.path).toBe('weights[841]');
    expect(error.expected).toBe('a finite 32-bit number (it belongs to head scale)');
  });

  test('in a container the path leads into the submodel', () => {
    const error = refused(edited(container(), 'config.submodels.1.model.weights', [1, 2, 3]));
    expect(error.path).toBe('config.submodels[1].model.weights');
    expect(error.found).toMatch(/^3: the stream runs out at array 0 rechannel/);
  });
});

const layer = 'config.layers.0';
describe('a configuration that NAM Core refuses is refused with its path', () => {
  test.each<[string, string, unknown, string, RegExp]>([
    ['no layers', 'config.layers', [], 'config.layers', /1 to 64 layer arrays/],
    ['fractional channels', `${layer}.channels`, 3.5, 'config.layers[0].channels', /whole number/],
    [
      'absurd channels',
      `${layer}.channels`,
      1e9,
      'config.layers[0].channels',
      /from 1 to 1024, got 1000000000/,
    ],
    [
      'absurd dilation',
      `${layer}.dilations.2`,
      1e7,
      'config.layers[0].dilations[2]',
      /1 to 1048576/,
    ],
    ['no kernel', `${layer}.kernel_size`, undefined, 'config.layers[0].kernel_size', /got nothing/],
    ['two kernels', `${layer}.kernel_sizes`, [3], 'config.layers[0].kernel_size', /either/],
    [
      'an unknown activation',
      `${layer}.activation`,
      'GELU',
      'config.layers[0].activation',
      /one of Tanh/,
    ],
    [
      'an activation without type',
      `${layer}.activation`,
      {},
      'config.layers[0].activation.type',
      /one of Tanh/,
    ],
    [
      'too few activations',
      `${layer}.activation`,
      ['Tanh'],
      'config.layers[0].activation',
      /each of the 7/,
    ],
    [
      'an unknown gating mode',
      `${layer}.gating_mode`,
      'on',
      'config.layers[0].gating_mode',
      /'none', 'gated' or 'blended'/,
    ],
    ['no head', `${layer}.head_size`, undefined, 'config.layers[0].head', /older head_size/],
    [
      'a head size that the next array does not have',
      `${layer}.head_size`,
      3,
      'config.layers[1].channels',
      /expected 3/,
    ],
    [
      'groups that do not divide',
      `${layer}.groups_input`,
      3,
      'config.layers[0].groups_input',
      /divide the 4 input/,
    ],
    ['a bottleneck without layer1x1', `${layer}.layer1x1`, { active: false, groups: 1 }, '', /./],
    [
      'FiLM after a head1x1 that is not there',
      `${layer}.head1x1_post_film`,
      {},
      'config.layers[0].head1x1_post_film',
      /inactive/,
    ],
    [
      'null for a FiLM',
      `${layer}.conv_pre_film`,
      null,
      'config.layers[0].conv_pre_film',
      /false, or an object/,
    ],
    [
      'slopes that do not fit',
      `${layer}.activation`,
      { type: 'PReLU', negative_slopes: [0.1, 0.2, 0.3] },
      'config.layers[0].activation',
      /one for each of the 4/,
    ],
    [
      'a condition size without condition',
      `${layer}.condition_size`,
      2,
      'config.layers[0].condition_size',
      /expected 1, in_channels/,
    ],
    ['no head scale', 'config.head_scale', undefined, 'config.head_scale', /finite number/],
    ['an empty post-stack head', 'config.head', {}, 'config.head.channels', /whole number/],
    [
      'an unknown way of slimming',
      `${layer}.slimmable`,
      { method: 'prune' },
      'config.layers[0].slimmable.method',
      /slice_channels_uniform/,
    ],
    ['a text for the loudness', 'metadata.loudness', 'loud', 'metadata.loudness', /finite number/],
    ['a text for the sample rate', 'sample_rate', '48k', 'sample_rate', /hertz/],
  ])('%s', (_, path, value, where, message) => {
    const model = edited(nano(), path, value);
    if (where === '') {
      edited(model, `${layer}.bottleneck`, 2);
      expect(refused(model).path).toBe('config.layers[0].bottleneck');
      return;
    }
    const error = refused(model);
    expect(error.path).toBe(where);
    expect(error.message).toMatch(message);
  });

  test('more history than memory allows is refused before it is taken', () => {
    const model = edited(nano(), `${layer}.dilations`, new Array(7).fill(1_048_576));
    expect(refused(model).message).toMatch(/remember at most 16777216 numbers/);
  });

  test('more weights than the limit are refused before they are counted one by one', () => {
    const model = nano();
    edited(model, `${layer}.channels`, 1024);
    edited(model, 'config.layers.1.input_size', 1024);
    expect(refused(model).message).toMatch(/at most 2000000 weights/);
  });
});

describe('containers', () => {
  test.each<[string, string, unknown, string]>([
    ['no submodels', 'config.submodels', [], 'config.submodels'],
    [
      'a last max_value below 1',
      'config.submodels.1.max_value',
      0.9,
      'config.submodels[1].max_value',
    ],
    [
      'values that do not ascend',
      'config.submodels.0.max_value',
      1,
      'config.submodels[1].max_value',
    ],
    [
      'another sample rate',
      'config.submodels.0.model.sample_rate',
      44100,
      'config.submodels[0].model.sample_rate',
    ],
    [
      'a submodel of an unknown version',
      'config.submodels.0.model.version',
      '9.0.0',
      'config.submodels[0].model.version',
    ],
  ])('%s: refused', (_, path, value, where) => {
    expect(refused(edited(container(), path, value)).path).toBe(where);
  });

  test('a submodel whose sample rate is not known fits any container', () => {
    const model = edited(container(), 'config.submodels.0.model.sample_rate', undefined);
    expect(parseModel(JSON.stringify(model), 'x.nam').architecture).toBe('SlimmableContainer');
  });
});

describe('condition models', () => {
  const conditioned = (): Json => {
    const model = nano();
    const inner = nano();
    (model.config as Json).condition_dsp = inner;
    return model;
  };

  test('are read, and their weights are counted too', () => {
    const { width } = slim(parseModel(JSON.stringify(conditioned()), 'x.nam'), 'full');
    expect(width.weights).toBe(2 * 842);
  });

  test('have to have the sample rate of the model they condition', () => {
    const error = refused(edited(conditioned(), 'config.condition_dsp.sample_rate', 44100));
    expect(error.path).toBe('config.condition_dsp.sample_rate');
  });

  test('have to give as many channels as the layers are conditioned on', () => {
    const error = refused(edited(conditioned(), 'config.layers.1.condition_size', 2));
    expect(error.message).toMatch(/expected 1, the output channels of condition_dsp/);
  });
});

describe('metadata', () => {
  test('what a player uses is kept, nulls are nothing', () => {
    const model = nano();
    model.metadata = {
      name: 'Plexi',
      loudness: -18.5,
      gain: 0.4,
      input_level_dbu: 12.2,
      output_level_dbu: null,
    };
    const { metadata } = parseModel(JSON.stringify(model), 'a/b/My amp.nam');
    expect(metadata).toMatchObject({
      name: 'Plexi',
      loudness: -18.5,
      gain: 0.4,
      inputLevelDbu: 12.2,
      outputLevelDbu: null,
      sampleRateHz: 48000,
      synthetic: false,
    });
  });

  test('the id is the name of the file', () => {
    expect(parseModel(JSON.stringify(nano()), 'a/b/My amp.nam').id).toBe('My amp');
  });

  test('a file without a sample rate is read, as old ones are', () => {
    const model = parseModel(JSON.stringify(edited(nano(), 'sample_rate', undefined)), 'x.nam');
    expect(model.metadata.sampleRateHz).toBeNull();
  });
});
