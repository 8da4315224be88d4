/** The configuration of a WaveNet, checked and with NAM Core's defaults filled in; no weights. */
import * as z from 'zod';
import { fitSlopes, readActivation } from './activation.ts';
import { limits } from './limits.ts';
import { type At, describe, ModelError } from './model-error.ts';
import { type Activation, type FilmPlace, filmKeys, filmPlaces } from './network.ts';
import { anything, at, count, flag, list, number, read, record } from './read.ts';

export type Gating = 'none' | 'gated' | 'blended';

export interface LayerConfig {
  readonly kernelSize: number;
  readonly dilation: number;
  readonly activation: Activation;
  readonly gating: Gating;
  readonly secondaryActivation: Activation | null;
}

export interface LayerArrayConfig {
  readonly where: At;
  readonly inputSize: number;
  readonly conditionSize: number;
  readonly channels: number;
  readonly bottleneck: number;
  readonly headSize: number;
  readonly headKernelSize: number;
  readonly headDilation: number;
  readonly headBias: boolean;
  readonly layers: readonly LayerConfig[];
  readonly groupsInput: number;
  readonly groupsInputMixin: number;
  readonly layer1x1: { readonly groups: number } | null;
  readonly head1x1: { readonly groups: number; readonly outChannels: number } | null;
  readonly films: Readonly<
    Partial<Record<FilmPlace, { readonly shift: boolean; readonly groups: number }>>
  >;
}

export interface PostHeadConfig {
  readonly where: At;
  readonly channels: number;
  readonly outChannels: number;
  readonly kernelSizes: readonly number[];
  readonly activation: Activation;
}

const channels = count(limits.channels);
const kernelSize = count(limits.kernelSize);
const dilation = count(limits.dilation);
const anyInt = z.int({ error: 'a whole number' });
const gatingError = "'none', 'gated' or 'blended'";
const gating = z.enum(['none', 'gated', 'blended'], { error: gatingError });

const film = z.union(
  [
    z.literal(false),
    record({
      active: flag.default(true),
      shift: flag.default(true),
      groups: anyInt.default(1),
    }),
  ],
  { error: 'false, or an object with active, shift and groups' },
);

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
  conv_pre_film: film.optional(),
  conv_post_film: film.optional(),
  input_mixin_pre_film: film.optional(),
  input_mixin_post_film: film.optional(),
  activation_pre_film: film.optional(),
  activation_post_film: film.optional(),
  layer1x1_post_film: film.optional(),
  head1x1_post_film: film.optional(),
});
type RawArray = z.output<typeof arraySchema>;

const headSchema = record({
  out_channels: channels,
  kernel_size: kernelSize,
  bias: flag,
  head_dilation: dilation.default(1),
});

const fault = (where: At, expected: string, found: unknown, fix?: string): ModelError =>
  new ModelError('config', where, expected, describe(found), fix);

const sameLength = (values: readonly unknown[], layers: number, where: At): void => {
  if (values.length !== layers) {
    throw fault(where, `one entry for each of the ${layers} dilations`, values);
  }
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
    const one = readActivation(raw.activation, here);
    return new Array<Activation>(layers).fill(one);
  }
  sameLength(raw.activation, layers, here);
  return raw.activation.map((value, i) => readActivation(value, at(here, i)));
};

const sigmoid: Activation = { type: 'Sigmoid' };

interface Gate {
  readonly mode: Gating;
  readonly secondary: Activation | null;
}

/** gating_mode with its secondary activations, or the older `gated` flag, whose gate is a sigmoid. */
const readGates = (raw: RawArray, where: At, layers: number): readonly Gate[] => {
  if (raw.gating_mode === undefined) {
    const gated = raw.gated === undefined ? false : read(flag, raw.gated, at(where, 'gated'));
    const gate: Gate = gated
      ? { mode: 'gated', secondary: sigmoid }
      : { mode: 'none', secondary: null };
    return new Array<Gate>(layers).fill(gate);
  }
  const secondaryAt = at(where, 'secondary_activation');
  const secondaries = raw.secondary_activation;
  const here = at(where, 'gating_mode');
  if (!Array.isArray(raw.gating_mode)) {
    const mode = read(gating, raw.gating_mode, here);
    if (mode === 'none') return new Array<Gate>(layers).fill({ mode, secondary: null });
    const secondary =
      secondaries === undefined ? sigmoid : readActivation(secondaries, secondaryAt);
    return new Array<Gate>(layers).fill({ mode, secondary });
  }
  sameLength(raw.gating_mode, layers, here);
  if (Array.isArray(secondaries)) sameLength(secondaries, layers, secondaryAt);
  return raw.gating_mode.map((value, i): Gate => {
    const mode = read(gating, value, at(here, i));
    if (mode === 'none') return { mode, secondary: null };
    if (secondaries === undefined) return { mode, secondary: sigmoid };
    if (!Array.isArray(secondaries)) {
      return { mode, secondary: readActivation(secondaries, secondaryAt) };
    }
    return { mode, secondary: readActivation(secondaries[i], at(secondaryAt, i)) };
  });
};

type Head = Pick<LayerArrayConfig, 'headSize' | 'headKernelSize' | 'headDilation' | 'headBias'>;

const readHead = (raw: RawArray, where: At): Head => {
  if (raw.head !== undefined && raw.head !== null) {
    const head = read(headSchema, raw.head, at(where, 'head'));
    return {
      headSize: head.out_channels,
      headKernelSize: head.kernel_size,
      headDilation: head.head_dilation,
      headBias: head.bias,
    };
  }
  if (raw.head_size === undefined) {
    throw fault(at(where, 'head'), 'an object, or the older head_size and head_bias', raw.head);
  }
  return {
    headSize: read(channels, raw.head_size, at(where, 'head_size')),
    headKernelSize: 1,
    headDilation: 1,
    headBias: read(flag, raw.head_bias, at(where, 'head_bias')),
  };
};

const fitted = (activation: Activation, rows: number, gated: boolean, where: At): Activation => {
  const result = fitSlopes(activation, rows, gated);
  if (result !== null) return result;
  const expected = gated
    ? `one slope for each of the ${rows} gated channels`
    : `one slope, or one for each of the ${rows} channels`;
  throw fault(where, `a PReLU with ${expected}`, `${activation.negativeSlopes?.length} slopes`);
};

export const readLayerArray = (value: unknown, where: At): LayerArrayConfig => {
  const raw = read(arraySchema, value, where);
  const depth = raw.dilations.length;
  const bottleneck = raw.bottleneck ?? raw.channels;
  const kernelSizes = readKernelSizes(raw, where, depth);
  const activations = readActivations(raw, where, depth);
  const gates = readGates(raw, where, depth);
  const layers = raw.dilations.map((layerDilation, i): LayerConfig => {
    const mode = gates[i]?.mode ?? 'none';
    const secondary = gates[i]?.secondary ?? null;
    return {
      kernelSize: kernelSizes[i] ?? 1,
      dilation: layerDilation,
      activation: fitted(
        activations[i] ?? { type: 'Identity' },
        bottleneck,
        mode !== 'none',
        at(where, 'activation'),
      ),
      gating: mode,
      secondaryActivation:
        secondary === null
          ? null
          : fitted(secondary, bottleneck, true, at(where, 'secondary_activation')),
    };
  });

  const layer1x1 =
    raw.layer1x1?.active === false
      ? null
      : { groups: read(channels, raw.layer1x1?.groups ?? 1, at(where, 'layer1x1', 'groups')) };
  const head1x1 =
    raw.head1x1?.active !== true
      ? null
      : {
          groups: read(channels, raw.head1x1.groups, at(where, 'head1x1', 'groups')),
          outChannels: read(
            channels,
            raw.head1x1.out_channels,
            at(where, 'head1x1', 'out_channels'),
          ),
        };
  if (layer1x1 === null && bottleneck !== raw.channels) {
    throw fault(
      at(where, 'bottleneck'),
      `${raw.channels}, the channels, because layer1x1 is not active`,
      bottleneck,
    );
  }

  const films: { [Place in FilmPlace]?: { shift: boolean; groups: number } } = {};
  for (const place of filmPlaces) {
    const key = filmKeys[place];
    const config = (raw as Record<string, unknown>)[key] as z.output<typeof film> | undefined;
    if (config === undefined || config === false || !config.active) continue;
    films[place] = {
      shift: config.shift,
      groups: read(channels, config.groups, at(where, key, 'groups')),
    };
  }
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
    ...readHead(raw, where),
    layers,
    groupsInput: raw.groups_input,
    groupsInputMixin: raw.groups_input_mixin,
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

export const readPostHead = (value: unknown, headSize: number, where: At): PostHeadConfig => {
  const raw = read(postHeadSchema, value, where);
  const stated = raw.in_channels;
  if (stated !== undefined && stated !== null && stated !== headSize) {
    throw fault(
      at(where, 'in_channels'),
      `${headSize}, the head size of the last layer array`,
      stated,
    );
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
