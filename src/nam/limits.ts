/**
 * How large a model may be. Far above anything that is trained, low enough that a hostile file
 * costs neither minutes nor gigabytes. Every message about a limit states it.
 */
export const limits = {
  /** Of the file, in characters. */
  textLength: 33_554_432,
  /** Brackets within brackets, anywhere in the file. */
  jsonDepth: 64,
  /** Containers in containers and condition models in models. */
  modelDepth: 8,
  submodels: 64,
  layerArrays: 64,
  /** Of one layer array or stack. */
  layers: 1024,
  channels: 1024,
  kernelSize: 4096,
  dilation: 1_048_576,
  lstmLayers: 64,
  hiddenSize: 2048,
  impulseLength: 1_048_576,
  weights: 2_000_000,
  /** What the convolutions of a model memoize, in floats. */
  historyFloats: 16_777_216,
  sampleRateHz: 1_000_000,
} as const;
