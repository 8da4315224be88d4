/**
 * A `.nam` file, read and checked, and the widths it can run at. `parseModel` (parse-model.ts) makes
 * it, `widthsOf`, `selectWidths` and `slim` (widths.ts) turn it into networks.
 */
import type { Network, WaveNetNetwork } from './network.ts';

export type Architecture = 'Linear' | 'ConvNet' | 'LSTM' | 'WaveNet' | 'SlimmableContainer';

/** What a player uses and shows. Null where the file does not say. */
export interface ModelMetadata {
  readonly name: string | null;
  readonly modeledBy: string | null;
  readonly gearType: string | null;
  readonly gearMake: string | null;
  readonly gearModel: string | null;
  readonly toneType: string | null;
  /** True for files whose weights were drawn and not trained. */
  readonly synthetic: boolean;
  readonly sampleRateHz: number | null;
  /** Loudness of the output for a standard input, in dB. */
  readonly loudness: number | null;
  /** The analogue levels, in dBu, of a full-scale sine at the input and at the output. */
  readonly inputLevelDbu: number | null;
  readonly outputLevelDbu: number | null;
  /** NAM's measure of how much distortion there is, 0 to 1. */
  readonly gain: number | null;
}

export interface Submodel {
  /** Chosen by ratios below this (and above those of the submodels before it). */
  readonly maxValue: number;
  readonly model: Model;
}

export type ModelBody =
  | { readonly kind: 'plain'; readonly network: Network }
  | {
      readonly kind: 'slimmable';
      readonly network: WaveNetNetwork;
      /** For each layer array the channel counts it was trained for, ascending, or null. */
      readonly allowedChannels: readonly (readonly number[] | null)[];
      /** Why NAM Core cannot slice this model below its full width, as a sentence; null if it can. */
      readonly obstacle: string | null;
    }
  | { readonly kind: 'container'; readonly submodels: readonly Submodel[] };

export interface Model {
  /** The file's name without folder and extension: `a2`. */
  readonly id: string;
  /** The file as it was named to `parseModel`, for messages. */
  readonly origin: string;
  readonly version: string;
  readonly architecture: Architecture;
  readonly metadata: ModelMetadata;
  /** Sentences about what is odd, but accepted. */
  readonly warnings: readonly string[];
  readonly body: ModelBody;
}

/** One size that a model can run at. */
export interface Width {
  /** A submodel's label ('lite', 'full', 'ch8'), 'ch:16/8' for a slimmable model, 'full' for a plain one. */
  readonly label: string;
  /** A value of NAM's 0..1 control that selects it, 1 for the full width; null for what-if widths. */
  readonly ratio: number | null;
  /** Channels of each layer array (LSTM: hidden size of each layer; ConvNet: of each block's stack). */
  readonly channels: readonly number[];
  /** Weights in the file's stream at this width. */
  readonly weights: number;
  readonly macsPerSample: number;
  /** Sliced without being trained for it: the cost is right, the sound is not meant to be. */
  readonly whatIf: boolean;
}

/** A model at one width, ready to compile. */
export interface SlimmedModel {
  readonly model: Model;
  readonly width: Width;
  readonly network: Network;
}

export interface WidthOptions {
  /** Also offer widths that the file was not trained for. @default false */
  readonly whatIf?: boolean;
}

/** The network that a model is before anybody slims it: what NAM Core starts with. */
export const fullNetwork = ({ body }: Model): Network => {
  if (body.kind !== 'container') return body.network;
  const last = body.submodels.at(-1);
  if (last === undefined) throw new Error('a container has at least one submodel');
  return fullNetwork(last.model);
};
