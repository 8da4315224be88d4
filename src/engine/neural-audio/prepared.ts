/** What a NeuralAudio WaveNet holds between chunks: its weights, and one linear ring per convolution. */
import type { Reference, RingId } from '../../kernel/lowered.ts';
import type { Convolution, LayerArray, WaveNetLayer } from '../../nam/network.ts';
import { counts } from '../common/code.ts';
import type { Lowering } from '../common/lowering.ts';
import { writeCopy } from '../libc/copy.ts';
import { tapMatrices } from '../nam-core/weights.ts';

export const maxChunkFrames = 64;
/** Chunks between two rewinds of a ring. */
const chunksPerRewind = 25;
/** Rings start so many different chunks before their end, so that they do not rewind together. */
const staggers = 24;

/** A part of the block that goes through the whole network before the next one. */
export interface Chunk {
  readonly offset: number;
  readonly frames: number;
}

export interface History {
  readonly ring: RingId;
  readonly buffer: number;
  readonly channels: number;
  readonly lookback: number;
  readonly columns: number;
}

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

/** The frames of a chunk as a ring has them, `delay` frames back. */
export const windowOf = (history: History, chunk: Chunk, delay = 0): Reference => ({
  buffer: history.buffer,
  offset: 0,
  ring: { id: history.ring, delay: delay - chunk.offset },
});

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
    const zeros = (): Float32Array => new Float32Array(array.channels);
    return {
      layer,
      history: historyOf(lowering, `${name} layer ${i}`, array.channels, conv),
      conv: weights(`layer ${i} conv`, tapMatrices(conv)),
      convBias: weights(`layer ${i} bias`, conv.bias ?? zeros()),
      mixin: weights(`layer ${i} mixin`, tapMatrices(inputMixin)),
      one: weights(`layer ${i} 1x1`, tapMatrices(layer1x1!)), // readShape refused layers without
      oneBias: weights(`layer ${i} 1x1 bias`, layer1x1!.bias ?? zeros()),
    };
  });
  const { rechannel, headRechannel } = array;
  return {
    array,
    layers,
    rechannel: weights('rechannel', tapMatrices(rechannel)),
    head: weights('head', tapMatrices(headRechannel)),
    headBias: weights('head bias', headRechannel.bias ?? new Float32Array(array.headSize)),
    headHistory: historyOf(lowering, `${name} head`, array.channels, headRechannel),
  };
};
