/**
 * WaveNets of plain layers: one kernel per layer computes convolution, mixin, activation, head sum,
 * 1x1 and residual tile by tile, and writes straight into the next layer's history.
 */
import type { Reference, RingId } from '../../kernel/lowered.ts';
import type { Convolution, LayerArray, WaveNetLayer, WaveNetNetwork } from '../../nam/network.ts';
import { activate } from './activations.ts';
import { convolveBlock, outputBlocks, packConvolution, seedBlock, shapeOf } from './convolution.ts';
import { convolve } from './generic.ts';
import { mostVectors } from './kit.ts';
import type { Lowering, Signal } from './lowering.ts';

/** Whether every layer has the plain form; others run operation by operation. */
export function isPlainWaveNet(network: WaveNetNetwork): boolean {
  return (
    network.conditionDsp === null &&
    network.head === null &&
    network.inChannels === 1 &&
    network.arrays.every((array) => array.layers.every((layer) => isPlain(array, layer)))
  );
}

function isPlain(array: LayerArray, layer: WaveNetLayer): boolean {
  return (
    layer.gating === 'none' &&
    layer.head1x1 === null &&
    layer.layer1x1 !== null &&
    layer.layer1x1.groups === 1 &&
    layer.conv.groups === 1 &&
    layer.inputMixin.groups === 1 &&
    layer.inputMixin.bias === null &&
    layer.bottleneck === array.channels &&
    layer.conv.outChannels === array.channels &&
    Object.keys(layer.films).length === 0 &&
    (layer.activation.negativeSlopes?.length ?? 1) === 1
  );
}

export function lowerPlainWaveNet(low: Lowering, network: WaveNetNetwork): [Signal, Signal] {
  const input = low.signal('input', 1, 'io');
  const output = low.signal('output', 1, 'io');
  let source = input;
  let head: { signal: Signal; ring: RingId | null; fresh: boolean } | null = null;

  network.arrays.forEach((array, index) => {
    const name = `array ${index}`;
    const last = index === network.arrays.length - 1;
    // The histories of the array's layers, and of its head where that looks back.
    const rings = array.layers.map(({ conv }, layer) => {
      const lookback = (conv.kernelSize - 1) * conv.dilation;
      return low.ring(`${name} layer ${layer} history`, array.channels, lookback);
    });
    const headBack = (array.headRechannel.kernelSize - 1) * array.headRechannel.dilation;
    let sum: { signal: Signal; ring: RingId | null; fresh: boolean };
    if (headBack > 0) {
      const ring = low.ring(`${name} head history`, array.headRechannel.inChannels, headBack);
      low.rewind(`${name} head`, ring);
      sum = { signal: low.inRing(ring), ring, fresh: true };
      if (head) {
        low.write(`${name} head`, ring, head.signal);
        sum.fresh = false;
      }
    } else if (head) sum = head;
    else {
      const signal = low.signal(`${name} head`, array.headRechannel.inChannels);
      sum = { signal, ring: null, fresh: true };
    }

    const first = rings[0];
    if (first !== undefined) {
      low.rewind(`${name} layer 0`, first);
      const at = low.inRing(first);
      convolve(low, `${name} rechannel`, array.rechannel, source, at, { kind: 'rechannel' });
    }
    const outputs = last ? null : low.signal(`${name} output`, array.channels);
    array.layers.forEach((layer, number) => {
      const ring = rings[number]!;
      const next = rings[number + 1];
      if (next !== undefined) low.rewind(`${name} layer ${number + 1}`, next);
      const target = next === undefined ? outputs : low.inRing(next);
      const place = `${name} layer ${number}`;
      lowerLayer(low, place, layer, ring, input, sum.signal, sum.fresh, target);
      sum.fresh = false;
      low.advance(place, ring);
    });

    const headOutput = last
      ? output
      : low.signal(`${name} head output`, array.headRechannel.outChannels);
    const from = sum.ring === null ? sum.signal : low.inRing(sum.ring, headBack);
    const options = { kind: 'headRechannel', ...(last ? { scale: network.headScale } : {}) };
    convolve(low, `${name} head`, array.headRechannel, from, headOutput, options);
    if (sum.ring !== null) low.advance(`${name} head`, sum.ring);
    head = { signal: headOutput, ring: null, fresh: false };
    if (outputs) source = outputs;
  });
  return [input, output];
}

function lowerLayer(
  low: Lowering,
  place: string,
  layer: WaveNetLayer,
  ring: RingId,
  condition: Signal,
  head: Signal,
  freshHead: boolean,
  target: Signal | null,
): void {
  const { options } = low;
  const { conv, inputMixin: mixin, activation } = layer;
  const oneByOne = layer.layer1x1 as Convolution;
  const lookback = (conv.kernelSize - 1) * conv.dilation;
  const history = low.inRing(ring, lookback);
  const tile = low.tile(conv.outChannels);
  const shape = shapeOf(conv);
  const blocks = outputBlocks(shape, tile.outputs);
  // One block of outputs stays in registers for the 1x1; more go through a tile of memory.
  const inRegisters = blocks.length === 1;
  const tileFloats = conv.outChannels * mostVectors * options.target.lanes;

  const packed: number[] = packConvolution(conv, tile.outputs);
  const mixinAt = packed.length;
  for (const block of blocks) {
    for (let c = 0; c < mixin.inChannels; c++) {
      for (let o = 0; o < block.count; o++) {
        packed.push(mixin.weights[(block.first + o) * mixin.inChannels + c] ?? 0);
      }
    }
  }
  const oneAt = packed.length;
  const oneShape = shapeOf(oneByOne);
  const oneTile = inRegisters
    ? Math.max(1, Math.min(tile.outputs, Math.floor(tile.outputs / 2)))
    : tile.outputs;
  const oneBlocks = outputBlocks(oneShape, oneTile);
  if (target) packed.push(...packConvolution(oneByOne, oneTile));
  const weights = low.weights(`${place} weights`, packed);

  const slots: Record<string, Reference> = {
    input: history.reference,
    weights,
    condition: condition.reference,
    head: head.reference,
    ...(target ? { output: target.reference } : {}),
    ...(target && !inRegisters
      ? { activated: { buffer: low.buffer(`${place} tile`, tileFloats, 'stack'), offset: 0 } }
      : {}),
  };
  const description = {
    ...shape,
    tile,
    mixin: mixin.inChannels,
    activation,
    freshHead,
    planes: [history.plane, condition.plane, head.plane, target?.plane ?? 0],
    outputs: target ? oneByOne.outChannels : 0,
  };
  low.kernel({ layer: place, kind: 'layer' }, description, slots, (kit, slot) => {
    const b = kit.builder;
    kit.tiles(options.blockFrames, tile.vectors, (piece, frame) => {
      const { lanes, vectors, start } = piece;
      const tilePlane = vectors * lanes;
      let offset = 0;
      let mixinOffset = mixinAt;
      let kept: number[][] = [];
      const operands = {
        input: slot.input!,
        inputPlane: history.plane,
        weights: slot.weights!,
      };
      for (const block of blocks) {
        const { acc, next } = convolveBlock(kit, piece, frame, shape, block, operands, offset);
        offset = next;
        for (let c = 0; c < mixin.inChannels; c++) {
          const weight = kit.weights(slot.weights!, mixinOffset, block.count, lanes);
          mixinOffset += block.count;
          for (let v = 0; v < vectors; v++) {
            const from = c * condition.plane + start + v * lanes;
            const x = b.load(b.at(slot.condition!, from, frame), lanes);
            acc.forEach((row, o) => {
              kit.mac(x, weight[o]!, row[v]!, lanes);
            });
          }
        }
        kept = acc.map((row, o) =>
          row.map((sum, v) => {
            const value = activate(kit, activation, sum, lanes, { tanh: options.tanh });
            const channel = block.first + o;
            const at = b.at(slot.head!, channel * head.plane + start + v * lanes, frame);
            if (freshHead) b.store(value, at, lanes);
            else b.store(b.binary('add', b.load(at, lanes), value, lanes), at, lanes);
            if (target && !inRegisters) {
              b.store(value, b.at(slot.activated!, channel * tilePlane + v * lanes), lanes);
            }
            return value;
          }),
        );
      }
      if (!target) return;
      offset = oneAt;
      for (const block of oneBlocks) {
        const activated = {
          input: slot.activated ?? 0,
          inputPlane: tilePlane,
          weights: slot.weights!,
        };
        const inTile = { ...piece, start: 0 };
        const still = { loop: frame.loop, stride: 0 };
        const made = inRegisters
          ? productOfRegisters(kit, piece, kept, block, slot.weights!, offset)
          : convolveBlock(kit, inTile, still, oneShape, block, activated, offset);
        offset = made.next;
        made.acc.forEach((row, o) => {
          row.forEach((sum, v) => {
            const channel = block.first + o;
            const frameAt = start + v * lanes;
            const newest = channel * history.plane + lookback + frameAt;
            const residual = b.load(b.at(slot.input!, newest, frame), lanes);
            const value = b.binary('add', residual, sum, lanes);
            b.store(value, b.at(slot.output!, channel * target.plane + frameAt, frame), lanes);
          });
        });
      }
    });
  });
}

/** A 1x1 convolution whose inputs [channel][vector] are in registers. */
function productOfRegisters(
  kit: Parameters<typeof convolveBlock>[0],
  piece: Parameters<typeof convolveBlock>[1],
  inputs: readonly (readonly number[])[],
  block: { readonly count: number },
  weights: number,
  offset: number,
): { acc: number[][]; next: number } {
  const acc = seedBlock(kit, piece, weights, offset, block.count);
  let at = offset + block.count;
  for (const input of inputs) {
    const row = kit.weights(weights, at, block.count, piece.lanes);
    at += block.count;
    row.forEach((weight, o) => {
      input.forEach((x, v) => {
        kit.mac(x, weight, acc[o]![v]!, piece.lanes);
      });
    });
  }
  return { acc, next: at };
}
