/** Reads a `.nam` file. What NeuralAmpModelerCore refuses is refused, with the JSON path of the fault. */
import * as z from 'zod';
import { isObject, isRecord } from '../units/json-path.ts';
import { hertz } from '../units/number-text.ts';
import { readConvNet } from './convnet.ts';
import { fileTraitsOf, withTraits } from './file-traits.ts';
import { parseJson } from './json-text.ts';
import { limits } from './limits.ts';
import { readLinear } from './linear.ts';
import { readLstm } from './lstm.ts';
import { historyFloats, outputChannels } from './measure.ts';
import type { Architecture, Model, ModelBody, ModelMetadata, Submodel } from './model.ts';
import { fullNetwork } from './model.ts';
import { type At, configError, describe, ModelError } from './model-error.ts';
import type { Network } from './network.ts';
import { anything, at, list, number, read, record, text } from './read.ts';
import { sliceObstacle } from './slice.ts';
import { isSlimmable, readAllowed } from './slimmable-config.ts';
import { buildWaveNet } from './wavenet-build.ts';
import { readLayerArray, readPostHead, wavenetSchema } from './wavenet-config.ts';
import { type Build, buildFromWeights } from './weight-reader.ts';

const architectures = ['Linear', 'ConvNet', 'LSTM', 'WaveNet', 'SlimmableContainer'] as const;

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
  readonly depth: number;
  readonly warnings: string[];
}

/** What a body is read from. */
interface Source {
  readonly config: unknown;
  readonly weights: unknown;
  readonly sampleRate: number;
  readonly where: At;
  readonly context: Context;
}

/** NAM Core's rule: 0.5.0 to 0.7.x; patches after 0.7.0 are partly supported. */
const checkVersion = (version: string, where: At, warnings: string[]): void => {
  const [, major, minor, patch] = /^(\d{1,9})\.(\d{1,9})\.(\d{1,9})$/.exec(version) ?? [];
  if (major === undefined || Number(major) !== 0 || Number(minor) < 5 || Number(minor) > 7) {
    const isOld = major === '0' && Number(minor) < 5;
    const old = 'Export the model again with a current trainer';
    const fix = isOld ? old : 'A newer Pedalbench may read it';
    throw new ModelError('version', where, 'a version from 0.5.0 to 0.7.x', describe(version), fix);
  }
  if (Number(minor) === 7 && Number(patch) > 0) {
    warnings.push(`version ${version} is newer than 0.7.0, the last one that is fully known`);
  }
};

const textOrNull = (value: unknown): string | null =>
  typeof value === 'string' && value !== '' ? value.slice(0, 200) : null;

const readMetadata = (value: unknown, sampleRate: number, where: At): ModelMetadata => {
  const raw = isObject(value) ? value : {};
  const level = (key: string) => read(z.nullish(number), raw[key], at(where, key)) ?? null;
  const { gain } = raw;
  return {
    name: textOrNull(raw.name),
    modeledBy: textOrNull(raw.modeled_by),
    gearType: textOrNull(raw.gear_type),
    gearMake: textOrNull(raw.gear_make),
    gearModel: textOrNull(raw.gear_model),
    toneType: textOrNull(raw.tone_type),
    synthetic: raw.synthetic === true,
    sampleRateHz: sampleRate > 0 ? sampleRate : null,
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
    const expected = `convolutions that remember at most ${limits.historyFloats} numbers`;
    const fix = 'Channels times kernel size times dilation is too large';
    throw new ModelError('limit', where, expected, String(floats), fix);
  };

const readCondition = (value: unknown, where: At, inChannels: number, source: Source) => {
  if (value === undefined || value === null) return null;
  const { sampleRate, context } = source;
  const nested = readNested(value, where, context);
  if (nested.sampleRate !== sampleRate) {
    const expected = `the sample rate of the model it conditions, ${rateText(sampleRate)}`;
    throw configError(at(where, 'sample_rate'), expected, rateText(nested.sampleRate));
  }
  const network = fullNetwork(nested.model);
  if (network.inChannels === inChannels) return network;
  throw configError(where, `a model of ${inChannels} input channels`, network.inChannels);
};

const readWaveNet = (source: Source): ModelBody => {
  const { config, weights, where, context } = source;
  const top = isRecord(config) ? config : {};
  const wrapped = top.model !== undefined && Array.isArray(top.layers) && isSlimmable(top.layers);
  const here = wrapped ? at(where, 'config', 'model') : at(where, 'config');
  const raw = read(wavenetSchema, wrapped ? top.model : config, here);
  const inChannels = raw.in_channels;
  const layersAt = at(here, 'layers');
  const headAt = at(here, 'head');
  const arrays = raw.layers.map((layer, i) => readLayerArray(layer, at(layersAt, i)));
  const head =
    raw.head === undefined || raw.head === null
      ? null
      : readPostHead(raw.head, arrays.at(-1)?.head.outChannels ?? 1, headAt);
  const conditionAt = at(here, 'condition_dsp');
  const conditionDsp = readCondition(raw.condition_dsp, conditionAt, inChannels, source);
  const network = buildFromWeights(
    weights,
    at(where, 'weights'),
    (reader) => buildWaveNet({ where: here, inChannels, arrays, head, conditionDsp }, reader),
    checkHistory(here),
  );
  const channels = arrays.map((array) => array.channels);
  const allowedChannels = readAllowed(raw.layers, channels, layersAt);
  if (allowedChannels === null) return { kind: 'plain', network };
  const isAllowed = allowedChannels.map((allowed) => allowed !== null);
  if (!isAllowed.includes(true)) {
    const expected = 'allowed_channels in at least one layer array of a slimmable model';
    throw configError(layersAt, expected, 'none');
  }
  if (head !== null) throw configError(headAt, 'no post-stack head in a slimmable model', 'one');
  const obstacle = sliceObstacle(network, isAllowed);
  if (obstacle !== null) context.warnings.push(`runs at its full width only: ${obstacle}`);
  return { kind: 'slimmable', network, allowedChannels, obstacle };
};

const rateText = (rate: number): string => (rate === unknownRate ? 'unknown' : hertz(rate));

const submodelSchema = record({ max_value: number, model: anything });
const containerSchema = record({ submodels: list(submodelSchema, 'submodels', limits.submodels) });

const readContainer = ({ config, weights, sampleRate, where, context }: Source): ModelBody => {
  if (!Array.isArray(weights)) {
    const expected = 'an array (empty: the submodels have the weights)';
    throw new ModelError('weights', at(where, 'weights'), expected, describe(weights));
  }
  const here = at(where, 'config');
  const raw = read(containerSchema, config, here);
  let previous = Number.NEGATIVE_INFINITY;
  const submodels = raw.submodels.map((entry, i): Submodel => {
    const maxAt = at(here, 'submodels', i, 'max_value');
    const modelAt = at(here, 'submodels', i, 'model');
    const maxValue = entry.max_value;
    if (maxValue <= previous) {
      throw configError(maxAt, `more than ${previous}, that of the submodel before`, maxValue);
    }
    previous = maxValue;
    const { model, sampleRate: rate } = readNested(entry.model, modelAt, context);
    if (rate !== sampleRate && rate !== unknownRate && sampleRate !== unknownRate) {
      const expected = `the container's ${rateText(sampleRate)}`;
      throw configError(at(modelAt, 'sample_rate'), expected, rateText(rate));
    }
    const network = fullNetwork(model);
    const outputs = outputChannels(network);
    if (network.inChannels !== 1 || outputs !== 1) {
      const expected = 'one input and one output channel in a container';
      throw configError(modelAt, expected, `${network.inChannels} and ${outputs}`);
    }
    return { maxValue, model };
  });
  if (previous < 1) {
    const lastAt = at(here, 'submodels', submodels.length - 1, 'max_value');
    throw configError(lastAt, 'at least 1 for the last submodel', previous);
  }
  return { kind: 'container', submodels };
};

/** NAM Core's value for files that do not say. */
const unknownRate = -1;

const readBody = (architecture: Architecture, source: Source): ModelBody => {
  const { config, weights, sampleRate, where } = source;
  const here = at(where, 'config');
  const plain = (build: Build<Network>, check: (shape: Network) => void = () => {}): ModelBody => ({
    kind: 'plain',
    network: buildFromWeights(weights, at(where, 'weights'), build, check),
  });
  switch (architecture) {
    case 'WaveNet':
      return readWaveNet(source);
    case 'SlimmableContainer':
      return readContainer(source);
    case 'LSTM':
      return plain(readLstm(config, here, sampleRate));
    case 'ConvNet':
      return plain(readConvNet(config, here), checkHistory(here));
    case 'Linear':
      return plain(readLinear(config, here));
    default:
      return architecture satisfies never;
  }
};

const modelKeys = ['version', 'architecture', 'config', 'weights'];

interface ReadModel {
  readonly model: Model;
  readonly sampleRate: number;
}

const readNested = (value: unknown, where: At, context: Context): ReadModel =>
  readModel(value, where, { ...context, depth: context.depth + 1 });

const readModel = (value: unknown, where: At, context: Context): ReadModel => {
  if (context.depth > limits.modelDepth) {
    const expected = `models nested at most ${limits.modelDepth} deep`;
    throw new ModelError('limit', where, expected, 'one deeper');
  }
  const missing = modelKeys.filter((key) => !isObject(value) || !Object.hasOwn(value, key));
  if (missing.length > 0) {
    const expected = 'a model: an object with version, architecture, config and weights';
    const found = isObject(value) ? `an object without ${missing.join(', ')}` : describe(value);
    throw new ModelError('not-a-model', where, expected, found, 'Is this a .nam file?');
  }
  const raw = read(fileSchema, value, where);
  const { version, config, weights, sample_rate: sampleRate = unknownRate } = raw;
  checkVersion(version, at(where, 'version'), context.warnings);
  const architecture = architectures.find((name) => name === raw.architecture);
  if (architecture === undefined) {
    const expected = `one of ${architectures.join(', ')}`;
    const here = at(where, 'architecture');
    throw new ModelError('architecture', here, expected, describe(raw.architecture));
  }
  const { warnings } = context;
  const { file: origin } = where;
  const metadata = readMetadata(raw.metadata, sampleRate, at(where, 'metadata'));
  const plain = readBody(architecture, { config, weights, sampleRate, where, context });
  const body = withTraits(plain, fileTraitsOf(version, config));
  const id = origin.replace(/^.*[\\/]/s, '').replace(/\.nam$/i, '') || 'model';
  return { model: { id, origin, version, architecture, metadata, warnings, body }, sampleRate };
};

/**
 * @param origin the file's name, for messages and for the model's id
 * @throws ModelError
 */
export const parseModel = (text: string, origin: string): Model => {
  const where = { file: origin, path: '' };
  return readModel(parseJson(text, origin), where, { depth: 0, warnings: [] }).model;
};
