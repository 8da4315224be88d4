/**
 * A WaveNet as NeuralAudio's templates run it: chunks of at most 64 frames through the whole network,
 * one pass over memory per step, one linear ring per convolution.
 */
import type { Lowered, Reference, Target } from '../../kernel/lowered.ts';
import type { Convolution, WaveNetNetwork } from '../../nam/network.ts';
import { type Counts, counts } from '../code.ts';
import { appendCopy, appendScale } from '../eigen/passes.ts';
import { appendProduct } from '../eigen/product.ts';
import type { TanhKind } from '../engine.ts';
import { appendZero } from '../libc/memset.ts';
import { Lowering, type Place } from '../lowering.ts';
import { appendChunkActivation } from './activation.ts';
import { type Calls, callsOf, sumRound } from './build.ts';
import {
  appendBiasColumns,
  appendHandProduct,
  appendMixin,
  appendOverhead,
  appendSmallProduct,
  appendSum,
} from './passes.ts';
import {
  appendRewind,
  type History,
  maxChunkFrames,
  type PreparedArray,
  type PreparedLayer,
  prepareArray,
} from './prepared.ts';

interface Chunk {
  readonly offset: number;
  readonly frames: number;
}

const chunksOf = (blockFrames: number): Chunk[] => {
  const chunks: Chunk[] = [];
  for (let offset = 0; offset < blockFrames; offset += maxChunkFrames) {
    chunks.push({ offset, frames: Math.min(maxChunkFrames, blockFrames - offset) });
  }
  return chunks;
};

/** Sizes with a kernel of their own, as in x out. */
const handSizes = ['3x3', '8x1', '3x1', '1x3'];
/** Code for unknown sizes is that for many channels. */
const dynamicChannels = 16;

const moved = (reference: Reference, floats: number): Reference => ({
  ...reference,
  offset: reference.offset + floats,
});

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
  private readonly network: WaveNetNetwork;
  private readonly tanh: TanhKind;
  private readonly blockFrames: number;
  private readonly fixed: boolean;

  constructor(
    network: WaveNetNetwork,
    target: Target,
    blockFrames: number,
    tanh: TanhKind,
    fixed: boolean,
  ) {
    this.fixed = fixed;
    this.lowering = new Lowering(target, blockFrames);
    this.network = network;
    this.tanh = tanh;
    this.blockFrames = blockFrames;
  }

  private hasHand(inChannels: number, outChannels: number): boolean {
    return this.fixed && handSizes.includes(`${inChannels}x${outChannels}`);
  }

  private calls(channels: number): Calls {
    return callsOf(this.fixed ? channels : dynamicChannels, this.lowering.target.lanes);
  }

  lower(): Lowered {
    const { lowering, network, blockFrames } = this;
    const input = lowering.buffer('audio in', blockFrames, 'io');
    const output = lowering.buffer('audio out', blockFrames, 'io');
    const arrays = network.arrays.map((array, i) => prepareArray(lowering, array, `array ${i}`));
    const histories = arrays.flatMap(({ layers, headHistory }) => [
      ...layers.map(({ history }) => history),
      headHistory,
    ]);
    for (const history of histories) appendRewind(lowering, history);
    for (const chunk of chunksOf(blockFrames)) {
      this.chunk(arrays, chunk, { buffer: input, offset: chunk.offset }, output);
    }
    for (const { ring } of histories) lowering.advance('history', ring);
    const layers = arrays.reduce((sum, array) => sum + array.layers.length, 0);
    return lowering.finish('neural-audio', input, output, 6_000 + 900 * layers);
  }

  private place(history: History, chunk: Chunk, delay: number): Reference {
    return {
      buffer: history.buffer,
      offset: 0,
      ring: { id: history.ring, delay: delay - chunk.offset },
    };
  }

  private chunk(
    arrays: readonly PreparedArray[],
    chunk: Chunk,
    input: Reference,
    output: number,
  ): void {
    const { lowering, network } = this;
    const { frames } = chunk;
    const top = { layer: 'input', kind: 'overhead' };
    const channels = network.arrays[0]?.channels ?? 1;
    appendOverhead(lowering, top, this.calls(channels).chunk);
    const condition = lowering.scratch('condition', maxChunkFrames);
    appendCopy(
      lowering,
      { layer: 'input', kind: 'copy' },
      { rows: frames, columns: 1 },
      { at: input, stride: frames },
      { at: condition, stride: frames },
      counts('int 20 branch 8'),
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
      { at: { buffer: output, offset: chunk.offset }, stride: frames },
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
    const { lowering } = this;
    const { array, layers, headHistory } = prepared;
    const { frames } = chunk;
    const C = array.channels;
    const first = layers[0]!.history; // readShape refused arrays without layers
    this.product({ layer: `${name} rechannel`, kind: 'rechannel' }, array.rechannel, chunk, {
      weights: prepared.rechannel,
      block: signals.layerInput,
      result: this.place(first, chunk, 0),
    });
    const output = lowering.scratch(`${name} outputs`, C * maxChunkFrames);
    layers.forEach((layer, i) => {
      const next = layers[i + 1];
      const needs = next !== undefined || signals.needsOutput;
      this.layer(layer, `${name} layer ${i}`, chunk, C, signals, {
        result: next ? this.place(next.history, chunk, 0) : output,
        needs,
      });
    });
    const place: Place = { layer: `${name} head`, kind: 'head' };
    const window = this.place(headHistory, chunk, 0);
    appendCopy(
      lowering,
      { ...place, kind: 'copy' },
      { rows: C * frames, columns: 1 },
      { at: signals.headInput, stride: C * frames },
      { at: window, stride: C * frames },
      this.calls(C).sum,
    );
    const head = lowering.scratch(`${name} head outputs`, array.headSize * maxChunkFrames);
    this.convolution(place, array.headRechannel, headHistory, chunk, {
      weights: prepared.head,
      bias: prepared.headBias,
      result: head,
    });
    return { head, output };
  }

  private layer(
    { layer, history, conv, convBias, mixin, one, oneBias }: PreparedLayer,
    name: string,
    chunk: Chunk,
    C: number,
    signals: { readonly condition: Reference; readonly headInput: Reference },
    to: { readonly result: Reference; readonly needs: boolean },
  ): void {
    const { lowering } = this;
    const calls = this.calls(C);
    const { frames } = chunk;
    const place = (kind: string): Place => ({ layer: name, kind });
    const state = lowering.scratch(`state of ${C}`, C * maxChunkFrames);
    appendOverhead(lowering, place('overhead'), calls.layer);
    this.convolution(place('conv'), layer.conv, history, chunk, {
      weights: conv,
      bias: convBias,
      result: state,
    });
    this.outer(place('mixin'), C, frames, false, calls.mixin, {
      weights: mixin,
      block: signals.condition,
      result: state,
    });
    const floats = C * frames;
    appendChunkActivation(
      lowering,
      place('activation'),
      floats,
      layer.activation,
      this.tanh,
      state,
      calls,
    );
    const { headInput } = signals;
    const sum = { floats, round: sumRound(C), call: calls.sum };
    appendSum(lowering, place('head'), sum, { a: headInput, b: state, result: headInput });
    if (!to.needs) return;
    this.layer1x1(place('layer1x1'), C, chunk, { state, one, oneBias, result: to.result });
    const residual = this.place(history, chunk, 0);
    const onto = { a: to.result, b: residual, result: to.result };
    appendSum(lowering, place('residual'), sum, onto);
  }

  /** result = one * state + bias; without a hand kernel through a temporary from the heap. */
  private layer1x1(
    place: Place,
    C: number,
    { frames }: Chunk,
    at: { state: Reference; one: Reference; oneBias: Reference; result: Reference },
  ): void {
    const { lowering } = this;
    const calls = this.calls(C);
    if (this.hasHand(C, C)) {
      appendHandProduct(
        lowering,
        place,
        { rows: C, depth: C, columns: frames, start: 'bias', call: calls.layer1x1 },
        { weights: at.one, block: at.state, result: at.result, bias: at.oneBias },
      );
      return;
    }
    appendOverhead(lowering, { ...place, kind: 'heap' }, calls.heap);
    appendOverhead(lowering, { ...place, kind: 'overhead' }, calls.layer1x1);
    const temporary = lowering.scratch('temporary', C * maxChunkFrames);
    this.plain(place, C, C, frames, false, calls.bias, {
      weights: at.one,
      block: at.state,
      result: temporary,
    });
    appendBiasColumns(
      lowering,
      { ...place, kind: 'bias' },
      { rows: C, columns: frames, call: calls.layer1x1 },
      { block: temporary, bias: at.oneBias, result: at.result },
    );
  }

  /** result = (or +=) weights * block without a hand kernel. */
  private plain(
    place: Place,
    depth: number,
    rows: number,
    columns: number,
    accumulate: boolean,
    call: Counts,
    at: { weights: Reference; block: Reference; result: Reference },
  ): void {
    const { lowering } = this;
    if (this.fixed && (Math.max(depth, rows) < 8 || Math.min(depth, rows) === 1)) {
      const small = { rows, depth, columns, accumulate, bias: false, call };
      appendSmallProduct(lowering, place, small, at);
      return;
    }
    if (!accumulate) appendZero(lowering, place, at.result, rows * columns);
    appendOverhead(lowering, { ...place, kind: 'overhead' }, call);
    const strides = { weightStride: rows, blockStride: depth, resultStride: rows };
    appendProduct(lowering, place, { rows, depth, columns, ...strides }, at);
  }

  /** result = (or +=) weights (rows x 1) * condition. */
  private outer(
    place: Place,
    rows: number,
    columns: number,
    assign: boolean,
    call: Counts,
    at: { weights: Reference; block: Reference; result: Reference },
  ): void {
    if (!this.fixed) {
      this.plain(place, 1, rows, columns, !assign, call, at);
      return;
    }
    const { weights, block: condition, result } = at;
    const shape = { rows, columns, assign, call };
    appendMixin(this.lowering, place, shape, { weights, condition, result });
  }

  private product(
    place: Place,
    conv: Convolution,
    { frames }: Chunk,
    at: { weights: Reference; block: Reference; result: Reference },
  ): void {
    const { inChannels, outChannels } = conv;
    const calls = this.calls(Math.max(inChannels, outChannels));
    if (inChannels === 1) this.outer(place, outChannels, frames, true, calls.mixin, at);
    else this.plain(place, inChannels, outChannels, frames, false, calls.tap, at);
  }

  /** Tap by tap over the chunk, then the bias, unless it is where a hand kernel's sums start. */
  private convolution(
    place: Place,
    conv: Convolution,
    history: History,
    chunk: Chunk,
    at: { weights: Reference; bias: Reference; result: Reference },
  ): void {
    const { lowering } = this;
    const { inChannels, outChannels, kernelSize, dilation } = conv;
    const { frames } = chunk;
    const calls = this.calls(inChannels);
    const hand = this.hasHand(inChannels, outChannels) && conv.bias !== null;
    for (let k = 0; k < kernelSize; k++) {
      const operands = {
        weights: moved(at.weights, k * inChannels * outChannels),
        block: this.place(history, chunk, (kernelSize - 1 - k) * dilation),
        result: at.result,
      };
      if (hand) {
        appendHandProduct(
          lowering,
          place,
          {
            rows: outChannels,
            depth: inChannels,
            columns: frames,
            start: k === 0 ? 'bias' : 'accumulate',
            call: calls.tap,
          },
          { ...operands, bias: at.bias },
        );
      } else {
        this.plain(place, inChannels, outChannels, frames, k > 0, calls.tap, operands);
      }
    }
    if (conv.bias === null || hand) return;
    appendBiasColumns(
      lowering,
      { ...place, kind: 'bias' },
      { rows: outChannels, columns: frames, call: calls.bias },
      { block: at.result, bias: at.bias, result: at.result },
    );
  }
}
