/** The player's fork of NAM Core: A2 with a fused layer of eight channels, and A1 of two arrays layer by layer in the same form. */
import type { Lowered, Reference, Target } from '../../kernel/lowered.ts';
import type { Activation, Convolution, LayerArray, WaveNetNetwork } from '../../nam/network.ts';
import { type Label, Lowering } from '../common/lowering.ts';
import { resolveTanh } from '../eigen/activation.ts';
import type { TanhKind } from '../engine.ts';
import { appendZero, writeMemcpy } from '../libc/memory.ts';
import type { AppendLayer, Blocks } from '../nam-core-a2fast/wavenet.ts';
import { appendInput, appendOutput, appendRing, lowerA2 } from '../nam-core-a2fast/wavenet.ts';
import { packed, packedLayer, rowOf, writeLayer, writeMatrix } from './fused-layer.ts';

const engine = 'tmp-nam';

/** The longest block that the player prepares a model for: 32 frames at the model's rate and 64 more. */
const mostFrames = (blockFrames: number): number => blockFrames + 64;

type LayerBlocks = Omit<Blocks, 'z'>;

const fusedLayer =
  (low: Lowering, blocks: LayerBlocks, channels: number, activation: Activation): AppendLayer =>
  ({ layer }, { conv, mixin, matrix }, taps) => {
    const shape = { channels, taps: taps.length, frames: low.blockFrames, activation };
    const name = `tmp-nam/layer/${channels}/k${shape.taps}/${shape.frames}/${activation.type}`;
    low.kernel(
      { layer, kind: 'layer' },
      low.template(name, (b) => writeLayer(b, shape)),
      [
        low.weights(`${layer} weights`, packedLayer(conv, mixin, matrix)),
        blocks.condition,
        blocks.headSum,
        blocks.signal,
        ...taps,
      ],
    );
  };

export const lowerTmpA2 = (network: WaveNetNetwork, target: Target, frames: number): Lowered => {
  const activation = network.arrays[0]?.layers[0]?.activation ?? { type: 'LeakyReLU' };
  return lowerA2(network, target, frames, {
    engine,
    mirrored: mostFrames(frames),
    fullLayer: (low, blocks, channels) => fusedLayer(low, blocks, channels, activation),
  });
};

/** Whole vectors of a row, where a pass of the A2 takes channels as they come. */
const padded = (conv: Convolution): Float32Array => {
  const out = new Float32Array(rowOf(Math.max(conv.inChannels, conv.outChannels)));
  out.set(conv.weights);
  return out;
};

export const lowerA1 = (
  network: WaveNetNetwork,
  target: Target,
  frames: number,
  tanh: TanhKind,
): Lowered => {
  const low = new Lowering(target, frames);
  const { input, output } = low.io();
  const condition = low.scratch('condition', frames);
  const matrix = (place: Label, conv: Convolution, from: Reference, to: Reference): void => {
    const { inChannels: inputs, outChannels: outputs } = conv;
    const name = `tmp-nam/matrix/${inputs}x${outputs}/${frames}`;
    const template = low.template(name, (b) => writeMatrix(b, inputs, outputs, frames));
    const weights = low.weights(`${place.layer} ${place.kind}`, Float32Array.from(packed(conv)));
    low.kernel(place, template, [weights, from, to]);
  };
  let before: { readonly array: LayerArray; readonly blocks: LayerBlocks } | null = null;
  for (const [index, array] of network.arrays.entries()) {
    const { channels, rechannel, layers } = array;
    const row = rowOf(channels);
    const block = (name: string): Reference => low.scratch(`${name} ${index}`, row * frames);
    const blocks = { condition, signal: block('signal'), headSum: block('head sum') };
    const layer = `array ${index}`;
    if (before === null) {
      appendInput(low, row, padded(rechannel), input, blocks);
      appendZero(low, { layer: 'head', kind: 'zero' }, blocks.headSum, row * frames);
    } else {
      const { headSum, signal } = before.blocks;
      matrix({ layer, kind: 'head' }, before.array.headRechannel, headSum, blocks.headSum);
      matrix({ layer, kind: 'rechannel' }, rechannel, signal, blocks.signal);
    }
    const appendLayer = fusedLayer(low, blocks, channels, resolveTanh({ type: 'Tanh' }, tanh));
    const copy = low.template(`memcpy/${row * frames}`, (b) => writeMemcpy(b, row * frames));
    for (const [i, { conv, inputMixin: mixin, layer1x1 }] of layers.entries()) {
      if (!layer1x1) throw new RangeError('Expected a layer1x1 in every layer.');
      const place = { layer: `${layer} layer ${i}`, kind: 'layer' };
      const form = { ...conv, inChannels: row };
      const { ring, taps } = appendRing(low, place, form, blocks.signal, copy, mostFrames(frames));
      appendLayer(place, { conv, mixin, matrix: layer1x1 }, taps);
      low.advance(place.layer, ring);
    }
    before = { array, blocks };
  }
  if (before === null) throw new RangeError('Expected a layer array.');
  const { headRechannel: head, channels } = before.array;
  const whole = { ...head, inChannels: rowOf(channels), weights: padded(head) };
  appendOutput(low, whole, network.headScale, before.blocks.headSum, output);
  return low.finish(engine, input, output, 12 * 1024);
};
