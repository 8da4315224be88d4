/**
 * A WaveNet as NeuralAudio's templates run it: chunks of at most 64 frames through the whole network,
 * one pass over memory per step, one linear ring per convolution.
 */
import type { BufferId, Lowered, Reference, Target } from '../../kernel/lowered.ts';
import type { WaveNetNetwork } from '../../nam/network.ts';
import { type Label, Lowering } from '../common/lowering.ts';
import { appendCopy, appendScale, type Operand } from '../eigen/passes.ts';
import type { TanhKind } from '../engine.ts';
import { appendZero } from '../libc/memory.ts';
import data from './compiled-code.json' with { type: 'json' };
import { appendConvolution, appendLayer } from './layer.ts';
import type { Chunk, PreparedArray } from './prepared.ts';
import { appendRewind, maxChunkFrames, prepareArray, windowOf } from './prepared.ts';
import { appendOverhead, Products } from './products.ts';

const chunksOf = (blockFrames: number): Chunk[] => {
  const chunks: Chunk[] = [];
  for (let offset = 0; offset < blockFrames; offset += maxChunkFrames) {
    chunks.push({ offset, frames: Math.min(maxChunkFrames, blockFrames - offset) });
  }
  return chunks;
};

interface Build {
  readonly network: WaveNetNetwork;
  readonly tanh: TanhKind;
  /** Sizes are template parameters; else all products take Eigen's way for unknown sizes. */
  readonly fixed: boolean;
}

export const lowerWaveNet = (target: Target, blockFrames: number, build: Build): Lowered =>
  new WaveNetWriter(new Lowering(target, blockFrames), build).lower();

class WaveNetWriter {
  private readonly low: Lowering;
  private readonly build: Build;
  private readonly products: Products;
  private readonly input: BufferId;
  private readonly output: BufferId;

  constructor(low: Lowering, build: Build) {
    this.low = low;
    this.build = build;
    this.products = new Products(low, build.fixed);
    ({ input: this.input, output: this.output } = low.io());
  }

  lower(): Lowered {
    const { low, input, output } = this;
    const arrays = this.build.network.arrays.map((of, i) => prepareArray(low, of, `array ${i}`));
    const histories = arrays.flatMap(({ layers, headHistory }) => [
      ...layers.map(({ history }) => history),
      headHistory,
    ]);
    for (const history of histories) appendRewind(low, history);
    for (const chunk of chunksOf(low.blockFrames)) this.chunk(arrays, chunk);
    for (const { ring } of histories) low.advance('history', ring);
    const layers = arrays.reduce((sum, array) => sum + array.layers.length, 0);
    return low.finish('neural-audio', input, output, 6_000 + 900 * layers);
  }

  private chunk(arrays: readonly PreparedArray[], chunk: Chunk): void {
    const { low, products } = this;
    const { network, fixed } = this.build;
    const { frames: rows, offset } = chunk;
    const shape = { rows, columns: 1 };
    const audio = (buffer: BufferId): Operand => ({ at: { buffer, offset }, stride: rows });
    const channels = network.arrays[0]?.channels ?? 1;
    appendOverhead(low, 'input', products.calls(channels).chunk);
    const condition = low.scratch('condition', maxChunkFrames);
    const copied = { at: condition, stride: rows };
    const { copyIn } = data.code;
    appendCopy(low, { layer: 'input', kind: 'copy' }, shape, audio(this.input), copied, copyIn);
    const head = low.scratch('head array', channels * maxChunkFrames);
    appendZero(low, { layer: 'head', kind: 'zero' }, head, channels * maxChunkFrames);
    let signals: ArraySignals = { condition, input: condition, head };
    for (const [a, array] of arrays.entries()) {
      // Templates leave the last array's output out where several arrays follow each other.
      const last = fixed && a > 0 && a === arrays.length - 1;
      signals = this.array(array, `array ${a}`, chunk, signals, !last);
    }
    const from = { at: signals.head, stride: rows };
    const scale = { layer: 'output', kind: 'scale' };
    appendScale(low, scale, shape, from, audio(this.output), network.headScale);
  }

  /** What the next array reads. */
  private array(
    { array, layers, headHistory, ...weights }: PreparedArray,
    name: string,
    chunk: Chunk,
    { condition, input, head }: ArraySignals,
    needsOutput: boolean,
  ): ArraySignals {
    const { low, products } = this;
    const { frames } = chunk;
    const { channels, rechannel, headRechannel, headSize } = array;
    const [first, ...next] = layers.map(({ history }) => windowOf(low, history, chunk));
    if (!first) throw new RangeError('Expected a layer in every array.');
    const place = { layer: `${name} rechannel`, kind: 'rechannel' };
    const operands = { weights: weights.rechannel, block: input, result: first };
    products.pointwise(place, rechannel, frames, operands);
    const output = low.scratch(`${name} outputs`, channels * maxChunkFrames);
    const { tanh } = this.build;
    for (const [i, layer] of layers.entries()) {
      const result = next[i] ?? (needsOutput ? output : null);
      const signals = { condition, headInput: head, result };
      appendLayer(products, tanh, `${name} layer ${i}`, layer, chunk, signals);
    }
    const at: Label = { layer: `${name} head`, kind: 'head' };
    const shape = { rows: channels * frames, columns: 1 };
    const from = { at: head, stride: shape.rows };
    const to = { at: windowOf(low, headHistory, chunk), stride: shape.rows };
    appendCopy(low, { ...at, kind: 'copy' }, shape, from, to, products.calls(channels).sum);
    const result = low.scratch(`${name} head outputs`, headSize * maxChunkFrames);
    const convolution = { weights: weights.head, bias: weights.headBias, result };
    appendConvolution(products, at, headRechannel, headHistory, chunk, convolution);
    return { condition, input: output, head: result };
  }
}

/** What an array of layers reads. */
interface ArraySignals {
  readonly condition: Reference;
  readonly input: Reference;
  /** The sum of the arrays before. */
  readonly head: Reference;
}
