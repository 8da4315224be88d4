/**
 * One plain WaveNet layer as one kernel: convolution, mixin, activation, head sum, 1x1 and residual.
 * Few channels stay in registers throughout. More go through planes of activated frames, in loops
 * short enough for a core's decoded-instruction cache.
 */
import type { Address, Register } from '../../kernel/instruction.ts';
import type { Reference, RingId } from '../../kernel/lowered.ts';
import type { Activation, Convolution, WaveNetLayer } from '../../nam/network.ts';
import { memoize } from '../../units/memoize.ts';
import type { Rows } from '../common/stack-layer.ts';
import { activate } from './activation.ts';
import {
  accumulate,
  type BlockPlace,
  convolutionFloats,
  convolveBlock,
  forBlocks,
  type OutputBlock,
  outputBlocks,
  outputVectors,
  packColumns,
  packConvolution,
  packedFloats,
  seedBlock,
  shapeOf,
  singleBlock,
} from './convolution.ts';
import { type Planes, padded, type Signal, type Slots, sharesKernels } from './lowering.ts';
import type { FrameTile, TileWriter } from './tile-writer.ts';

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
  readonly next: Signal | null;
}

/** Activations of a few instructions, done while the sums are in registers. */
const cheap: readonly Activation['type'][] = ['Identity', 'ReLU', 'LeakyReLU', 'PReLU', 'Hardtanh'];

/** How a layer is cut into tiles and blocks of outputs, and where its weights lie. */
function planOf(low: Planes, layer: WaveNetLayer, signals: LayerSignals) {
  const { conv, inputMixin: mixin, activation } = layer;
  const one = layer.layer1x1 as Convolution; // plain layers have one
  const tile = low.tile(conv.outChannels);
  const [shape, oneShape] = [shapeOf(conv), shapeOf(one)];
  const blocks = outputBlocks(shape, tile.outputs);
  /** The activation follows the sums at once. */
  const inline = cheap.includes(activation.type);
  /** All activated channels of a tile stay in registers. */
  const inRegisters = inline && blocks.length === 1;
  // With the inputs in registers there is room for half as many sums.
  const oneOutputs = inRegisters ? Math.max(1, Math.floor(tile.outputs / 2)) : tile.outputs;
  const oneBlocks = outputBlocks(oneShape, oneOutputs);
  const mixinAt = convolutionFloats(conv);
  const oneAt = mixinAt + mixin.outChannels * mixin.inChannels;
  const lookback = (conv.kernelSize - 1) * conv.dilation;
  const history = low.inRing(signals.ring, lookback);
  const bySlot = sharesKernels(low.options.target);
  const shapes = { conv, mixin, one, activation, tile, shape, oneShape, blocks, oneBlocks };
  const places = { mixinAt, oneAt, lookback, history, bySlot };
  return { ...low.options, ...signals, ...shapes, ...places, oneOutputs, inline, inRegisters };
}

type Plan = ReturnType<typeof planOf>;

function slotsOf(low: Planes, plan: Plan, weights: Reference) {
  const { conv, next } = plan;
  const taps = Array.from({ length: plan.bySlot ? conv.kernelSize : 1 }, (_, tap) => tap);
  return {
    /** The oldest tap, or all of them. */
    input: taps.map((tap) => low.inRing(plan.ring, plan.lookback - tap * conv.dilation).reference),
    weights,
    condition: plan.condition.reference,
    head: plan.head.reference,
    ...(plan.inRegisters ? {} : { activated: plan.activated.reference }),
    ...(next ? { output: next.reference } : {}),
  };
}

export function lowerLayer(low: Planes, place: string, layer: WaveNetLayer, on: LayerSignals) {
  const plan = planOf(low, layer, on);
  const { shape, tile, activation, history, condition, head, freshHead, activated, next } = plan;
  const packed = packLayer(layer, tile.outputs, next ? plan.oneOutputs : null);
  const slots = slotsOf(low, plan, low.tileWeights(`${place} weights`, packed));
  const description = {
    ...shape,
    dilation: plan.bySlot ? 'by slot' : shape.dilation,
    tile,
    mixin: plan.mixin.inChannels,
    activation,
    freshHead,
    planes: [history, condition, head, activated, next].map((at) => at?.plane ?? 0),
    outputs: next ? plan.one.outChannels : 0,
  };
  low.kernel({ layer: place, kind: 'layer' }, description, slots, (tw, slot) => {
    new LayerWriter(tw, plan, slot).write();
  });
}

class LayerWriter {
  private readonly tw: TileWriter;
  private readonly plan: Plan;
  private readonly slot: Slots<ReturnType<typeof slotsOf>>;

  constructor(tw: TileWriter, plan: Plan, slot: Slots<ReturnType<typeof slotsOf>>) {
    this.tw = tw;
    this.plan = plan;
    this.slot = slot;
  }

  write(): void {
    const { tw, plan, slot } = this;
    if (slot.activated === undefined) {
      this.tiles((tile) => this.wholeTile(tile));
      return;
    }
    forBlocks(tw, plan.shape, plan.blocks, 0, (place) => {
      this.tiles((tile) => this.activatedRows(tile, place, this.convolved(tile, place)));
    });
    if (!plan.inline) this.activatePlanes(slot.activated);
    const { plane } = plan.activated;
    const products = { taps: [slot.activated], plane, weights: slot.weights };
    forBlocks(tw, plan.oneShape, plan.next ? plan.oneBlocks : [], plan.oneAt, (place) => {
      this.tiles((tile) => {
        this.addResidual(tile, place, convolveBlock(tw, tile, plan.oneShape, place, products));
      });
    });
  }

  private tiles(write: (tile: FrameTile) => void): void {
    this.tw.tiles(this.plan.blockFrames, this.plan.tile.vectors, write);
  }

  /** All channels of a tile, from the convolution to the residual. */
  private wholeTile(tile: FrameTile): void {
    const { plan } = this;
    const whole = singleBlock(plan.blocks[0] as OutputBlock); // the only one
    const kept = this.activatedRows(tile, whole, this.convolved(tile, whole));
    let offset = plan.oneAt;
    for (const block of plan.next ? plan.oneBlocks : []) {
      const place = singleBlock(block, offset);
      this.addResidual(tile, place, this.productOfRegisters(tile, kept, place));
      offset += packedFloats(plan.oneShape, block);
    }
  }

  /** A 1x1 convolution whose inputs are in registers. */
  private productOfRegisters(tile: FrameTile, inputs: Rows, place: BlockPlace): Rows {
    const { tw, slot } = this;
    const acc = seedBlock(tw, tile, slot.weights, place);
    inputs.forEach((x, i) => {
      accumulate(tw, acc, x, slot.weights, place.offset + (1 + i) * place.block.count, tile);
    });
    return acc;
  }

  /** Convolution and mixin of one block of outputs. */
  private convolved(tile: FrameTile, place: BlockPlace): Rows {
    const { tw, plan, slot } = this;
    const { count, first } = place.block;
    const operands = { taps: slot.input, plane: plan.history.plane, weights: slot.weights };
    const acc = convolveBlock(tw, tile, plan.shape, place, operands);
    const { inChannels } = plan.mixin;
    const terms = place.step(count * inChannels);
    for (let c = 0; c < inChannels; c++) {
      const offset = plan.mixinAt + first * inChannels + c * count;
      const row = tw.weights(slot.weights, offset, count, tile.lanes, terms);
      tw.vectors(slot.condition, c * plan.condition.plane, tile).forEach((at, v) => {
        const x = tw.builder.load(at, tile.lanes);
        for (const [o, weight] of row.entries()) {
          tw.mac(x, weight, acc[o]?.[v] as Register, tile.lanes); // a weight an output
        }
      });
    }
    return acc;
  }

  private activate(x: Register, { lanes }: FrameTile): Register {
    const { activation, tanh } = this.plan;
    return activate(this.tw.math(lanes), activation, x, { tanh });
  }

  private addToHead(value: Register, at: Address, { lanes }: FrameTile): void {
    const b = this.tw.builder;
    const fresh = this.plan.freshHead;
    b.store(fresh ? value : b.binary('add', b.load(at, lanes), value, lanes), at, lanes);
  }

  /** Sums that are activated at once go to the head; what others still read goes to memory. */
  private activatedRows(tile: FrameTile, place: BlockPlace, rows: Rows): Rows {
    const { tw, plan, slot } = this;
    const kept = plan.next || !plan.inline ? slot.activated : undefined;
    return rows.map((row, o) => {
      const heads = outputVectors(tw, slot.head, plan.head.plane, place, o, tile);
      const places =
        kept === undefined ? [] : outputVectors(tw, kept, plan.activated.plane, place, o, tile);
      return row.map((sum, v) => {
        const value = plan.inline ? this.activate(sum, tile) : sum;
        if (plan.inline) this.addToHead(value, heads[v] as Address, tile); // a place a vector
        const at = places[v];
        if (at !== undefined) tw.builder.store(value, at, tile.lanes);
        return value;
      });
    });
  }

  /** Dear activations: in a pass of their own over the planes. */
  private activatePlanes(activated: number): void {
    const { tw, plan, slot } = this;
    tw.loop(plan.conv.outChannels, 2, (channel) => {
      tw.tiles(plan.blockFrames, 2, (tile) => {
        const heads = tw.vectors(slot.head, 0, tile, [channel.times(plan.head.plane)]);
        tw.vectors(activated, 0, tile, [channel.times(plan.activated.plane)]).forEach((at, v) => {
          const value = this.activate(tw.builder.load(at, tile.lanes), tile);
          if (plan.next) tw.builder.store(value, at, tile.lanes);
          this.addToHead(value, heads[v] as Address, tile); // a place a vector
        });
      });
    });
  }

  /** The layer's input on top of its 1x1. */
  private addResidual(tile: FrameTile, place: BlockPlace, rows: Rows): void {
    const { tw, plan, slot } = this;
    const { builder: b } = tw;
    const [input, back] = [slot.input.at(-1) ?? 0, plan.bySlot ? 0 : plan.lookback];
    const { plane } = plan.history;
    rows.forEach((row, o) => {
      const inputs = outputVectors(tw, input, plane, place, o, tile, back);
      const outputs = outputVectors(tw, slot.output ?? 0, plan.next?.plane ?? 0, place, o, tile);
      row.forEach((sum, v) => {
        const x = b.load(inputs[v] as Address, tile.lanes); // a place a vector, here and below
        b.store(b.binary('add', x, sum, tile.lanes), outputs[v] as Address, tile.lanes);
      });
    });
  }
}

const packings = new WeakMap<WaveNetLayer, Map<string, Float32Array>>();

/**
 * The layer's weights in the order in which its kernel reads them, for tiles of so many outputs, and of
 * so many of the 1x1 (null: nobody reads its sums). Packed once: most targets and blocks agree in the tiles.
 */
function packLayer(layer: WaveNetLayer, outputs: number, oneOutputs: number | null): Float32Array {
  const own = memoize(packings, layer, () => new Map<string, Float32Array>());
  return memoize(own, `${outputs}/${oneOutputs}`, () => {
    const { conv, inputMixin: mixin } = layer;
    const oneByOne = layer.layer1x1 as Convolution; // plain layers have one
    const mixinAt = convolutionFloats(conv);
    const oneAt = mixinAt + mixin.outChannels * mixin.inChannels;
    const packed = padded(oneAt + (oneOutputs === null ? 0 : convolutionFloats(oneByOne)));
    packConvolution(conv, outputs, packed, 0);
    for (const { first, count } of outputBlocks(shapeOf(conv), outputs)) {
      const from = first * mixin.inChannels;
      packColumns(mixin.weights, from, mixin.inChannels, count, packed, mixinAt + from);
    }
    if (oneOutputs !== null) packConvolution(oneByOne, oneOutputs, packed, oneAt);
    return packed;
  });
}
