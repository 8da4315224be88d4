/**
 * A WaveNet as NeuralAudio's templates run it: chunks of at most 64 frames through the whole network,
 * one pass over memory per step, one linear ring per convolution.
 */
import type { BufferId, Lowered, Reference, Step, Target } from '../../kernel/lowered.ts';
import type { WaveNetNetwork } from '../../nam/network.ts';
import { Lowering, type Place } from '../common/lowering.ts';
import { appendCopy, appendScale } from '../eigen/passes.ts';
import { offsetBy } from '../eigen/product.ts';
import type { TanhKind } from '../engine.ts';
import { appendZero } from '../libc/memset.ts';
import { overheadOf } from './calls.ts';
import data from './compiled-code.json' with { type: 'json' };
import { appendConvolution } from './convolution.ts';
import { LayerWriter } from './layer.ts';
import {
  appendRewind,
  type Chunk,
  maxChunkFrames,
  type PreparedArray,
  prepareArray,
  windowOf,
} from './prepared.ts';
import { Products } from './products.ts';

const chunksOf = (blockFrames: number): Chunk[] => {
  const chunks: Chunk[] = [];
  for (let offset = 0; offset < blockFrames; offset += maxChunkFrames) {
    chunks.push({ offset, frames: Math.min(maxChunkFrames, blockFrames - offset) });
  }
  return chunks;
};

/** `fixed`: sizes are template parameters; else all products take Eigen's way for unknown sizes. */
export const lowerWaveNet = (
  network: WaveNetNetwork,
  target: Target,
  blockFrames: number,
  tanh: TanhKind,
  fixed: boolean,
): Lowered => new WaveNetWriter(network, target, blockFrames, tanh, fixed).lower();

class WaveNetWriter {
  private readonly lowering: Lowering;
  private readonly products: Products;
  private readonly network: WaveNetNetwork;
  private readonly tanh: TanhKind;
  private readonly fixed: boolean;
  private readonly input: BufferId;
  private readonly output: BufferId;

  constructor(
    network: WaveNetNetwork,
    target: Target,
    blockFrames: number,
    tanh: TanhKind,
    fixed: boolean,
  ) {
    this.fixed = fixed;
    this.lowering = new Lowering(target, blockFrames);
    this.products = new Products(this.lowering, fixed);
    this.network = network;
    this.tanh = tanh;
    ({ input: this.input, output: this.output } = this.lowering.io());
  }

  lower(): Lowered {
    const { lowering, network, input, output } = this;
    const arrays = network.arrays.map((array, i) => prepareArray(lowering, array, `array ${i}`));
    const histories = arrays.flatMap(({ layers, headHistory }) => [
      ...layers.map(({ history }) => history),
      headHistory,
    ]);
    for (const history of histories) appendRewind(lowering, history);
    const before = lowering.steps.length;
    const [first, ...others] = chunksOf(lowering.blockFrames);
    if (!first) throw new RangeError('Expected a block of at least one frame.');
    this.chunk(arrays, first);
    const steps = lowering.steps.slice(before);
    for (const chunk of others) {
      if (chunk.frames === first.frames) this.repeat(steps, chunk.offset);
      else this.chunk(arrays, chunk);
    }
    for (const { ring } of histories) lowering.advance('history', ring);
    const layers = arrays.reduce((sum, array) => sum + array.layers.length, 0);
    return lowering.finish('neural-audio', input, output, 6_000 + 900 * layers);
  }

  /** A chunk as long as the first does the same `frames` further on: in the audio and in the rings. */
  private repeat(steps: readonly Step[], frames: number): void {
    const { input, output } = this;
    const isAudio = ({ buffer }: Reference): boolean => buffer === input || buffer === output;
    const moves = (reference: Reference): boolean =>
      reference.ring !== undefined || isAudio(reference);
    const move = (reference: Reference): Reference => {
      const { ring } = reference;
      if (ring) return { ...reference, ring: { id: ring.id, delay: ring.delay - frames } };
      return isAudio(reference) ? offsetBy(reference, frames) : reference;
    };
    for (const step of steps) {
      if (step.step !== 'kernel') throw new RangeError('Expected chunks to leave the rings alone.');
      const same = !step.slots.some(moves);
      this.lowering.steps.push(same ? step : { ...step, slots: step.slots.map(move) });
    }
  }

  private chunk(arrays: readonly PreparedArray[], chunk: Chunk): void {
    const { lowering, network } = this;
    const { frames } = chunk;
    const channels = network.arrays[0]?.channels ?? 1;
    const overhead = overheadOf(lowering, this.products.calls(channels).chunk);
    overhead({ layer: 'input', kind: 'overhead' });
    const condition = lowering.scratch('condition', maxChunkFrames);
    appendCopy(
      lowering,
      { layer: 'input', kind: 'copy' },
      { rows: frames, columns: 1 },
      { at: { buffer: this.input, offset: chunk.offset }, stride: frames },
      { at: condition, stride: frames },
      data.code.copyIn,
    );
    let headInput = lowering.scratch('head array', channels * maxChunkFrames);
    appendZero(lowering, { layer: 'head', kind: 'zero' }, headInput, channels * maxChunkFrames);
    let layerInput = condition;
    arrays.forEach((prepared, a) => {
      const last = a === arrays.length - 1;
      const results = this.array(prepared, `array ${a}`, chunk, {
        condition,
        layerInput,
        headInput,
        // Templates leave the last array's output out where several arrays follow each other.
        needsOutput: !(this.fixed && last && arrays.length > 1),
      });
      headInput = results.head;
      layerInput = results.output;
    });
    appendScale(
      lowering,
      { layer: 'output', kind: 'scale' },
      { rows: frames, columns: 1 },
      { at: headInput, stride: frames },
      { at: { buffer: this.output, offset: chunk.offset }, stride: frames },
      network.headScale,
    );
  }

  private array(
    prepared: PreparedArray,
    name: string,
    chunk: Chunk,
    signals: {
      readonly condition: Reference;
      readonly layerInput: Reference;
      readonly headInput: Reference;
      readonly needsOutput: boolean;
    },
  ): { head: Reference; output: Reference } {
    const { lowering, products } = this;
    const { array, layers, headHistory } = prepared;
    const { condition, headInput } = signals;
    const { frames } = chunk;
    const C = array.channels;
    const first = layers[0]!.history; // readShape refused arrays without layers
    const rechannel = products.pointwise(array.rechannel, frames);
    rechannel(
      { layer: `${name} rechannel`, kind: 'rechannel' },
      {
        weights: prepared.rechannel,
        block: signals.layerInput,
        result: windowOf(lowering, first, chunk),
      },
    );
    const output = lowering.scratch(`${name} outputs`, C * maxChunkFrames);
    const writer = new LayerWriter(lowering, products, this.tanh, C, frames);
    layers.forEach((layer, i) => {
      const next = layers[i + 1];
      const behind = signals.needsOutput ? output : null;
      const result = next ? windowOf(lowering, next.history, chunk) : behind;
      writer.append(`${name} layer ${i}`, layer, chunk, { condition, headInput, result });
    });
    const place: Place = { layer: `${name} head`, kind: 'head' };
    appendCopy(
      lowering,
      { ...place, kind: 'copy' },
      { rows: C * frames, columns: 1 },
      { at: headInput, stride: C * frames },
      { at: windowOf(lowering, headHistory, chunk), stride: C * frames },
      products.calls(C).sum,
    );
    const head = lowering.scratch(`${name} head outputs`, array.headSize * maxChunkFrames);
    const taps = products.taps(array.headRechannel, frames);
    appendConvolution(lowering, place, taps, array.headRechannel, headHistory, chunk, {
      weights: prepared.head,
      bias: prepared.headBias,
      result: head,
    });
    return { head, output };
  }
}
