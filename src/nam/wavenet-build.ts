/** From a WaveNet's configuration and its weights to a network. */
import { fitSlopes } from './activation.ts';
import { describe, ModelError } from './model-error.ts';
import {
  type Convolution,
  type Film,
  type FilmPlace,
  filmPlaces,
  type LayerArray,
  type Network,
  type PostHead,
  type WaveNetLayer,
  type WaveNetNetwork,
} from './network.ts';
import { type At, at } from './read.ts';
import type { LayerArrayConfig, LayerConfig, PostHeadConfig } from './wavenet-config.ts';
import type { WeightReader } from './weight-reader.ts';

export interface WaveNetConfig {
  readonly where: At;
  readonly inChannels: number;
  readonly arrays: readonly LayerArrayConfig[];
  readonly head: PostHeadConfig | null;
  readonly conditionDsp: Network | null;
  /** Output channels of the condition model, or of the input where there is none. */
  readonly conditionChannels: number;
  /** Samples that the condition model wants for itself. */
  readonly conditionPrewarm: number;
}

const mustEqual = (found: number, expected: number, why: string, where: At): void => {
  if (found === expected) return;
  throw new ModelError({
    code: 'config',
    ...where,
    expected: `${expected}, ${why}`,
    found: describe(found),
  });
};

const headInputs = (array: LayerArrayConfig): number =>
  array.head1x1?.outChannels ?? array.bottleneck;

/** What has to fit together between the arrays, the condition and the head. */
const checkJoints = (config: WaveNetConfig): void => {
  config.arrays.forEach((array, i) => {
    const before = config.arrays[i - 1];
    const why =
      config.conditionDsp === null ? 'in_channels' : 'the output channels of condition_dsp';
    mustEqual(
      array.conditionSize,
      config.conditionChannels,
      why,
      at(array.where, 'condition_size'),
    );
    if (before === undefined) {
      mustEqual(array.inputSize, config.inChannels, 'in_channels', at(array.where, 'input_size'));
      return;
    }
    mustEqual(
      array.channels,
      before.headSize,
      'the head size of the layer array before',
      at(array.where, 'channels'),
    );
    mustEqual(
      array.inputSize,
      before.channels,
      'the channels of the layer array before',
      at(array.where, 'input_size'),
    );
    mustEqual(
      headInputs(array),
      before.headSize,
      'the head size of the layer array before',
      at(array.where, ...(array.head1x1 === null ? ['bottleneck'] : ['head1x1', 'out_channels'])),
    );
  });
};

/** Channels that a FiLM at each place scales. */
const filmChannels = (place: FilmPlace, array: LayerArrayConfig, convOut: number): number => {
  switch (place) {
    case 'convPre':
    case 'layer1x1Post':
      return array.channels;
    case 'inputMixinPre':
      return array.conditionSize;
    case 'convPost':
    case 'inputMixinPost':
    case 'activationPre':
      return convOut;
    case 'activationPost':
      return array.bottleneck;
    case 'head1x1Post':
      return array.head1x1?.outChannels ?? 0;
  }
};

const buildLayer = (
  array: LayerArrayConfig,
  layer: LayerConfig,
  reader: WeightReader,
  place: string,
): WaveNetLayer => {
  const { where, channels, bottleneck, conditionSize } = array;
  const convOut = layer.gating === 'none' ? bottleneck : 2 * bottleneck;
  const oneByOne = (
    inChannels: number,
    outChannels: number,
    groups: number,
    bias: boolean,
    groupsAt: At,
    name: string,
  ): Convolution =>
    reader.convolution(
      { inChannels, outChannels, kernelSize: 1, dilation: 1, groups, bias, groupsAt },
      `${place} ${name}`,
    );

  const conv = reader.convolution(
    {
      inChannels: channels,
      outChannels: convOut,
      kernelSize: layer.kernelSize,
      dilation: layer.dilation,
      groups: array.groupsInput,
      bias: true,
      groupsAt: at(where, 'groups_input'),
    },
    `${place} conv`,
  );
  const inputMixin = oneByOne(
    conditionSize,
    convOut,
    array.groupsInputMixin,
    false,
    at(where, 'groups_input_mixin'),
    'input mixin',
  );
  const layer1x1 =
    array.layer1x1 &&
    oneByOne(
      bottleneck,
      channels,
      array.layer1x1.groups,
      true,
      at(where, 'layer1x1', 'groups'),
      'layer1x1',
    );
  const head1x1 =
    array.head1x1 &&
    oneByOne(
      bottleneck,
      array.head1x1.outChannels,
      array.head1x1.groups,
      true,
      at(where, 'head1x1', 'groups'),
      'head1x1',
    );
  const films: { [Place in FilmPlace]?: Film } = {};
  for (const filmPlace of filmPlaces) {
    const film = array.films[filmPlace];
    if (film === undefined) continue;
    const rows = filmChannels(filmPlace, array, convOut) * (film.shift ? 2 : 1);
    const name = `${filmPlace} FiLM`;
    films[filmPlace] = {
      shift: film.shift,
      conv: oneByOne(conditionSize, rows, film.groups, true, at(where, name, 'groups'), name),
    };
  }
  return {
    conv,
    inputMixin,
    layer1x1,
    head1x1,
    activation: layer.activation,
    gating: layer.gating,
    secondaryActivation: layer.secondaryActivation,
    bottleneck,
    films,
  };
};

const buildArray = (array: LayerArrayConfig, index: number, reader: WeightReader): LayerArray => {
  const name = `array ${index}`;
  const rechannel = reader.convolution(
    {
      inChannels: array.inputSize,
      outChannels: array.channels,
      kernelSize: 1,
      dilation: 1,
      groups: 1,
      bias: false,
      groupsAt: array.where,
    },
    `${name} rechannel`,
  );
  const layers = array.layers.map((layer, i) =>
    buildLayer(array, layer, reader, `${name} layer ${i}`),
  );
  const headRechannel = reader.convolution(
    {
      inChannels: headInputs(array),
      outChannels: array.headSize,
      kernelSize: array.headKernelSize,
      dilation: array.headDilation,
      groups: 1,
      bias: array.headBias,
      groupsAt: array.where,
    },
    `${name} head rechannel`,
  );
  return {
    channels: array.channels,
    inputSize: array.inputSize,
    conditionSize: array.conditionSize,
    headSize: array.headSize,
    rechannel,
    layers,
    headRechannel,
  };
};

const buildPostHead = (head: PostHeadConfig, headSize: number, reader: WeightReader): PostHead => {
  let inChannels = headSize;
  const convs = head.kernelSizes.map((kernelSize, i) => {
    if (fitSlopes(head.activation, inChannels, false) === null) {
      throw new ModelError({
        code: 'config',
        ...at(head.where, 'activation'),
        expected: `a PReLU whose slopes divide the ${inChannels} channels of stage ${i}`,
        found: `${head.activation.negativeSlopes?.length} slopes`,
      });
    }
    const outChannels = i + 1 === head.kernelSizes.length ? head.outChannels : head.channels;
    const conv = reader.convolution(
      {
        inChannels,
        outChannels,
        kernelSize,
        dilation: 1,
        groups: 1,
        bias: true,
        groupsAt: head.where,
      },
      `head stage ${i}`,
    );
    inChannels = outChannels;
    return conv;
  });
  return { activation: head.activation, convs };
};

const lookback = (conv: Convolution): number => (conv.kernelSize - 1) * conv.dilation;

export const buildWaveNet = (config: WaveNetConfig, reader: WeightReader): WaveNetNetwork => {
  checkJoints(config);
  const arrays = config.arrays.map((array, i) => buildArray(array, i, reader));
  const last = config.arrays[config.arrays.length - 1];
  const head = config.head && buildPostHead(config.head, last?.headSize ?? 1, reader);
  // The trailing weight replaces the configuration's head_scale, as in NAM Core.
  const headScale = reader.scalar('head scale');
  return {
    kind: 'wavenet',
    inChannels: config.inChannels,
    conditionDsp: config.conditionDsp,
    arrays,
    head,
    headScale,
    prewarmSamples: waveNetPrewarm(arrays, head, config.conditionPrewarm),
  };
};

/** The samples until silence has filled every history. */
export const waveNetPrewarm = (
  arrays: readonly LayerArray[],
  head: PostHead | null,
  conditionPrewarm: number,
): number => {
  let samples = conditionPrewarm;
  for (const array of arrays) {
    for (const layer of array.layers) samples += lookback(layer.conv);
    samples += lookback(array.headRechannel);
  }
  for (const conv of head?.convs ?? []) samples += lookback(conv);
  return samples;
};
