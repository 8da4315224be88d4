/**
 * A model at one width: typed layers with their weights, ready to compile. Knows nothing of files.
 * All weights are float32. Convolution weights are laid out [tap][out][in within group].
 */

export const activationTypes = [
  'Identity',
  'Tanh',
  'Hardtanh',
  'Fasttanh',
  'ReLU',
  'LeakyReLU',
  'PReLU',
  'Sigmoid',
  'SiLU',
  'Hardswish',
  'LeakyHardtanh',
  'Softsign',
] as const;

export interface Activation {
  readonly type: (typeof activationTypes)[number];
  /** LeakyReLU: one slope. PReLU: one slope or one per channel. */
  readonly negativeSlopes?: readonly number[];
  /** LeakyHardtanh only. */
  readonly minValue?: number;
  readonly maxValue?: number;
  readonly minSlope?: number;
  readonly maxSlope?: number;
}

/** A causal convolution; kernelSize 1 is what NAM calls Conv1x1. Depthwise: groups = channels. */
export interface Convolution {
  readonly inChannels: number;
  readonly outChannels: number;
  readonly kernelSize: number;
  readonly dilation: number;
  readonly groups: number;
  /**
   * kernelSize x outChannels x (inChannels / groups):
   * weights[(tap * outChannels + out) * inPerGroup + in]. Tap kernelSize-1 is the newest sample.
   */
  readonly weights: Float32Array;
  /** outChannels, or null. */
  readonly bias: Float32Array | null;
}

/** Feature-wise linear modulation: scale (and shift) of the input, computed from the condition by a 1x1 convolution. */
export interface Film {
  readonly conv: Convolution;
  readonly shift: boolean;
}

/** The eight places of a layer, in the order of the weight stream, and what they are called in files. */
export const filmKeys = {
  convPre: 'conv_pre_film',
  convPost: 'conv_post_film',
  inputMixinPre: 'input_mixin_pre_film',
  inputMixinPost: 'input_mixin_post_film',
  activationPre: 'activation_pre_film',
  activationPost: 'activation_post_film',
  layer1x1Post: 'layer1x1_post_film',
  head1x1Post: 'head1x1_post_film',
} as const;
/** @useDeclaredType */
export type FilmPlace = keyof typeof filmKeys;
export const filmPlaces: readonly FilmPlace[] = Object.keys(filmKeys) as FilmPlace[];

/** What of a layer a FiLM's channels follow. */
export type LayerSize = 'channels' | 'bottleneck' | 'outputs' | 'conditionSize' | 'headOut';

/** Channels that a FiLM at each place scales. `outputs`: of the layer's convolution. */
export const filmChannels = (
  layer: Readonly<Record<LayerSize, number>>,
): Readonly<Record<FilmPlace, number>> => ({
  convPre: layer.channels,
  convPost: layer.outputs,
  inputMixinPre: layer.conditionSize,
  inputMixinPost: layer.outputs,
  activationPre: layer.outputs,
  activationPost: layer.bottleneck,
  layer1x1Post: layer.channels,
  head1x1Post: layer.headOut,
});

export interface WaveNetLayer {
  readonly conv: Convolution;
  readonly inputMixin: Convolution;
  readonly layer1x1: Convolution | null;
  readonly head1x1: Convolution | null;
  readonly activation: Activation;
  readonly gating: 'none' | 'gated' | 'blended';
  readonly secondaryActivation: Activation | null;
  readonly bottleneck: number;
  readonly films: Readonly<Partial<Record<FilmPlace, Film>>>;
}

export interface LayerArray {
  readonly channels: number;
  readonly inputSize: number;
  readonly conditionSize: number;
  readonly headSize: number;
  readonly rechannel: Convolution;
  readonly layers: readonly WaveNetLayer[];
  readonly headRechannel: Convolution;
}

/** The post-stack head: for each stage an activation, then a convolution. */
export interface PostHead {
  readonly activation: Activation;
  readonly convs: readonly Convolution[];
}

/** What a library reads off the file, beside the network, when it chooses how to run it. */
export interface FileTraits {
  readonly version: string;
  /** A layer array has a `slimmable` key, whatever width runs. */
  readonly slimmable: boolean;
  /** WaveNet: no option of a layer array is left out (NeuralAudio takes an absent one for active). */
  readonly namesOptions: boolean;
}

interface NetworkBase {
  readonly file?: FileTraits;
  readonly inChannels: number;
  /** Samples of silence that NAM Core runs before the first block. */
  readonly prewarmSamples: number;
}

export interface WaveNetNetwork extends NetworkBase {
  readonly kind: 'wavenet';
  readonly conditionDsp: Network | null;
  readonly arrays: readonly LayerArray[];
  readonly head: PostHead | null;
  readonly headScale: number;
}

export interface LstmLayer {
  readonly inputSize: number;
  readonly hiddenSize: number;
  /** (4 hidden) x (input + hidden), row-major; gate order input, forget, cell, output. */
  readonly weights: Float32Array;
  /** 4 hidden. */
  readonly bias: Float32Array;
  readonly initialHidden: Float32Array;
  readonly initialCell: Float32Array;
}

export interface LstmNetwork extends NetworkBase {
  readonly kind: 'lstm';
  readonly layers: readonly LstmLayer[];
  /** outChannels x hidden, row-major. */
  readonly headWeights: Float32Array;
  readonly headBias: Float32Array;
}

export interface ConvNetBlock {
  readonly conv: Convolution;
  /** y = scale * x + offset per channel (the folded batch norm), or null. */
  readonly batchNorm: { readonly scale: Float32Array; readonly offset: Float32Array } | null;
  readonly activation: Activation;
}

export interface ConvNetNetwork extends NetworkBase {
  readonly kind: 'convnet';
  readonly blocks: readonly ConvNetBlock[];
  readonly head: Convolution;
}

export interface LinearNetwork extends NetworkBase {
  readonly kind: 'linear';
  /** How NAM Core is told to convolve; 'auto' goes by the length. Absent: 'auto'. */
  readonly implementation?: 'auto' | 'direct' | 'fft';
  /** Each input channel is filtered to its output channel; outputs beyond inChannels are silent. */
  readonly outChannels: number;
  /** One finite impulse response, newest sample first. */
  readonly impulse: Float32Array;
  /** 0 where the file has none. */
  readonly bias: number;
  /** Whether the file's stream ends in a bias. */
  readonly hasBias: boolean;
}

export type Network = WaveNetNetwork | LstmNetwork | ConvNetNetwork | LinearNetwork;
