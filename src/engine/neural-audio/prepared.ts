/** What a NeuralAudio WaveNet holds between chunks: its weights, and one linear ring per convolution. */
import type { Reference, RingId } from '../../kernel/lowered.ts';
import type { Convolution, LayerArray, WaveNetLayer } from '../../nam/network.ts';
import { counts } from '../code.ts';
import { writeCopy } from '../libc/copy.ts';
import type { Lowering } from '../lowering.ts';

export const maxChunkFrames = 64;
/** Chunks between two rewinds of a ring. */
const chunksPerRewind = 25;
/** Rings start so many different chunks before their end, so that they do not rewind together. */
const staggers = 24;

export interface History {
  readonly ring: RingId;
  readonly buffer: number;
  readonly channels: number;
  readonly lookback: number;
  readonly columns: number;
}

/** [tap][in][out], as the templates keep each tap column-major. */
const columnMajor = (conv: Convolution): Float32Array => {
  const { inChannels, outChannels, kernelSize } = conv;
  const out = new Float32Array(conv.weights.length);
  for (let k = 0; k < kernelSize; k++) {
    for (let o = 0; o < outChannels; o++) {
      for (let j = 0; j < inChannels; j++) {
        const from = (k * outChannels + o) * inChannels + j;
        out[(k * inChannels + j) * outChannels + o] = conv.weights[from]!;
      }
    }
  }
  return out;
};

export interface PreparedLayer {
  readonly layer: WaveNetLayer;
  readonly history: History;
  readonly conv: Reference;
  readonly convBias: Reference;
  readonly mixin: Reference;
  readonly one: Reference;
  readonly oneBias: Reference;
}

export interface PreparedArray {
  readonly array: LayerArray;
  readonly layers: readonly PreparedLayer[];
  readonly rechannel: Reference;
  readonly head: Reference;
  readonly headBias: Reference;
  readonly headHistory: History;
}

const historyOf = (
  lowering: Lowering,
  name: string,
  channels: number,
  conv: Convolution,
): History => {
  const { blockFrames } = lowering;
  const lookback = (conv.kernelSize - 1) * conv.dilation;
  const unit = Math.max(maxChunkFrames, blockFrames);
  const room = chunksPerRewind * unit;
  const columns = lookback + room;
  const buffer = lowering.buffer(name, channels * columns, 'history');
  const ring = lowering.ring({
    name,
    buffer,
    channels,
    layout: 'interleaved',
    columns,
    lookback,
    policy: {
      kind: 'linear',
      start: columns - unit * ((lowering.rings.length % staggers) + 1),
    },
  });
  return { ring, buffer, channels, lookback, columns };
};

/** Moves the lookback to the front where the next block does not fit. */
export const appendRewind = (
  lowering: Lowering,
  { ring, buffer, channels, lookback, columns }: History,
): void => {
  const { blockFrames } = lowering;
  const floats = channels * lookback;
  const copy = lowering.template(`neural-audio/rewind/${floats}`, (b) =>
    writeCopy(b, lowering.target, floats, counts('int 20 branch 8 load_int 4')),
  );
  lowering.ringStep({
    layer: 'history',
    kind: 'ring',
    perBlock: 1 / Math.floor((columns - lookback) / blockFrames),
    action: 'rewind',
    ring,
    templates: [
      {
        template: copy,
        times: 1,
        slots: [
          lowering.stack,
          { buffer, offset: channels * (columns - lookback) },
          { buffer, offset: 0 },
        ],
      },
    ],
  });
};

/** The weights and rings of one array. */
export const prepareArray = (
  lowering: Lowering,
  array: LayerArray,
  name: string,
): PreparedArray => {
  const weights = (what: string, data: Float32Array): Reference =>
    lowering.weights(`${name} ${what}`, data);
  const layers = array.layers.map((layer, i) => {
    const { conv, inputMixin, layer1x1 } = layer;
    const zeros = new Float32Array(array.channels);
    return {
      layer,
      history: historyOf(lowering, `${name} layer ${i}`, array.channels, conv),
      conv: weights(`layer ${i} conv`, columnMajor(conv)),
      convBias: weights(`layer ${i} bias`, conv.bias ?? zeros),
      mixin: weights(`layer ${i} mixin`, columnMajor(inputMixin)),
      one: weights(`layer ${i} 1x1`, columnMajor(layer1x1!)), // readShape refused layers without
      oneBias: weights(`layer ${i} 1x1 bias`, layer1x1!.bias ?? zeros),
    };
  });
  const { rechannel, headRechannel } = array;
  return {
    array,
    layers,
    rechannel: weights('rechannel', columnMajor(rechannel)),
    head: weights('head', columnMajor(headRechannel)),
    headBias: weights('head bias', headRechannel.bias ?? new Float32Array(array.headSize)),
    headHistory: historyOf(lowering, `${name} head`, array.channels, headRechannel),
  };
};
