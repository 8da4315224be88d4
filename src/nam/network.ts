/**
 * A model at one width: typed layers with their weights, ready to compile. Knows nothing of files.
 * All weights are float32. Convolution weights are laid out [tap][out][in within group].
 */

export interface Activation {
  readonly type:
    | 'Identity'
    | 'Tanh'
    | 'Hardtanh'
    | 'Fasttanh'
    | 'ReLU'
    | 'LeakyReLU'
    | 'PReLU'
    | 'Sigmoid'
    | 'SiLU'
    | 'Hardswish'
    | 'LeakyHardtanh'
    | 'Softsign';
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

/** The eight places of a layer, in the order of the weight stream. */
export const filmPlaces = [
  'convPre',
  'convPost',
  'inputMixinPre',
  'inputMixinPost',
  'activationPre',
  'activationPost',
  'layer1x1Post',
  'head1x1Post',
] as const;
export type FilmPlace = (typeof filmPlaces)[number];

/** Channels that a FiLM at each place scales. `outputs`: of the layer's convolution. */
export const filmChannels = (layer: {
  readonly channels: number;
  readonly bottleneck: number;
  readonly outputs: number;
  readonly conditionSize: number;
  readonly headOut: number;
}): Readonly<Record<FilmPlace, number>> => ({
  convPre: layer.channels,
  convPost: layer.outputs,
  inputMixinPre: layer.conditionSize,
  inputMixinPost: layer.outputs,
  activationPre: layer.outputs,
  activationPost: layer.bottleneck,
  layer1x1Post: layer.channels,
  head1x1Post: layer.headOut,
});

/** What the places are called in files. */
export const filmKeys: Readonly<Record<FilmPlace, string>> = {
  convPre: 'conv_pre_film',
  convPost: 'conv_post_film',
  inputMixinPre: 'input_mixin_pre_film',
  inputMixinPost: 'input_mixin_post_film',
  activationPre: 'activation_pre_film',
  activationPost: 'activation_post_film',
  layer1x1Post: 'layer1x1_post_film',
  head1x1Post: 'head1x1_post_film',
};

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

export interface WaveNetNetwork {
  readonly kind: 'wavenet';
  readonly file?: FileTraits;
  readonly inChannels: number;
  readonly conditionDsp: Network | null;
  readonly arrays: readonly LayerArray[];
  readonly head: PostHead | null;
  readonly headScale: number;
  /** Samples of silence that NAM Core runs before the first block. */
  readonly prewarmSamples: number;
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

export interface LstmNetwork {
  readonly kind: 'lstm';
  readonly file?: FileTraits;
  readonly inChannels: number;
  readonly layers: readonly LstmLayer[];
  /** outChannels x hidden, row-major. */
  readonly headWeights: Float32Array;
  readonly headBias: Float32Array;
  readonly prewarmSamples: number;
}

export interface ConvNetBlock {
  readonly conv: Convolution;
  /** y = scale * x + offset per channel (the folded batch norm), or null. */
  readonly batchNorm: { readonly scale: Float32Array; readonly offset: Float32Array } | null;
  readonly activation: Activation;
}

export interface ConvNetNetwork {
  readonly kind: 'convnet';
  readonly file?: FileTraits;
  readonly inChannels: number;
  readonly blocks: readonly ConvNetBlock[];
  readonly head: Convolution;
  readonly prewarmSamples: number;
}

export interface LinearNetwork {
  readonly kind: 'linear';
  readonly file?: FileTraits;
  /** How NAM Core is told to convolve; 'auto' goes by the length. Absent: 'auto'. */
  readonly implementation?: 'auto' | 'direct' | 'fft';
  readonly inChannels: number;
  /** Each input channel is filtered to its output channel; outputs beyond inChannels are silent. */
  readonly outChannels: number;
  /** One finite impulse response, newest sample first. */
  readonly impulse: Float32Array;
  /** 0 where the file has none. */
  readonly bias: number;
  /** Whether the file's stream ends in a bias. */
  readonly hasBias: boolean;
  readonly prewarmSamples: number;
}

export type Network = WaveNetNetwork | LstmNetwork | ConvNetNetwork | LinearNetwork;
