/** Reads a `.nam` file. What NeuralAmpModelerCore refuses is refused, with the JSON path of the fault. */
import * as z from 'zod';
import { buildConvNet, readConvNet } from './convnet.ts';
import { fileTraitsOf, withTraits } from './file-traits.ts';
import { parseJson } from './json-text.ts';
import { limits } from './limits.ts';
import { buildLinear, readLinear } from './linear.ts';
import { buildLstm, readLstm } from './lstm.ts';
import { historyFloats, outputChannels } from './measure.ts';
import {
  type Architecture,
  fullNetwork,
  type Model,
  type ModelBody,
  type ModelMetadata,
  type Submodel,
} from './model.ts';
import { type At, describe, ModelError } from './model-error.ts';
import type { Network } from './network.ts';
import { anything, at, list, number, read, record, text } from './read.ts';
import { sliceObstacle } from './slice.ts';
import { isSlimmable, readAllowed } from './slimmable-config.ts';
import { buildWaveNet } from './wavenet-build.ts';
import { readLayerArray, readPostHead, wavenetSchema } from './wavenet-config.ts';
import { buildFromWeights, type WeightReader } from './weight-reader.ts';

const architectures = ['Linear', 'ConvNet', 'LSTM', 'WaveNet', 'SlimmableContainer'] as const;

const versionError = 'a version from 0.5.0 to 0.7.x';
const fileSchema = record({
  version: text,
  architecture: text,
  config: anything,
  weights: anything,
  metadata: anything,
  sample_rate: z
    .number({ error: 'a number of hertz' })
    .max(limits.sampleRateHz, { error: `at most ${limits.sampleRateHz} Hz` })
    .optional(),
});

interface Context {
  readonly file: string;
  readonly depth: number;
  readonly warnings: string[];
}

/** NAM Core's rule: 0.5.0 to 0.7.x; patches after 0.7.0 are partly supported. */
const checkVersion = (version: string, where: At, warnings: string[]): void => {
  const [, major, minor, patch] = /^(\d{1,9})\.(\d{1,9})\.(\d{1,9})$/.exec(version) ?? [];
  if (major === undefined || Number(major) !== 0 || Number(minor) < 5 || Number(minor) > 7) {
    throw new ModelError(
      'version',
      where,
      versionError,
      describe(version),
      major === '0' && Number(minor) < 5
        ? 'Export the model again with a current trainer'
        : 'A newer Pedalbench may read it',
    );
  }
  if (Number(minor) === 7 && Number(patch) > 0) {
    warnings.push(`version ${version} is newer than 0.7.0, the last one that is fully known`);
  }
};

const textOrNull = (value: unknown): string | null =>
  typeof value === 'string' && value !== '' ? value.slice(0, 200) : null;

const readMetadata = (
  value: unknown,
  sampleRateHz: number | undefined,
  where: At,
): ModelMetadata => {
  const raw =
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : {};
  const level = (key: string): number | null =>
    read(z.nullish(number), raw[key], at(where, key)) ?? null;
  const gain = raw.gain;
  return {
    name: textOrNull(raw.name),
    modeledBy: textOrNull(raw.modeled_by),
    gearType: textOrNull(raw.gear_type),
    gearMake: textOrNull(raw.gear_make),
    gearModel: textOrNull(raw.gear_model),
    toneType: textOrNull(raw.tone_type),
    synthetic: raw.synthetic === true,
    sampleRateHz: sampleRateHz !== undefined && sampleRateHz > 0 ? sampleRateHz : null,
    loudness: level('loudness'),
    inputLevelDbu: level('input_level_dbu'),
    outputLevelDbu: level('output_level_dbu'),
    gain: typeof gain === 'number' && Number.isFinite(gain) ? gain : null,
  };
};

const checkHistory =
  (where: At) =>
  (shape: Network): void => {
    const floats = historyFloats(shape);
    if (floats <= limits.historyFloats) return;
    throw new ModelError(
      'limit',
      where,
      `convolutions that remember at most ${limits.historyFloats} numbers`,
      String(floats),
      'Channels times kernel size times dilation is too large',
    );
  };

const readWaveNet = (
  config: unknown,
  weights: unknown,
  sampleRate: number,
  where: At,
  context: Context,
): ModelBody => {
  const fromTop = (config as { layers?: unknown[]; model?: unknown } | null) ?? {};
  const wrapped =
    fromTop.model !== undefined && Array.isArray(fromTop.layers) && isSlimmable(fromTop.layers);
  const here = wrapped ? at(where, 'config', 'model') : at(where, 'config');
  const raw = read(wavenetSchema, wrapped ? fromTop.model : config, here);
  const arrays = raw.layers.map((layer, i) => readLayerArray(layer, at(here, 'layers', i)));
  const last = arrays[arrays.length - 1];
  const head =
    raw.head === undefined || raw.head === null
      ? null
      : readPostHead(raw.head, last?.headSize ?? 1, at(here, 'head'));

  let conditionDsp: Network | null = null;
  if (raw.condition_dsp !== undefined && raw.condition_dsp !== null) {
    const conditionAt = at(here, 'condition_dsp');
    const nested = readModel(raw.condition_dsp, conditionAt, {
      ...context,
      depth: context.depth + 1,
    });
    if (nested.sampleRate !== sampleRate) {
      throw new ModelError(
        'config',
        at(conditionAt, 'sample_rate'),
        `the sample rate of the model it conditions, ${rateText(sampleRate)}`,
        rateText(nested.sampleRate),
      );
    }
    conditionDsp = fullNetwork(nested.model);
    if (conditionDsp.inChannels !== raw.in_channels) {
      throw new ModelError(
        'config',
        conditionAt,
        `a model of ${raw.in_channels} input channels`,
        String(conditionDsp.inChannels),
      );
    }
  }
  const network = buildFromWeights(
    weights,
    at(where, 'weights'),
    (reader) =>
      buildWaveNet(
        {
          where: here,
          inChannels: raw.in_channels,
          arrays,
          head,
          conditionDsp,
          conditionChannels: conditionDsp === null ? raw.in_channels : outputChannels(conditionDsp),
          conditionPrewarm: conditionDsp?.prewarmSamples ?? 1,
        },
        reader,
      ),
    checkHistory(here),
  );
  const allowedChannels = readAllowed(
    raw.layers,
    arrays.map((array) => array.channels),
    at(here, 'layers'),
  );
  if (allowedChannels === null) return { kind: 'plain', network };
  if (allowedChannels.every((allowed) => allowed === null)) {
    throw new ModelError(
      'config',
      at(here, 'layers'),
      'allowed_channels in at least one layer array of a slimmable model',
      'none',
    );
  }
  if (head !== null) {
    throw new ModelError(
      'config',
      at(here, 'head'),
      'no post-stack head in a slimmable model',
      'one',
    );
  }
  const obstacle = sliceObstacle(
    network,
    allowedChannels.map((allowed) => allowed !== null),
  );
  if (obstacle !== null) context.warnings.push(`runs at its full width only: ${obstacle}`);
  return { kind: 'slimmable', network, allowedChannels, obstacle };
};

const rateText = (rate: number): string => (rate === unknownRate ? 'unknown' : `${rate} Hz`);

const submodelSchema = record({ max_value: number, model: anything });
const containerSchema = record({
  submodels: list(submodelSchema, 'submodels', limits.submodels),
});

const readContainer = (
  config: unknown,
  weights: unknown,
  sampleRate: number,
  where: At,
  context: Context,
): ModelBody => {
  if (!Array.isArray(weights)) {
    throw new ModelError(
      'weights',
      at(where, 'weights'),
      'an array (empty: the submodels have the weights)',
      describe(weights),
    );
  }
  const here = at(where, 'config');
  const raw = read(containerSchema, config, here);
  const submodels = raw.submodels.map((entry, i): Submodel => {
    const entryAt = at(here, 'submodels', i);
    const previous = raw.submodels[i - 1]?.max_value ?? Number.NEGATIVE_INFINITY;
    if (entry.max_value <= previous) {
      throw new ModelError(
        'config',
        at(entryAt, 'max_value'),
        `more than ${previous}, that of the submodel before`,
        String(entry.max_value),
      );
    }
    const nested = readModel(entry.model, at(entryAt, 'model'), {
      ...context,
      depth: context.depth + 1,
    });
    if (
      nested.sampleRate !== sampleRate &&
      nested.sampleRate !== unknownRate &&
      sampleRate !== unknownRate
    ) {
      throw new ModelError(
        'config',
        at(entryAt, 'model', 'sample_rate'),
        `the container's ${rateText(sampleRate)}`,
        rateText(nested.sampleRate),
      );
    }
    const network = fullNetwork(nested.model);
    if (network.inChannels !== 1 || outputChannels(network) !== 1) {
      throw new ModelError(
        'config',
        at(entryAt, 'model'),
        'one input and one output channel in a container',
        `${network.inChannels} and ${outputChannels(network)}`,
      );
    }
    return { maxValue: entry.max_value, model: nested.model };
  });
  const last = raw.submodels.length - 1;
  if ((raw.submodels[last]?.max_value ?? 0) < 1) {
    throw new ModelError(
      'config',
      at(here, 'submodels', last, 'max_value'),
      'at least 1 for the last submodel',
      String(raw.submodels[last]?.max_value),
    );
  }
  return { kind: 'container', submodels };
};

/** NAM Core's value for files that do not say. */
const unknownRate = -1;

const readBody = (
  architecture: Architecture,
  config: unknown,
  weights: unknown,
  sampleRate: number,
  where: At,
  context: Context,
): ModelBody => {
  const here = at(where, 'config');
  const plain = (
    build: (reader: WeightReader) => Network,
    check: (shape: Network) => void = () => {},
  ): ModelBody => ({
    kind: 'plain',
    network: buildFromWeights(weights, at(where, 'weights'), build, check),
  });
  switch (architecture) {
    case 'WaveNet':
      return readWaveNet(config, weights, sampleRate, where, context);
    case 'SlimmableContainer':
      return readContainer(config, weights, sampleRate, where, context);
    case 'LSTM': {
      const lstm = readLstm(config, here);
      return plain((reader) => buildLstm(lstm, reader, sampleRate));
    }
    case 'ConvNet': {
      const convnet = readConvNet(config, here);
      return plain((reader) => buildConvNet(convnet, reader), checkHistory(here));
    }
    case 'Linear': {
      const linear = readLinear(config, here);
      return plain((reader) => buildLinear(linear, reader));
    }
    default:
      return architecture satisfies never;
  }
};

const readModel = (
  value: unknown,
  where: At,
  context: Context,
): { readonly model: Model; readonly sampleRate: number } => {
  if (context.depth > limits.modelDepth) {
    throw new ModelError(
      'limit',
      where,
      `models nested at most ${limits.modelDepth} deep`,
      'one deeper',
    );
  }
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  const missing = isObject
    ? ['version', 'architecture', 'config', 'weights'].filter((key) => !Object.hasOwn(value, key))
    : [];
  if (!isObject || missing.length > 0) {
    throw new ModelError(
      'not-a-model',
      where,
      'a model: an object with version, architecture, config and weights',
      isObject ? `an object without ${missing.join(', ')}` : describe(value),
      'Is this a .nam file?',
    );
  }
  const raw = read(fileSchema, value, where);
  checkVersion(raw.version, at(where, 'version'), context.warnings);
  const architecture = architectures.find((name) => name === raw.architecture);
  if (architecture === undefined) {
    throw new ModelError(
      'architecture',
      at(where, 'architecture'),
      `one of ${architectures.join(', ')}`,
      describe(raw.architecture),
    );
  }
  const sampleRate = raw.sample_rate ?? unknownRate;
  const metadata = readMetadata(raw.metadata, raw.sample_rate, at(where, 'metadata'));
  const plain = readBody(architecture, raw.config, raw.weights, sampleRate, where, context);
  const body = withTraits(plain, fileTraitsOf(raw.version, raw.config));
  const model: Model = {
    id: idOf(context.file),
    origin: context.file,
    version: raw.version,
    architecture,
    metadata,
    warnings: context.warnings,
    body,
  };
  return { model, sampleRate };
};

const idOf = (origin: string): string => {
  const name = origin.split(/[\\/]/).pop() ?? origin;
  return name.replace(/\.nam$/i, '') || 'model';
};

/**
 * @param origin the file's name, for messages and for the model's id
 * @throws ModelError
 */
export const parseModel = (text: string, origin: string): Model => {
  const context: Context = { file: origin, depth: 0, warnings: [] };
  return readModel(parseJson(text, origin), { file: origin, path: '' }, context).model;
};
