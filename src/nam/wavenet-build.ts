/** From a WaveNet's configuration and its weights to a network. */
import { fitSlopes } from './activation.ts';
import { outputChannels, waveNetLookback } from './measure.ts';
import { type At, configError } from './model-error.ts';
import type { Film, FilmPlace, LayerArray, Network, PostHead } from './network.ts';
import { filmChannels, filmPlaces, type WaveNetLayer, type WaveNetNetwork } from './network.ts';
import { at } from './read.ts';
import type { LayerArrayConfig, LayerConfig, PostHeadConfig } from './wavenet-config.ts';
import type { ConvolutionShape, WeightReader } from './weight-reader.ts';

export interface WaveNetConfig {
  readonly where: At;
  readonly inChannels: number;
  readonly arrays: readonly LayerArrayConfig[];
  readonly head: PostHeadConfig | null;
  readonly conditionDsp: Network | null;
}

const headInputs = (array: LayerArrayConfig) => array.head1x1?.outChannels ?? array.bottleneck;

/** What has to fit together between the arrays, the condition and the head. */
const checkJoints = (config: WaveNetConfig): void => {
  const { inChannels, conditionDsp } = config;
  const [conditionChannels, conditionFrom] =
    conditionDsp === null
      ? [inChannels, 'in_channels']
      : [outputChannels(conditionDsp), 'the output channels of condition_dsp'];
  config.arrays.forEach((array, i) => {
    const { where, head1x1 } = array;
    const before = config.arrays[i - 1];
    const mustEqual = (found: number, expected: number, why: string, ...path: string[]): void => {
      if (found === expected) return;
      throw configError(at(where, ...path), `${expected}, ${why}`, found);
    };
    mustEqual(array.conditionSize, conditionChannels, conditionFrom, 'condition_size');
    if (before === undefined) {
      mustEqual(array.inputSize, inChannels, 'in_channels', 'input_size');
      return;
    }
    const head = 'the head size of the layer array before';
    mustEqual(array.channels, before.head.outChannels, head, 'channels');
    const channels = 'the channels of the layer array before';
    mustEqual(array.inputSize, before.channels, channels, 'input_size');
    const path = head1x1 === null ? ['bottleneck'] : ['head1x1', 'out_channels'];
    mustEqual(headInputs(array), before.head.outChannels, head, ...path);
  });
};

const buildLayer = (
  array: LayerArrayConfig,
  layer: LayerConfig,
  reader: WeightReader,
  place: string,
): WaveNetLayer => {
  const { channels, bottleneck, conditionSize } = array;
  const { kernelSize, dilation, activation, gating, secondaryActivation } = layer;
  const outputs = gating === 'none' ? bottleneck : 2 * bottleneck;
  const { groupsInput, groupsInputMixin: groups, layer1x1, head1x1 } = array;
  const headOut = head1x1?.outChannels ?? 0;
  type Rest = Omit<ConvolutionShape, 'inChannels' | 'outChannels'>;
  const convolution = (name: string, inChannels: number, outChannels: number, rest: Rest) =>
    reader.convolution({ inChannels, outChannels, ...rest }, `${place} ${name}`);
  // In the order of the stream.
  const layerParts = {
    conv: convolution('conv', channels, outputs, { groups: groupsInput, kernelSize, dilation }),
    inputMixin: convolution('input mixin', conditionSize, outputs, { groups, bias: false }),
    layer1x1: layer1x1 && convolution('layer1x1', bottleneck, channels, layer1x1),
    head1x1: head1x1 && convolution('head1x1', bottleneck, headOut, { groups: head1x1.groups }),
  };
  const filmed = filmChannels({ channels, bottleneck, outputs, conditionSize, headOut });
  const films: { [Place in FilmPlace]?: Film } = {};
  for (const filmPlace of filmPlaces) {
    const film = array.films[filmPlace];
    if (film === undefined) continue;
    const rows = filmed[filmPlace] * (film.shift ? 2 : 1);
    const { shift, groups } = film;
    const conv = convolution(`${filmPlace} FiLM`, conditionSize, rows, { groups });
    films[filmPlace] = { shift, conv };
  }
  return { ...layerParts, activation, gating, secondaryActivation, bottleneck, films };
};

const buildArray = (array: LayerArrayConfig, index: number, reader: WeightReader): LayerArray => {
  const name = `array ${index}`;
  const { channels, inputSize, conditionSize, head } = array;
  const { outChannels: headSize } = head;
  const input = { inChannels: inputSize, outChannels: channels, bias: false };
  const rechannel = reader.convolution(input, `${name} rechannel`);
  const layers = array.layers.map((layer, i) =>
    buildLayer(array, layer, reader, `${name} layer ${i}`),
  );
  const output = { inChannels: headInputs(array), ...head };
  const headRechannel = reader.convolution(output, `${name} head rechannel`);
  return { channels, inputSize, conditionSize, headSize, rechannel, layers, headRechannel };
};

const buildPostHead = (head: PostHeadConfig, headSize: number, reader: WeightReader): PostHead => {
  const { activation, where } = head;
  let inChannels = headSize;
  const convs = head.kernelSizes.map((kernelSize, i) => {
    if (fitSlopes(activation, inChannels, false) === null) {
      const expected = `a PReLU whose slopes divide the ${inChannels} channels of stage ${i}`;
      const found = `${activation.negativeSlopes?.length} slopes`;
      throw configError(at(where, 'activation'), expected, found);
    }
    const outChannels = i + 1 === head.kernelSizes.length ? head.outChannels : head.channels;
    const conv = reader.convolution({ inChannels, outChannels, kernelSize }, `head stage ${i}`);
    inChannels = outChannels;
    return conv;
  });
  return { activation, convs };
};

export const buildWaveNet = (config: WaveNetConfig, reader: WeightReader): WaveNetNetwork => {
  checkJoints(config);
  const { inChannels, conditionDsp } = config;
  const arrays = config.arrays.map((array, i) => buildArray(array, i, reader));
  const headSize = arrays.at(-1)?.headSize ?? 1;
  const head = config.head && buildPostHead(config.head, headSize, reader);
  // The trailing weight replaces the configuration's head_scale, as in NAM Core.
  const headScale = reader.scalar('head scale');
  return {
    kind: 'wavenet',
    inChannels,
    conditionDsp,
    arrays,
    head,
    headScale,
    // What the condition model wants for itself, and until silence has filled every history.
    prewarmSamples: (conditionDsp?.prewarmSamples ?? 1) + waveNetLookback({ arrays, head }),
  };
};
