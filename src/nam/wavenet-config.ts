/** The configuration of a WaveNet, checked and with NAM Core's defaults filled in; no weights. */
import * as z from 'zod';
import { fitSlopes, readActivation } from './activation.ts';
import { limits } from './limits.ts';
import { type At, configError, describe, type ModelError } from './model-error.ts';
import type { Activation, FilmPlace, WaveNetLayer } from './network.ts';
import { filmKeys, filmPlaces } from './network.ts';
import { anything, at, count, flag, list, number, read, record } from './read.ts';
import type { ConvolutionShape } from './weight-reader.ts';

type HeadShape = Omit<ConvolutionShape, 'inChannels' | 'groups'>;

/** How many, and where the file says so. */
type Groups = NonNullable<ConvolutionShape['groups']>;

const channels = count(limits.channels);
const kernelSize = count(limits.kernelSize);
const dilation = count(limits.dilation);
const anyInt = z.int({ error: 'a whole number' });
const gatingModes = ['none', 'gated', 'blended'] as const;
const gating = z.enum(gatingModes, { error: "'none', 'gated' or 'blended'" });

const on = flag.default(true);
const film = z
  .union([z.literal(false), record({ active: on, shift: on, groups: anyInt.default(1) })], {
    error: 'false, or an object with active, shift and groups',
  })
  .optional();

const arraySchema = record({
  input_size: channels,
  condition_size: channels,
  channels,
  bottleneck: channels.optional(),
  dilations: list(dilation, 'dilations', limits.layers),
  kernel_size: anything,
  kernel_sizes: anything,
  activation: anything,
  gating_mode: anything,
  gated: anything,
  secondary_activation: anything,
  head: anything,
  head_size: anything,
  head_bias: anything,
  groups_input: channels.default(1),
  groups_input_mixin: channels.default(1),
  layer1x1: record({ active: flag, groups: anyInt }).optional(),
  head1x1: record({ active: flag, out_channels: anyInt, groups: anyInt }).optional(),
  conv_pre_film: film,
  conv_post_film: film,
  input_mixin_pre_film: film,
  input_mixin_post_film: film,
  activation_pre_film: film,
  activation_post_film: film,
  layer1x1_post_film: film,
  head1x1_post_film: film,
});
type RawArray = z.output<typeof arraySchema>;

const headSchema = record({
  out_channels: channels,
  kernel_size: kernelSize,
  bias: flag,
  head_dilation: dilation.default(1),
});

const fault = (where: At, expected: string, found: unknown): ModelError =>
  configError(where, expected, describe(found));

const sameLength = (values: readonly unknown[], layers: number, where: At): void => {
  if (values.length === layers) return;
  throw fault(where, `one entry for each of the ${layers} dilations`, values);
};

const readKernelSizes = (raw: RawArray, where: At, layers: number): readonly number[] => {
  if (raw.kernel_size !== undefined && raw.kernel_sizes !== undefined) {
    throw fault(at(where, 'kernel_size'), 'either kernel_size or kernel_sizes', 'both');
  }
  if (raw.kernel_sizes !== undefined) {
    const here = at(where, 'kernel_sizes');
    const sizes = read(list(kernelSize, 'kernel sizes', limits.layers), raw.kernel_sizes, here);
    sameLength(sizes, layers, here);
    return sizes;
  }
  const size = read(kernelSize, raw.kernel_size, at(where, 'kernel_size'));
  return new Array<number>(layers).fill(size);
};

const readActivations = (raw: RawArray, where: At, layers: number): readonly Activation[] => {
  const here = at(where, 'activation');
  if (!Array.isArray(raw.activation)) {
    return new Array<Activation>(layers).fill(readActivation(raw.activation, here));
  }
  sameLength(raw.activation, layers, here);
  return raw.activation.map((value, i) => readActivation(value, at(here, i)));
};

const sigmoid: Activation = { type: 'Sigmoid' };

type Gate = Pick<WaveNetLayer, 'gating' | 'secondaryActivation'>;
const ungated: Gate = { gating: 'none', secondaryActivation: null };

/** gating_mode with its secondary activations, or the older `gated` flag, whose gate is a sigmoid. */
const readGates = (raw: RawArray, where: At, layers: number): readonly Gate[] => {
  const { gating_mode: modes, secondary_activation: secondaries } = raw;
  if (modes === undefined) {
    const gated = raw.gated !== undefined && read(flag, raw.gated, at(where, 'gated'));
    const gate: Gate = gated ? { gating: 'gated', secondaryActivation: sigmoid } : ungated;
    return new Array<Gate>(layers).fill(gate);
  }
  const secondaryAt = at(where, 'secondary_activation');
  const gateOf = (value: unknown, valueAt: At, secondary: unknown, activationAt: At): Gate => {
    const mode = read(gating, value, valueAt);
    if (mode === 'none') return ungated;
    const isGiven = secondaries !== undefined;
    const secondaryActivation = isGiven ? readActivation(secondary, activationAt) : sigmoid;
    return { gating: mode, secondaryActivation };
  };
  const here = at(where, 'gating_mode');
  if (!Array.isArray(modes)) {
    return new Array<Gate>(layers).fill(gateOf(modes, here, secondaries, secondaryAt));
  }
  sameLength(modes, layers, here);
  if (Array.isArray(secondaries)) sameLength(secondaries, layers, secondaryAt);
  return modes.map((mode, i) =>
    Array.isArray(secondaries)
      ? gateOf(mode, at(here, i), secondaries[i], at(secondaryAt, i))
      : gateOf(mode, at(here, i), secondaries, secondaryAt),
  );
};

const readHead = (raw: RawArray, where: At): HeadShape => {
  if (raw.head !== undefined && raw.head !== null) {
    const head = read(headSchema, raw.head, at(where, 'head'));
    const { out_channels: outChannels, kernel_size, head_dilation, bias } = head;
    return { outChannels, kernelSize: kernel_size, dilation: head_dilation, bias };
  }
  if (raw.head_size === undefined) {
    throw fault(at(where, 'head'), 'an object, or the older head_size and head_bias', raw.head);
  }
  const outChannels = read(channels, raw.head_size, at(where, 'head_size'));
  return { outChannels, bias: read(flag, raw.head_bias, at(where, 'head_bias')) };
};

const fitted = (activation: Activation, rows: number, gated: boolean, where: At): Activation => {
  const result = fitSlopes(activation, rows, gated);
  if (result !== null) return result;
  const expected = gated
    ? `one slope for each of the ${rows} gated channels`
    : `one slope, or one for each of the ${rows} channels`;
  throw fault(where, `a PReLU with ${expected}`, `${activation.negativeSlopes?.length} slopes`);
};

const readLayers = (raw: RawArray, where: At, bottleneck: number) => {
  const depth = raw.dilations.length;
  const kernelSizes = readKernelSizes(raw, where, depth);
  const activations = readActivations(raw, where, depth);
  const gates = readGates(raw, where, depth);
  const activationAt = at(where, 'activation');
  const secondaryAt = at(where, 'secondary_activation');
  return raw.dilations.map((layerDilation, i) => {
    const { gating, secondaryActivation: secondary } = gates[i] ?? ungated;
    const activation = activations[i] ?? { type: 'Identity' };
    return {
      kernelSize: kernelSizes[i] ?? 1,
      dilation: layerDilation,
      activation: fitted(activation, bottleneck, gating !== 'none', activationAt),
      gating,
      secondaryActivation: secondary && fitted(secondary, bottleneck, true, secondaryAt),
    };
  });
};

const readGroups = (value: number, where: At, key: string): Groups => {
  const here = at(where, key, 'groups');
  return [read(channels, value, here), here];
};

const readFilms = (raw: RawArray, where: At) => {
  const films: { [Place in FilmPlace]?: { shift: boolean; groups: Groups } } = {};
  for (const place of filmPlaces) {
    const key = filmKeys[place];
    const config = raw[key];
    if (config === undefined || config === false || !config.active) continue;
    films[place] = { shift: config.shift, groups: readGroups(config.groups, where, key) };
  }
  return films;
};

/** A layer array's settings, with the defaults filled in. */
export type LayerArrayConfig = ReturnType<typeof readLayerArray>;
export type LayerConfig = LayerArrayConfig['layers'][number];

export const readLayerArray = (value: unknown, where: At) => {
  const raw = read(arraySchema, value, where);
  const bottleneck = raw.bottleneck ?? raw.channels;
  const layers = readLayers(raw, where, bottleneck);
  const layer1x1 =
    raw.layer1x1?.active === false
      ? null
      : { groups: readGroups(raw.layer1x1?.groups ?? 1, where, 'layer1x1') };
  const headOutAt = at(where, 'head1x1', 'out_channels');
  const head1x1 = raw.head1x1?.active
    ? {
        groups: readGroups(raw.head1x1.groups, where, 'head1x1'),
        outChannels: read(channels, raw.head1x1.out_channels, headOutAt),
      }
    : null;
  if (layer1x1 === null && bottleneck !== raw.channels) {
    const expected = `${raw.channels}, the channels, because layer1x1 is not active`;
    throw fault(at(where, 'bottleneck'), expected, bottleneck);
  }
  const films = readFilms(raw, where);
  if (films.layer1x1Post !== undefined && layer1x1 === null) {
    throw fault(at(where, 'layer1x1_post_film'), 'it inactive, as layer1x1 is', 'it active');
  }
  if (films.head1x1Post !== undefined && head1x1 === null) {
    throw fault(at(where, 'head1x1_post_film'), 'it inactive, as head1x1 is', 'it active');
  }
  return {
    where,
    inputSize: raw.input_size,
    conditionSize: raw.condition_size,
    channels: raw.channels,
    bottleneck,
    head: readHead(raw, where),
    layers,
    groupsInput: [raw.groups_input, at(where, 'groups_input')] as const,
    groupsInputMixin: [raw.groups_input_mixin, at(where, 'groups_input_mixin')] as const,
    layer1x1,
    head1x1,
    films,
  };
};

const postHeadSchema = record({
  in_channels: z.nullish(channels),
  channels,
  out_channels: channels,
  kernel_sizes: list(kernelSize, 'kernel sizes', limits.layers),
  activation: anything,
});

export type PostHeadConfig = ReturnType<typeof readPostHead>;

export const readPostHead = (value: unknown, headSize: number, where: At) => {
  const raw = read(postHeadSchema, value, where);
  const stated = raw.in_channels;
  if (stated !== undefined && stated !== null && stated !== headSize) {
    const expected = `${headSize}, the head size of the last layer array`;
    throw fault(at(where, 'in_channels'), expected, stated);
  }
  return {
    where,
    channels: raw.channels,
    outChannels: raw.out_channels,
    kernelSizes: raw.kernel_sizes,
    activation: readActivation(raw.activation, at(where, 'activation')),
  };
};

export const wavenetSchema = record({
  layers: list(anything, 'layer arrays', limits.layerArrays),
  head: anything,
  head_scale: number,
  in_channels: channels.default(1),
  condition_dsp: anything,
});
