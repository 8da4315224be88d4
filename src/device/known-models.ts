/**
 * The models that evidence speaks of, by name: what they cost in numbers that no chip changes.
 * Sources: the A2 container and the A1 sizes as the trainer makes them.
 */
export interface KnownModel {
  readonly name: string;
  /** Models of one family differ in size only, so that less work is less work on every chip. */
  readonly family: string;
  readonly weights: number;
  readonly macsPerSample: number;
}

/** Multiply-accumulates of an A2 network of `c` channels, per sample. */
const a2Macs = (c: number): number => 179 * c * c + 40 * c;

/**
 * Multiply-accumulates of an A1 network per sample: two arrays of `a` and `b` channels with kernel 3.
 * Each layer: convolution, mixin and 1x1. The standard size has ten layers and ten, the smaller ones
 * seven and thirteen.
 */
const a1Macs = (a: number, b: number, layersA: number, layersB: number): number =>
  a + layersA * (4 * a * a + a) + 2 * a * b + layersB * (4 * b * b + b) + b;

export const knownModels: readonly KnownModel[] = [
  { name: 'a2-lite', family: 'wavenet LeakyReLU', weights: 1871, macsPerSample: a2Macs(3) },
  { name: 'a2-full', family: 'wavenet LeakyReLU', weights: 12146, macsPerSample: a2Macs(8) },
  { name: 'a1-nano', family: 'wavenet Tanh', weights: 842, macsPerSample: a1Macs(4, 2, 7, 13) },
  { name: 'a1-feather', family: 'wavenet Tanh', weights: 3026, macsPerSample: a1Macs(8, 4, 7, 13) },
  { name: 'a1-lite', family: 'wavenet Tanh', weights: 6554, macsPerSample: a1Macs(12, 6, 7, 13) },
  {
    name: 'a1-standard',
    family: 'wavenet Tanh',
    weights: 13802,
    macsPerSample: a1Macs(16, 8, 10, 10),
  },
];

export const findKnownModel = (name: string): KnownModel | undefined =>
  knownModels.find((m) => m.name === name);
