/**
 * Random valid model files over every option of the format, small enough to run by the hundred.
 * Counts weights by the format's rules on its own, so that tests can hold the parser against it.
 */
import fc from 'fast-check';

export interface ArbitraryModel {
  /** The JSON of the file. */
  readonly file: Record<string, unknown>;
  readonly text: string;
  readonly inChannels: number;
  readonly outChannels: number;
  /** Weights of the file's own stream, and of a condition model's. */
  readonly weightCount: number;
}

export interface ArbitraryModelOptions {
  readonly architectures?: readonly ('WaveNet' | 'LSTM' | 'ConvNet' | 'Linear')[];
  /** Channels of layers. @default 6 */
  readonly maxChannels?: number;
  /** Models of several input or output channels. @default false */
  readonly multiChannel?: boolean;
  /** Condition models within WaveNets. @default true */
  readonly condition?: boolean;
}

type Gen = fc.GeneratorValue;

const int = (gen: Gen, min: number, max: number): number => gen(fc.integer, { min, max });
const chance = (gen: Gen, percent: number): boolean => int(gen, 1, 100) <= percent;
const pick = <T>(gen: Gen, values: readonly T[]): T => values[int(gen, 0, values.length - 1)] as T;

/** Weights, drawn from a seed: small enough that no model runs away. */
class Stream {
  readonly weights: number[] = [];
  private state: number;

  constructor(seed: number) {
    this.state = seed >>> 0;
  }

  private uniform(): number {
    this.state = (Math.imul(this.state, 1664525) + 1013904223) >>> 0;
    return this.state / 4294967296;
  }

  signed(count: number, size = 0.5): void {
    for (let i = 0; i < count; i++) this.weights.push((2 * this.uniform() - 1) * size);
  }

  positive(count: number): void {
    for (let i = 0; i < count; i++) this.weights.push(0.5 + this.uniform());
  }

  convolution(inputs: number, outputs: number, taps: number, groups: number, bias: boolean): void {
    const perGroup = inputs / groups;
    this.signed(outputs * perGroup * taps, 1 / Math.sqrt(perGroup * taps));
    if (bias) this.signed(outputs, 0.1);
  }
}

const slope = (gen: Gen): number => int(gen, -20, 40) / 100;

const activation = (gen: Gen, channels: number): unknown => {
  const plain = [
    'Tanh',
    'Hardtanh',
    'Fasttanh',
    'ReLU',
    'LeakyReLU',
    'Sigmoid',
    'SiLU',
    'Hardswish',
    'LeakyHardtanh',
    'LeakyHardTanh',
    'Softsign',
  ] as const;
  switch (int(gen, 0, 3)) {
    case 0:
      return { type: pick(gen, plain) };
    case 1:
      return {
        type: 'PReLU',
        negative_slopes: Array.from({ length: channels }, () => slope(gen)),
      };
    case 2:
      return chance(gen, 50)
        ? { type: 'LeakyReLU', negative_slope: slope(gen) }
        : { type: 'LeakyHardtanh', min_val: -0.7, max_val: 0.9, min_slope: 0.1, max_slope: 0.02 };
    default:
      return pick(gen, plain);
  }
};

const divisors = (...values: readonly number[]): number[] =>
  Array.from({ length: Math.min(...values) }, (_, i) => i + 1).filter((d) =>
    values.every((value) => value % d === 0),
  );

const filmKeys = [
  'conv_pre_film',
  'conv_post_film',
  'input_mixin_pre_film',
  'input_mixin_post_film',
  'activation_pre_film',
  'activation_post_film',
  'layer1x1_post_film',
  'head1x1_post_film',
] as const;
type FilmKey = (typeof filmKeys)[number];

interface ArrayPlan {
  readonly inputSize: number;
  readonly conditionSize: number;
  readonly channels: number;
  /** What the layers must add up to; null where the array is the first and may choose. */
  readonly headInputs: number | null;
  readonly headSize: number;
}

const layerArray = (gen: Gen, stream: Stream, plan: ArrayPlan): Record<string, unknown> => {
  const { inputSize, conditionSize, channels, headSize } = plan;
  const depth = int(gen, 1, 3);
  const dilations = Array.from({ length: depth }, () => int(gen, 1, 5));
  const kernelSizes = Array.from({ length: depth }, () => int(gen, 1, 4));
  const oneKernel = chance(gen, 50);
  const kernel = (layer: number): number => kernelSizes[oneKernel ? 0 : layer] ?? 1;

  const hasHead1x1 = chance(gen, 40);
  const hasLayer1x1 = chance(gen, 80);
  const freeBottleneck = hasLayer1x1 && (hasHead1x1 || plan.headInputs === null);
  const bottleneck = freeBottleneck ? int(gen, 1, channels + 2) : channels;
  const headOut = hasHead1x1 ? (plan.headInputs ?? int(gen, 1, 4)) : bottleneck;

  const modes = Array.from({ length: depth }, () =>
    pick(gen, ['none', 'none', 'gated', 'blended'] as const),
  );
  const gatingForm = pick(gen, ['array', 'single', 'legacy', 'absent'] as const);
  const mode = (layer: number): 'none' | 'gated' | 'blended' => {
    if (gatingForm === 'absent') return 'none';
    if (gatingForm === 'legacy') return modes[0] === 'none' ? 'none' : 'gated';
    return modes[gatingForm === 'single' ? 0 : layer] ?? 'none';
  };
  const convOut = (layer: number): number => (mode(layer) === 'none' ? 1 : 2) * bottleneck;
  const everyOut = Array.from({ length: depth }, (_, layer) => convOut(layer));
  const groups = (...sizes: readonly number[]): number =>
    chance(gen, 60) ? 1 : pick(gen, divisors(...sizes));
  const groupsInput = groups(channels, ...everyOut);
  const groupsMixin = groups(conditionSize, ...everyOut);
  const layer1x1Groups = groups(bottleneck, channels);
  const head1x1Groups = groups(bottleneck, headOut);

  const films = new Map<
    FilmKey,
    { shift: boolean; groups: number; rows: (layer: number) => number }
  >();
  const filmRows: Readonly<Record<FilmKey, (layer: number) => number>> = {
    conv_pre_film: () => channels,
    conv_post_film: convOut,
    input_mixin_pre_film: () => conditionSize,
    input_mixin_post_film: convOut,
    activation_pre_film: convOut,
    activation_post_film: () => bottleneck,
    layer1x1_post_film: () => channels,
    head1x1_post_film: () => headOut,
  };
  for (const key of filmKeys) {
    if (key === 'layer1x1_post_film' && !hasLayer1x1) continue;
    if (key === 'head1x1_post_film' && !hasHead1x1) continue;
    if (!chance(gen, 25)) continue;
    const shift = chance(gen, 50);
    const rows = filmRows[key];
    const everyRows = dilations.map((_, layer) => rows(layer) * (shift ? 2 : 1));
    films.set(key, { shift, groups: groups(conditionSize, ...everyRows), rows });
  }

  stream.convolution(inputSize, channels, 1, 1, false);
  for (let layer = 0; layer < depth; layer++) {
    stream.convolution(channels, convOut(layer), kernel(layer), groupsInput, true);
    stream.convolution(conditionSize, convOut(layer), 1, groupsMixin, false);
    if (hasLayer1x1) stream.convolution(bottleneck, channels, 1, layer1x1Groups, true);
    if (hasHead1x1) stream.convolution(bottleneck, headOut, 1, head1x1Groups, true);
    for (const key of filmKeys) {
      const film = films.get(key);
      if (film === undefined) continue;
      const rows = film.rows(layer) * (film.shift ? 2 : 1);
      stream.convolution(conditionSize, rows, 1, film.groups, true);
    }
  }
  const legacyHead = chance(gen, 50);
  const headKernel = legacyHead ? 1 : int(gen, 1, 4);
  const headDilation = legacyHead ? 1 : int(gen, 1, 2);
  const headBias = chance(gen, 50);
  stream.convolution(headOut, headSize, headKernel, 1, headBias);

  const config: Record<string, unknown> = {
    input_size: inputSize,
    condition_size: conditionSize,
    channels,
    dilations,
    activation: chance(gen, 50)
      ? activation(gen, bottleneck)
      : dilations.map(() => activation(gen, bottleneck)),
  };
  if (oneKernel) config.kernel_size = kernelSizes[0];
  else config.kernel_sizes = kernelSizes;
  if (bottleneck !== channels || chance(gen, 30)) config.bottleneck = bottleneck;
  if (!hasLayer1x1 || layer1x1Groups > 1 || chance(gen, 30)) {
    config.layer1x1 = { active: hasLayer1x1, groups: layer1x1Groups };
  }
  if (hasHead1x1) {
    config.head1x1 = { active: true, out_channels: headOut, groups: head1x1Groups };
  }
  if (groupsInput > 1) config.groups_input = groupsInput;
  if (groupsMixin > 1) config.groups_input_mixin = groupsMixin;
  for (const key of filmKeys) {
    const film = films.get(key);
    if (film !== undefined) config[key] = { active: true, shift: film.shift, groups: film.groups };
    else if (chance(gen, 20)) config[key] = chance(gen, 50) ? false : { active: false };
  }
  if (gatingForm === 'legacy') config.gated = mode(0) === 'gated';
  if (gatingForm === 'single') {
    config.gating_mode = mode(0);
    if (mode(0) !== 'none' && chance(gen, 70)) {
      config.secondary_activation = activation(gen, bottleneck);
    }
  }
  if (gatingForm === 'array') {
    config.gating_mode = dilations.map((_, layer) => mode(layer));
    if (chance(gen, 70)) {
      config.secondary_activation = dilations.map((_, layer) =>
        mode(layer) === 'none' ? null : activation(gen, bottleneck),
      );
    }
  }
  if (legacyHead) Object.assign(config, { head_size: headSize, head_bias: headBias });
  else {
    config.head = {
      out_channels: headSize,
      kernel_size: headKernel,
      bias: headBias,
      ...(headDilation > 1 ? { head_dilation: headDilation } : {}),
    };
  }
  return config;
};

interface Shape {
  readonly inChannels: number;
  readonly outChannels: number;
}

interface Drawn extends Shape {
  readonly architecture: string;
  readonly config: Record<string, unknown>;
  readonly weights: readonly number[];
  /** Weights of condition models inside. */
  readonly nested: number;
}

const waveNet = (gen: Gen, shape: Shape, options: Required<ArbitraryModelOptions>): Drawn => {
  const stream = new Stream(int(gen, 0, 0x7fffffff));
  const arrays = int(gen, 1, 2);
  const hasHead = chance(gen, 25);
  const hasCondition = options.condition && chance(gen, 25);
  const conditionSize = hasCondition ? int(gen, 1, 3) : shape.inChannels;
  const condition = hasCondition
    ? drawModel(
        gen,
        { inChannels: shape.inChannels, outChannels: conditionSize },
        { ...options, condition: false },
      )
    : null;
  const channels = Array.from({ length: arrays }, () => int(gen, 1, options.maxChannels));
  const lastHead = hasHead ? int(gen, 1, 3) : shape.outChannels;
  const layers = channels.map((width, i) =>
    layerArray(gen, stream, {
      inputSize: i === 0 ? shape.inChannels : (channels[i - 1] ?? 1),
      conditionSize,
      channels: width,
      headInputs: i === 0 ? null : width,
      headSize: channels[i + 1] ?? lastHead,
    }),
  );
  let head: unknown = null;
  if (hasHead) {
    const kernelSizes = Array.from({ length: int(gen, 1, 3) }, () => int(gen, 1, 3));
    const width = int(gen, 1, 3);
    let inputs = lastHead;
    kernelSizes.forEach((taps, i) => {
      const outputs = i + 1 === kernelSizes.length ? shape.outChannels : width;
      stream.convolution(inputs, outputs, taps, 1, true);
      inputs = outputs;
    });
    head = {
      channels: width,
      out_channels: shape.outChannels,
      kernel_sizes: kernelSizes,
      activation: activation(gen, 1),
      ...(chance(gen, 50) ? { in_channels: lastHead } : {}),
    };
  }
  stream.signed(1);
  const config: Record<string, unknown> = { layers, head, head_scale: 0.5 };
  if (shape.inChannels > 1) config.in_channels = shape.inChannels;
  if (condition !== null) config.condition_dsp = condition.file;
  return {
    ...shape,
    architecture: 'WaveNet',
    config,
    weights: stream.weights,
    nested: condition?.weightCount ?? 0,
  };
};

const channelKeys = (shape: Shape): Record<string, unknown> => ({
  ...(shape.inChannels > 1 ? { in_channels: shape.inChannels } : {}),
  ...(shape.outChannels > 1 ? { out_channels: shape.outChannels } : {}),
});

const lstm = (gen: Gen, shape: Shape): Drawn => {
  const stream = new Stream(int(gen, 0, 0x7fffffff));
  const layers = int(gen, 1, 3);
  const hidden = int(gen, 1, 5);
  for (let layer = 0; layer < layers; layer++) {
    const columns = (layer === 0 ? shape.inChannels : hidden) + hidden;
    stream.signed(4 * hidden * columns + 4 * hidden + 2 * hidden);
  }
  stream.signed(shape.outChannels * hidden + shape.outChannels);
  const config = {
    input_size: shape.inChannels,
    hidden_size: hidden,
    num_layers: layers,
    ...channelKeys(shape),
  };
  return { ...shape, architecture: 'LSTM', config, weights: stream.weights, nested: 0 };
};

const convNet = (gen: Gen, shape: Shape, maxChannels: number): Drawn => {
  const stream = new Stream(int(gen, 0, 0x7fffffff));
  const groups = shape.inChannels > 1 && chance(gen, 40) ? shape.inChannels : 1;
  const channels = groups * int(gen, 1, Math.max(1, Math.floor(maxChannels / groups)));
  const dilations = Array.from({ length: int(gen, 1, 4) }, () => int(gen, 1, 8));
  const batchnorm = chance(gen, 50);
  dilations.forEach((_, i) => {
    const inputs = i === 0 ? shape.inChannels : channels;
    stream.convolution(inputs, channels, 2, groups, !batchnorm);
    if (!batchnorm) return;
    stream.signed(channels);
    stream.positive(channels);
    stream.signed(2 * channels);
    stream.weights.push(1e-5);
  });
  stream.convolution(channels, shape.outChannels, 1, 1, true);
  const config = {
    channels,
    dilations,
    batchnorm,
    activation: activation(gen, channels),
    ...(groups > 1 ? { groups } : {}),
    ...channelKeys(shape),
  };
  return { ...shape, architecture: 'ConvNet', config, weights: stream.weights, nested: 0 };
};

const linear = (gen: Gen, shape: Shape): Drawn => {
  const stream = new Stream(int(gen, 0, 0x7fffffff));
  const taps = int(gen, 1, 300);
  const bias = chance(gen, 50);
  stream.signed(taps + (bias ? 1 : 0), 0.1);
  const config = {
    receptive_field: taps,
    bias,
    ...(chance(gen, 30) ? { implementation: pick(gen, ['auto', 'direct', 'FFT']) } : {}),
    ...channelKeys(shape),
  };
  return { ...shape, architecture: 'Linear', config, weights: stream.weights, nested: 0 };
};

/** The same for all models of a run, as condition models must have their parent's. */
const sampleRateHz = 48000;

const drawModel = (
  gen: Gen,
  shape: Shape,
  options: Required<ArbitraryModelOptions>,
): ArbitraryModel => {
  const architecture = pick(gen, options.architectures);
  const drawn =
    architecture === 'WaveNet'
      ? waveNet(gen, shape, options)
      : architecture === 'LSTM'
        ? lstm(gen, shape)
        : architecture === 'ConvNet'
          ? convNet(gen, shape, options.maxChannels)
          : linear(gen, shape);
  const file = {
    version: pick(gen, ['0.5.0', '0.5.4', '0.6.0', '0.7.0']),
    architecture: drawn.architecture,
    config: drawn.config,
    weights: drawn.weights,
    sample_rate: sampleRateHz,
  };
  return {
    file,
    text: JSON.stringify(file),
    inChannels: drawn.inChannels,
    outChannels: drawn.outChannels,
    weightCount: drawn.weights.length + drawn.nested,
  };
};

const complete = (options: ArbitraryModelOptions): Required<ArbitraryModelOptions> => ({
  architectures: options.architectures ?? [
    'WaveNet',
    'WaveNet',
    'WaveNet',
    'LSTM',
    'ConvNet',
    'Linear',
  ],
  maxChannels: options.maxChannels ?? 6,
  multiChannel: options.multiChannel ?? false,
  condition: options.condition ?? true,
});

/** A model of one network: no container, no slimming. */
export const arbitraryModel = (options: ArbitraryModelOptions = {}): fc.Arbitrary<ArbitraryModel> =>
  fc.gen().map((gen) => {
    const multi = options.multiChannel === true && chance(gen, 40);
    const shape = {
      inChannels: multi ? int(gen, 1, 3) : 1,
      outChannels: multi ? int(gen, 1, 3) : 1,
    };
    return drawModel(gen, shape, complete(options));
  });

export interface ArbitraryContainer {
  readonly file: Record<string, unknown>;
  readonly text: string;
  readonly maxValues: readonly number[];
  /** What each submodel is at its full width. */
  readonly weightCounts: readonly number[];
}

/** A container of one to four mono models, some of them containers themselves. */
export const arbitraryContainer = (depth = 1): fc.Arbitrary<ArbitraryContainer> =>
  fc.gen().map((gen) => drawContainer(gen, depth));

const drawContainer = (gen: Gen, depth: number): ArbitraryContainer => {
  const size = int(gen, 1, 4);
  const maxValues = Array.from({ length: size }, (_, i) => (i + 1) / size);
  const weightCounts: number[] = [];
  const submodels = maxValues.map((maxValue) => {
    if (depth > 0 && chance(gen, 20)) {
      const nested = drawContainer(gen, depth - 1);
      weightCounts.push(nested.weightCounts[nested.weightCounts.length - 1] ?? 0);
      return { max_value: maxValue, model: nested.file };
    }
    const shape = { inChannels: 1, outChannels: 1 };
    const model = drawModel(gen, shape, complete({ condition: false }));
    weightCounts.push(model.weightCount);
    return { max_value: maxValue, model: model.file };
  });
  const file = {
    version: '0.7.0',
    architecture: 'SlimmableContainer',
    config: { submodels },
    weights: [],
    sample_rate: sampleRateHz,
  };
  return { file, text: JSON.stringify(file), maxValues, weightCounts };
};
