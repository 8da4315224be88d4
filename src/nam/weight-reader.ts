// biome-ignore-all lint/style/noNonNullAssertion: below the stream's length
/**
 * Walks the weight stream of a file in NAM's order. The same walk without weights counts them, so
 * that a wrong count is known, with the place where the stream runs out, before anything is built.
 */
import { limits } from './limits.ts';
import { type At, configError, describe, ModelError } from './model-error.ts';
import type { Convolution } from './network.ts';
import { at } from './read.ts';

export interface ConvolutionShape {
  readonly inChannels: number;
  readonly outChannels: number;
  /** @default 1 */
  readonly kernelSize?: number;
  /** @default 1 */
  readonly dilation?: number;
  /** How many, and where the file says so. @default one group */
  readonly groups?: readonly [number, At];
  /** @default true */
  readonly bias?: boolean;
}

/** Takes a network's weights from the stream, in its order. */
export type Build<Built> = (reader: WeightReader) => Built;

/** In the stream the taps are innermost; in memory they are outermost. */
const tapsOutermost = (stream: Float32Array, taps: number): Float32Array => {
  const weights = new Float32Array(stream.length);
  let to = 0;
  for (let tap = 0; tap < taps; tap++) {
    for (let from = tap; from < stream.length; from += taps) weights[to++] = stream[from]!;
  }
  return weights;
};

export class WeightReader {
  private readonly places: { readonly name: string; readonly start: number }[] = [];
  private position = 0;

  private readonly weights: Float32Array | null;

  /** Without weights: counts. */
  constructor(weights: Float32Array | null) {
    this.weights = weights;
  }

  get total(): number {
    return this.position;
  }

  /** The place that the weight at `index` belongs to: 'array 0 layer 3 conv'. */
  placeOf(index: number): string {
    const place = this.places.findLast(({ start }) => start <= index);
    return (index < this.position ? place?.name : undefined) ?? 'the end of the model';
  }

  floats(length: number, place: string): Float32Array {
    const start = this.position;
    this.places.push({ name: place, start });
    this.position += length;
    return this.weights?.slice(start, this.position) ?? new Float32Array(0);
  }

  scalar(place: string): number {
    return this.floats(1, place)[0] ?? 0;
  }

  convolution(shape: ConvolutionShape, place: string): Convolution {
    const { inChannels, outChannels, kernelSize = 1, dilation = 1, bias = true } = shape;
    const [groups, where] = shape.groups ?? [1, null];
    if (where !== null && (inChannels % groups !== 0 || outChannels % groups !== 0)) {
      const channels = `the ${inChannels} input and ${outChannels} output channels of ${place}`;
      throw configError(where, `groups that divide ${channels}`, groups);
    }
    const inPerGroup = inChannels / groups;
    const stream = this.floats(outChannels * inPerGroup * kernelSize, place);
    const weights = kernelSize === 1 ? stream : tapsOutermost(stream, kernelSize);
    const biases = bias ? this.floats(outChannels, `${place} bias`) : null;
    return { inChannels, outChannels, kernelSize, dilation, groups, weights, bias: biases };
  }
}

/**
 * The values as float32, or the index of the first that is not a finite one there: what is too large
 * for float32 is infinite. By functions of the host, which need no time to become quick.
 */
const toFloats = (values: readonly unknown[]): Float32Array | number => {
  if (values.every(Number.isFinite)) {
    const floats = new Float32Array(values as readonly number[]); // every one is finite
    if (!floats.includes(Infinity) && !floats.includes(-Infinity)) return floats;
  }
  return values.findIndex((v) => typeof v !== 'number' || !Number.isFinite(Math.fround(v)));
};

/**
 * Counts what `build` takes, checks the file's weights against it, and builds.
 * `checkShape` sees the network without weights, to refuse what would take too much memory.
 */
export const buildFromWeights = <Built>(
  value: unknown,
  where: At,
  build: Build<Built>,
  checkShape: (shape: Built) => void,
): Built => {
  if (!Array.isArray(value)) {
    throw new ModelError('weights', where, 'an array of numbers', describe(value));
  }
  const counter = new WeightReader(null);
  const shape = build(counter);
  if (counter.total > limits.weights) {
    const expected = `a configuration with at most ${limits.weights} weights`;
    throw new ModelError('limit', where, expected, `one that needs ${counter.total}`);
  }
  checkShape(shape);
  if (value.length !== counter.total) {
    const expected = `${counter.total} weights for this configuration`;
    const what =
      value.length < counter.total
        ? `the stream runs out at ${counter.placeOf(value.length)}`
        : `${value.length - counter.total} are left over`;
    const fix = 'The weights and the configuration are not from the same model';
    throw new ModelError('weights', where, expected, `${value.length}: ${what}`, fix);
  }
  const weights = toFloats(value);
  if (typeof weights === 'number') {
    const expected = `a finite 32-bit number (it belongs to ${counter.placeOf(weights)})`;
    const fix = 'Training probably diverged; export the model again from an earlier checkpoint';
    throw new ModelError('weights', at(where, weights), expected, describe(value[weights]), fix);
  }
  return build(new WeightReader(weights));
};
