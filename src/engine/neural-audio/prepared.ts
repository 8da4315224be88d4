/** What a NeuralAudio WaveNet holds between chunks: its weights, and one linear ring per convolution. */
import type { Reference, RingId } from '../../kernel/lowered.ts';
import type { Convolution, LayerArray, WaveNetLayer } from '../../nam/network.ts';
import { interleavedRing, type Lowering } from '../common/lowering.ts';
import { writeCopy } from '../libc/memory.ts';
import { tapMatrices } from '../nam-core/weights.ts';
import data from './compiled-code.json' with { type: 'json' };

export const maxChunkFrames = 64;
/** Chunks between two rewinds of a ring. */
const chunksPerRewind = 25;
/** Rings start so many different chunks before their end, so that they do not rewind together. */
const staggers = 24;

/** A part of the block that goes through the whole network before the next one. */
export type Chunk = Readonly<Record<'offset' | 'frames', number>>;

export interface History {
  readonly ring: RingId;
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

const historyOf = (low: Lowering, name: string, channels: number, conv: Convolution): History => {
  const { blockFrames } = low;
  const lookback = (conv.kernelSize - 1) * conv.dilation;
  const unit = Math.max(maxChunkFrames, blockFrames);
  const room = chunksPerRewind * unit;
  const columns = lookback + room;
  const start = columns - unit * ((low.rings.length % staggers) + 1);
  const policy = { kind: 'linear', start } as const;
  const ring = interleavedRing(low, { name, channels, columns, lookback, policy });
  return { ring, channels, lookback, columns };
};

/** The frames of a chunk as a ring has them, `delay` frames back. */
export const windowOf = (low: Lowering, { ring }: History, chunk: Chunk, delay = 0): Reference =>
  low.history(ring, delay - chunk.offset);

/** Moves the lookback to the front where the next block does not fit. */
export const appendRewind = (low: Lowering, { ring, channels, lookback, columns }: History) => {
  const floats = channels * lookback;
  const room = columns - lookback;
  const copy = low.template(`neural-audio/rewind/${floats}`, (b) =>
    writeCopy(b, floats, data.code.rewind),
  );
  const move = [low.frontOf(ring, channels * room), low.frontOf(ring)] as const;
  const perBlock = 1 / Math.floor(room / low.blockFrames);
  low.ringCopy({ layer: 'history', kind: 'ring' }, 'rewind', ring, copy, move, { perBlock });
};

/** The weights and rings of one array. */
export const prepareArray = (low: Lowering, array: LayerArray, name: string): PreparedArray => {
  const weights = (what: string, data: Float32Array) => low.weights(`${name} ${what}`, data);
  const biasOf = ({ bias, outChannels }: Convolution) => bias ?? new Float32Array(outChannels);
  const layers = array.layers.map((layer, i) => {
    const { conv, inputMixin, layer1x1 } = layer;
    if (!layer1x1) throw new RangeError('Expected a layer1x1 in every layer.');
    return {
      layer,
      history: historyOf(low, `${name} layer ${i}`, array.channels, conv),
      conv: weights(`layer ${i} conv`, tapMatrices(conv)),
      convBias: weights(`layer ${i} bias`, biasOf(conv)),
      mixin: weights(`layer ${i} mixin`, tapMatrices(inputMixin)),
      one: weights(`layer ${i} 1x1`, tapMatrices(layer1x1)),
      oneBias: weights(`layer ${i} 1x1 bias`, biasOf(layer1x1)),
    };
  });
  const { rechannel, headRechannel } = array;
  return {
    array,
    layers,
    rechannel: weights('rechannel', tapMatrices(rechannel)),
    head: weights('head', tapMatrices(headRechannel)),
    headBias: weights('head bias', biasOf(headRechannel)),
    headHistory: historyOf(low, `${name} head`, array.channels, headRechannel),
  };
};
