/**
 * Draws the models of `models/`. They have the official shapes and no training: their cost is that
 * of real models, their sound is not meant to be anything. `npx tsx tools/generate-models.ts`
 * writes the same bytes on every host: only sums, products and square roots go into them.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createReferenceExecutor } from '../src/execute/reference.ts';
import { parseModel } from '../src/nam/parse-model.ts';
import { slim } from '../src/nam/widths.ts';
import { compile } from '../src/program/compile.ts';
import { Draw, pluck } from './draw.ts';
import {
  type ArrayShape,
  drawLstm,
  drawWaveNet,
  firstChannels,
  type Output,
} from './draw-weights.ts';

const layerConfig = (array: ArrayShape): Record<string, unknown> => ({
  input_size: array.inputSize,
  condition_size: 1,
  head_size: array.headSize,
  channels: array.channels,
  kernel_size: array.kernelSizes[0],
  dilations: array.dilations,
  activation: array.activation,
  gated: false,
  head_bias: array.headBias,
});

const slimmable = (array: ArrayShape): Record<string, unknown> => ({
  method: 'slice_channels_uniform',
  kwargs: { allowed_channels: array.allowedChannels },
});

const noFilm = { active: false, shift: true, groups: 1 };

/** The layer array of an A2 file, every field as the trainer exports it. */
const a2LayerConfig = (array: ArrayShape): Record<string, unknown> => ({
  input_size: 1,
  condition_size: 1,
  head: { out_channels: 1, kernel_size: array.headKernelSize, bias: array.headBias },
  channels: array.channels,
  kernel_sizes: array.kernelSizes,
  dilations: array.dilations,
  activation: array.dilations.map(() => ({ type: 'LeakyReLU', negative_slope: 0.01 })),
  bottleneck: array.channels,
  head1x1: { active: false, out_channels: 1, groups: 1 },
  layer1x1: { active: true, groups: 1 },
  groups_input: 1,
  groups_input_mixin: 1,
  conv_pre_film: noFilm,
  conv_post_film: noFilm,
  input_mixin_pre_film: noFilm,
  input_mixin_post_film: noFilm,
  activation_pre_film: noFilm,
  activation_post_film: noFilm,
  layer1x1_post_film: noFilm,
  head1x1_post_film: noFilm,
  gating_mode: array.dilations.map(() => 'none'),
  secondary_activation: array.dilations.map(() => null),
  slimmable: array.allowedChannels === undefined ? null : slimmable(array),
});

const metadata = (name: string): Record<string, unknown> => ({
  name,
  modeled_by: 'Pedalbench',
  notes: 'Synthetic: the weights are drawn, not trained. The shape and the cost are real.',
  synthetic: true,
  input_level_dbu: 12.2,
  output_level_dbu: 12.2,
});

const sampleRateHz = 48000;

const file = (
  name: string,
  version: string,
  architecture: string,
  config: unknown,
  weights: readonly number[],
): Record<string, unknown> => ({
  version,
  metadata: metadata(name),
  architecture,
  config,
  weights: weights.map((weight) => Number(weight.toPrecision(6))),
  sample_rate: sampleRateHz,
});

/** Gives the head the bias that makes silence silent and the scale that brings a plucked string to an RMS of 0.1. */
const levelled = (make: (output: Output) => Record<string, unknown>): Record<string, unknown> => {
  const model = parseModel(JSON.stringify(make({ scale: 1, bias: 0 })), 'unscaled.nam');
  const executor = createReferenceExecutor(compile(slim(model, 'full').network));
  const silence = new Float32Array(1);
  executor.process(new Float32Array(1), silence, 1);
  const rest = silence[0] ?? 0;
  const input = pluck(sampleRateHz / 2);
  const output = new Float32Array(input.length);
  executor.process(input, output, input.length);
  const energy = output.reduce((sum, x) => sum + (x - rest) * (x - rest), 0);
  return make({ scale: 0.1 / Math.sqrt(energy / output.length), bias: -rest });
};

const waveNetFile = (
  name: string,
  version: string,
  seed: number,
  arrays: readonly ArrayShape[],
  fading: number,
  layer: (array: ArrayShape) => Record<string, unknown>,
): Record<string, unknown> =>
  levelled((output) =>
    file(
      name,
      version,
      'WaveNet',
      { layers: arrays.map(layer), head: null, head_scale: Number(output.scale.toPrecision(6)) },
      drawWaveNet(new Draw(seed), arrays, fading, output),
    ),
  );

const octaves = (from: number, to: number): number[] => {
  const dilations: number[] = [];
  for (let dilation = from; dilation <= to; dilation *= 2) dilations.push(dilation);
  return dilations;
};
const threes = (layers: number): number[] => new Array<number>(layers).fill(3);

/** The two arrays of an A1 model; the standard one splits its dilations otherwise than the small ones. */
const a1Arrays = (
  channels: number,
  activation: ArrayShape['activation'],
  allowed?: readonly [readonly number[], readonly number[]],
): ArrayShape[] => {
  const standard = channels === 16;
  const first = standard ? octaves(1, 512) : octaves(1, 64);
  const second = standard ? octaves(1, 512) : [...octaves(128, 512), ...octaves(1, 512)];
  const common = { headKernelSize: 1, activation };
  const half = channels / 2;
  return [
    {
      ...common,
      inputSize: 1,
      channels,
      headSize: half,
      headBias: false,
      kernelSizes: threes(first.length),
      dilations: first,
      ...(allowed === undefined ? {} : { allowedChannels: allowed[0] }),
    },
    {
      ...common,
      inputSize: channels,
      channels: half,
      headSize: 1,
      headBias: true,
      kernelSizes: threes(second.length),
      dilations: second,
      ...(allowed === undefined ? {} : { allowedChannels: allowed[1] }),
    },
  ];
};

const a2Octave = [1, 3, 7, 17, 41, 101, 239];
const a2Array = (headKernelSize: number, allowedChannels?: readonly number[]): ArrayShape => ({
  inputSize: 1,
  channels: 8,
  headSize: 1,
  headKernelSize,
  headBias: true,
  kernelSizes: [...new Array<number>(14).fill(6), 15, 15, ...new Array<number>(7).fill(6)],
  dilations: [...a2Octave, ...a2Octave, 1, 13, ...a2Octave],
  activation: 'LeakyReLU',
  ...(allowedChannels === undefined ? {} : { allowedChannels }),
});

const a2File = (seed: number): Record<string, unknown> => {
  const array = a2Array(16);
  const full = waveNetFile('full', '0.7.0', seed, [array], 0.45, a2LayerConfig);
  const weights = firstChannels(full.weights as number[], array, 3);
  const lite = {
    ...full,
    metadata: metadata('lite'),
    config: { ...(full.config as object), layers: [a2LayerConfig({ ...array, channels: 3 })] },
    weights,
  };
  const submodels = [
    { max_value: 0.5, model: lite },
    { max_value: 1, model: full },
  ];
  return file('Synthetic A2', '0.7.0', 'SlimmableContainer', { submodels }, []);
};

const lstmFile = (hiddenSize: number, seed: number): Record<string, unknown> =>
  levelled((output) => {
    const weights = drawLstm(new Draw(seed), hiddenSize, output.bias);
    const head = weights.length - hiddenSize - 1;
    return file(
      `Synthetic LSTM 1x${hiddenSize}`,
      '0.5.4',
      'LSTM',
      { input_size: 1, hidden_size: hiddenSize, num_layers: 1 },
      weights.map((weight, i) => (i < head ? weight : weight * output.scale)),
    );
  });

const withSlimming = (array: ArrayShape): Record<string, unknown> => ({
  ...layerConfig(array),
  slimmable: slimmable(array),
});

const a1 = (name: string, channels: number, seed: number): Record<string, unknown> =>
  waveNetFile(name, '0.5.4', seed, a1Arrays(channels, 'Tanh'), 0.85, layerConfig);

/** File names and contents of everything in `models/`. */
export const generateModels = (): ReadonlyMap<string, string> => {
  const slimA1 = a1Arrays(16, 'Tanh', [
    [4, 8, 12, 16],
    [2, 4, 6, 8],
  ]);
  const nanoRelu = a1Arrays(4, 'ReLU');
  const models: Readonly<Record<string, Record<string, unknown>>> = {
    a2: a2File(20),
    'a1-standard': a1('Synthetic A1 standard', 16, 11),
    'a1-lite': a1('Synthetic A1 lite', 12, 12),
    'a1-feather': a1('Synthetic A1 feather', 8, 13),
    'a1-nano': a1('Synthetic A1 nano', 4, 14),
    'a1-nano-relu': waveNetFile(
      'Synthetic A1 nano, ReLU',
      '0.5.4',
      15,
      nanoRelu,
      0.85,
      layerConfig,
    ),
    'slim-a1': waveNetFile('Synthetic slimmable A1', '0.7.0', 34, slimA1, 0.52, withSlimming),
    'slim-8': waveNetFile(
      'Synthetic slimmable A2, 1 to 8 channels',
      '0.7.0',
      49,
      [a2Array(1, [1, 2, 3, 4, 5, 6, 7, 8])],
      0.48,
      a2LayerConfig,
    ),
    'lstm-1x16': lstmFile(16, 50),
    'lstm-1x3': lstmFile(3, 51),
  };
  return new Map(
    Object.entries(models).map(([id, model]) => [`${id}.nam`, `${JSON.stringify(model)}\n`]),
  );
};

if (process.argv[1] !== undefined && resolve(process.argv[1]) === import.meta.filename) {
  const folder = resolve(import.meta.dirname, '../models');
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of generateModels()) {
    writeFileSync(join(folder, name), text);
    process.stdout.write(`${name}  ${text.length} bytes\n`);
  }
}
