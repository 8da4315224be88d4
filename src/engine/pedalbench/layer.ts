/**
 * One plain WaveNet layer as one kernel: convolution, mixin, activation, head sum, 1x1 and residual.
 * Few channels stay in registers throughout. More go through planes of activated frames, in loops
 * short enough for a core's decoded-instruction cache.
 */
import type { Term } from '../../kernel/builder.ts';
import type { Register } from '../../kernel/instruction.ts';
import type { Reference, RingId } from '../../kernel/lowered.ts';
import type { Activation, Convolution, WaveNetLayer } from '../../nam/network.ts';
import { remember } from '../../units/remember.ts';
import { activate } from './activations.ts';
import {
  type BlockPlace,
  convolutionFloats,
  convolveBlock,
  forBlocks,
  type OutputBlock,
  outputBlocks,
  packColumns,
  packConvolution,
  packedFloats,
  seedBlock,
  shapeOf,
} from './convolution.ts';
import type { Kit, Piece } from './kit.ts';
import { type Lowering, padded, type Signal, slotsForTaps } from './lowering.ts';

/** What a layer reads and writes. */
export interface LayerSignals {
  /** Its history; the block's frames are there already. */
  readonly ring: RingId;
  readonly condition: Signal;
  readonly head: Signal;
  /** Whether the head sum starts with this layer. */
  readonly freshHead: boolean;
  /** Scratch for the activated frames of the block. */
  readonly activated: Signal;
  /** Where the residual goes; null where nobody reads it. */
  readonly target: Signal | null;
}

/** Activations of a few instructions, done while the sums are in registers. */
const cheap: ReadonlySet<Activation['type']> = new Set([
  'Identity',
  'ReLU',
  'LeakyReLU',
  'PReLU',
  'Hardtanh',
]);

export function lowerLayer(
  low: Lowering,
  place: string,
  layer: WaveNetLayer,
  signals: LayerSignals,
): void {
  const { blockFrames, tanh } = low.options;
  const { conv, inputMixin: mixin, activation } = layer;
  const { condition, head, freshHead, activated, target } = signals;
  const oneByOne = layer.layer1x1 as Convolution;
  const lookback = (conv.kernelSize - 1) * conv.dilation;
  const history = low.inRing(signals.ring, lookback);
  const tile = low.tile(conv.outChannels);
  const shape = shapeOf(conv);
  const oneShape = shapeOf(oneByOne);
  const blocks = outputBlocks(shape, tile.outputs);
  const inline = cheap.has(activation.type);
  const inRegisters = inline && blocks.length === 1;
  // With the inputs in registers there is room for half as many sums.
  const oneTile = inRegisters ? Math.max(1, Math.floor(tile.outputs / 2)) : tile.outputs;
  const oneBlocks = outputBlocks(oneShape, oneTile);

  const mixinAt = convolutionFloats(conv);
  const oneAt = mixinAt + mixin.outChannels * mixin.inChannels;
  const packed = packLayer(layer, tile.outputs, target ? oneTile : null);

  const tapSlots = slotsForTaps(low.options.target, conv.inChannels);
  const taps = Array.from(
    { length: tapSlots ? conv.kernelSize : 1 },
    (_, tap): [string, Reference] => [
      `input${tap}`,
      low.inRing(signals.ring, lookback - tap * conv.dilation).reference,
    ],
  );
  const newestTap = taps.length - 1;
  const slots: Record<string, Reference> = {
    ...Object.fromEntries(taps),
    weights: low.paddedWeights(`${place} weights`, packed),
    condition: condition.reference,
    head: head.reference,
    ...(inRegisters ? {} : { activated: activated.reference }),
    ...(target ? { output: target.reference } : {}),
  };
  const planes = [history, condition, head, activated, target].map((at) => at?.plane ?? 0);
  const description = {
    ...shape,
    dilation: tapSlots ? 'by slot' : shape.dilation,
    tile,
    mixin: mixin.inChannels,
    activation,
    freshHead,
    planes,
    outputs: target ? oneByOne.outChannels : 0,
  };
  low.kernel({ layer: place, kind: 'layer' }, description, slots, (kit, slot) => {
    const b = kit.builder;
    const inputs = taps.map(([name]) => slot[name]!);
    const newestOffset = tapSlots ? 0 : lookback;
    const operands = {
      input: tapSlots ? inputs : inputs[0]!,
      inputPlane: history.plane,
      weights: slot.weights!,
    };

    const convolved = (piece: Piece, frame: Term, at: BlockPlace): Register[][] => {
      const acc = convolveBlock(kit, piece, frame, shape, at, operands);
      const { block, step } = at;
      const first = mixinAt + block.first * mixin.inChannels;
      const steps = step(block.count * mixin.inChannels);
      for (let c = 0; c < mixin.inChannels; c++) {
        const offset = first + c * block.count;
        const weights = kit.weights(slot.weights!, offset, block.count, piece.lanes, ...steps);
        for (let v = 0; v < piece.vectors; v++) {
          const from = c * condition.plane + piece.start + v * piece.lanes;
          const x = b.load(b.at(slot.condition!, from, frame), piece.lanes);
          acc.forEach((row, o) => {
            kit.mac(x, weights[o]!, row[v]!, piece.lanes);
          });
        }
      }
      return acc;
    };
    const addToHead = (value: Register, piece: Piece, offset: number, terms: Term[]): void => {
      const at = b.at(slot.head!, offset, ...terms);
      const { lanes } = piece;
      if (freshHead) b.store(value, at, lanes);
      else b.store(b.binary('add', b.load(at, lanes), value, lanes), at, lanes);
    };
    const activatedRows = (
      piece: Piece,
      frame: Term,
      at: BlockPlace,
      rows: readonly Register[][],
    ): Register[][] =>
      rows.map((row, o) =>
        row.map((sum, v) => {
          const channel = at.block.first + o;
          const offset = piece.start + v * piece.lanes;
          const value = inline ? activate(kit, activation, sum, piece.lanes, { tanh }) : sum;
          if (inline) {
            const terms = [...at.step(at.block.count * head.plane), frame];
            addToHead(value, piece, channel * head.plane + offset, terms);
          }
          if (!inRegisters && (target || !inline)) {
            const terms = [...at.step(at.block.count * activated.plane), frame];
            const to = b.at(slot.activated!, channel * activated.plane + offset, ...terms);
            b.store(value, to, piece.lanes);
          }
          return value;
        }),
      );
    const addResidual = (
      piece: Piece,
      frame: Term,
      at: BlockPlace,
      rows: readonly Register[][],
      to: Signal,
    ): void => {
      rows.forEach((row, o) => {
        row.forEach((sum, v) => {
          const channel = at.block.first + o;
          const offset = piece.start + v * piece.lanes;
          const { count } = at.block;
          const newest = channel * history.plane + newestOffset + offset;
          const from = b.at(inputs[newestTap]!, newest, ...at.step(count * history.plane), frame);
          const value = b.binary('add', b.load(from, piece.lanes), sum, piece.lanes);
          const terms = [...at.step(count * to.plane), frame];
          b.store(value, b.at(slot.output!, channel * to.plane + offset, ...terms), piece.lanes);
        });
      });
    };

    if (inRegisters) {
      const whole: BlockPlace = { block: blocks[0]!, offset: 0, step: () => [] };
      kit.tiles(blockFrames, tile.vectors, (piece, frame) => {
        const kept = activatedRows(piece, frame, whole, convolved(piece, frame, whole));
        if (!target) return;
        let offset = oneAt;
        for (const block of oneBlocks) {
          const sums = productOfRegisters(kit, piece, kept, block, slot.weights!, offset);
          addResidual(piece, frame, { block, offset, step: () => [] }, sums, target);
          offset += packedFloats(oneShape, block);
        }
      });
      return;
    }
    forBlocks(kit, shape, blocks, 0, (at) => {
      kit.tiles(blockFrames, tile.vectors, (piece, frame) => {
        activatedRows(piece, frame, at, convolved(piece, frame, at));
      });
    });
    if (!inline) {
      kit.loop(conv.outChannels, 2, (channel) => {
        kit.tiles(blockFrames, 2, (piece, frame) => {
          for (let v = 0; v < piece.vectors; v++) {
            const offset = piece.start + v * piece.lanes;
            const at = b.at(slot.activated!, offset, channel.times(activated.plane), frame);
            const value = activate(kit, activation, b.load(at, piece.lanes), piece.lanes, { tanh });
            if (target) b.store(value, at, piece.lanes);
            addToHead(value, piece, offset, [channel.times(head.plane), frame]);
          }
        });
      });
    }
    if (!target) return;
    const products = {
      input: slot.activated!,
      inputPlane: activated.plane,
      weights: slot.weights!,
    };
    forBlocks(kit, oneShape, oneBlocks, oneAt, (at) => {
      kit.tiles(blockFrames, tile.vectors, (piece, frame) => {
        const sums = convolveBlock(kit, piece, frame, oneShape, at, products);
        addResidual(piece, frame, at, sums, target);
      });
    });
  });
}

const packings = new WeakMap<WaveNetLayer, Map<string, Float32Array>>();

/**
 * The layer's weights in the order in which its kernel reads them, for tiles of so many outputs, and of
 * so many of the 1x1 (null: nobody reads its sums). Packed once: most targets and blocks agree in the tiles.
 */
function packLayer(layer: WaveNetLayer, outputs: number, oneOutputs: number | null): Float32Array {
  const own = remember(packings, layer, () => new Map<string, Float32Array>());
  return remember(own, `${outputs}/${oneOutputs}`, () => {
    const { conv, inputMixin: mixin } = layer;
    const oneByOne = layer.layer1x1 as Convolution;
    const mixinAt = convolutionFloats(conv);
    const oneAt = mixinAt + mixin.outChannels * mixin.inChannels;
    const packed = padded(oneAt + (oneOutputs === null ? 0 : convolutionFloats(oneByOne)));
    packConvolution(conv, outputs, packed, 0);
    packMixin(mixin, outputBlocks(shapeOf(conv), outputs), packed, mixinAt);
    if (oneOutputs !== null) packConvolution(oneByOne, oneOutputs, packed, oneAt);
    return packed;
  });
}

/** Block by block of outputs, condition channel by channel. */
function packMixin(
  mixin: Convolution,
  blocks: readonly OutputBlock[],
  into: Float32Array,
  start: number,
): void {
  for (const { first, count } of blocks) {
    const from = first * mixin.inChannels;
    packColumns(mixin.weights, from, mixin.inChannels, count, into, start + from);
  }
}

/** A 1x1 convolution whose inputs [channel][vector] are in registers. */
function productOfRegisters(
  kit: Kit,
  piece: Piece,
  inputs: readonly (readonly Register[])[],
  block: OutputBlock,
  weights: number,
  offset: number,
): Register[][] {
  const acc = seedBlock(kit, piece, weights, offset, block.count, []);
  inputs.forEach((input, i) => {
    const row = kit.weights(weights, offset + (1 + i) * block.count, block.count, piece.lanes);
    row.forEach((weight, o) => {
      input.forEach((x, v) => {
        kit.mac(x, weight, acc[o]![v]!, piece.lanes);
      });
    });
  });
  return acc;
}
