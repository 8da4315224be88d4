/**
 * The product at the heart of every layer: a tile of outputs x frames whose accumulators stay in
 * registers over all taps and inputs. Weights are packed in the order in which they are read.
 */
import type { Term } from '../../kernel/builder.ts';
import type { Address, Register, Registers } from '../../kernel/instruction.ts';
import type { Convolution } from '../../nam/network.ts';
import type { Rows } from '../common/stack-layer.ts';
import type { FrameTile, TileWriter } from './tile-writer.ts';

/** The part of a convolution that its kernel depends on. */
export interface ConvolutionShape {
  readonly inputs: number;
  readonly outputs: number;
  readonly groups: number;
  readonly taps: number;
  readonly dilation: number;
}

export function shapeOf(conv: Convolution): ConvolutionShape {
  return {
    inputs: conv.inChannels,
    outputs: conv.outChannels,
    groups: conv.groups,
    taps: conv.kernelSize,
    dilation: conv.kernelSize > 1 ? conv.dilation : 0,
  };
}

/** Consecutive outputs of one group that are computed together. */
export interface OutputBlock {
  readonly first: number;
  readonly count: number;
  /** First input channel that they read. */
  readonly firstInput: number;
  readonly inputs: number;
}

export function outputBlocks(shape: ConvolutionShape, blockOutputs: number): OutputBlock[] {
  const inputs = shape.inputs / shape.groups;
  const outputs = shape.outputs / shape.groups;
  const blocks: OutputBlock[] = [];
  for (let group = 0; group < shape.groups; group++) {
    for (let first = 0; first < outputs; first += blockOutputs) {
      const count = Math.min(blockOutputs, outputs - first);
      blocks.push({ first: group * outputs + first, count, firstInput: group * inputs, inputs });
    }
  }
  return blocks;
}

/** Equal blocks in a row, which one loop can run through. */
function blockRuns(blocks: readonly OutputBlock[]): { block: OutputBlock; times: number }[] {
  const runs: { block: OutputBlock; times: number }[] = [];
  for (const block of blocks) {
    const last = runs.at(-1);
    if (last && last.block.count === block.count && last.block.firstInput === block.firstInput) {
      last.times++;
    } else runs.push({ block, times: 1 });
  }
  return runs;
}

/** The floats of a block's packed biases and weights. */
export function packedFloats(shape: ConvolutionShape, block: OutputBlock): number {
  return block.count * (1 + shape.taps * block.inputs);
}

/** A block of a run: the block itself in the first round, others by the terms that lead to them. */
export interface BlockPlace {
  readonly block: OutputBlock;
  /** Where the packed weights of the run start. */
  readonly offset: number;
  /** To step `perBlock` floats for each block of the run. */
  readonly step: (perBlock: number) => Term[];
}

/** A block that no loop leads to. */
export const singleBlock = (block: OutputBlock, offset = 0): BlockPlace => ({
  block,
  offset,
  step: () => [],
});

/** The tile's vectors of a block's output `o` in a signal, from `first` floats behind its slot on. */
export function outputVectors(
  tw: TileWriter,
  slot: number,
  plane: number,
  { block, step }: BlockPlace,
  o: number,
  tile: FrameTile,
  first = 0,
): Address[] {
  return tw.vectors(slot, (block.first + o) * plane + first, tile, step(block.count * plane));
}

/** Runs through all blocks of outputs; `write` is called once for each run of equal ones. */
export function forBlocks(
  tw: TileWriter,
  shape: ConvolutionShape,
  blocks: readonly OutputBlock[],
  start: number,
  write: (place: BlockPlace) => void,
): void {
  let offset = start;
  for (const { block, times } of blockRuns(blocks)) {
    const at = offset;
    if (times === 1) write(singleBlock(block, at));
    else {
      tw.loop(times, 4, (counter) => {
        write({ block, offset: at, step: (perBlock) => [counter.times(perBlock)] });
      });
    }
    offset += times * packedFloats(shape, block);
  }
}

/** The floats of a convolution's packed biases and weights. */
export function convolutionFloats(conv: Convolution): number {
  return conv.outChannels * (1 + conv.kernelSize * (conv.inChannels / conv.groups));
}

/**
 * Per block of outputs: the biases, then tap by tap and input by input the weights of its outputs.
 * Returns the end of what it wrote.
 */
export function packConvolution(
  conv: Convolution,
  blockOutputs: number,
  into: Float32Array,
  start: number,
): number {
  let at = start;
  for (const { first, count, inputs } of outputBlocks(shapeOf(conv), blockOutputs)) {
    for (let o = 0; o < count; o++) into[at + o] = conv.bias?.[first + o] ?? 0;
    at += count;
    for (let tap = 0; tap < conv.kernelSize; tap++) {
      packColumns(conv.weights, (tap * conv.outChannels + first) * inputs, inputs, count, into, at);
      at += inputs * count;
    }
  }
  return at;
}

/** Rows of `inputs` to columns of `count`. Small, so that the host compiles it early and cheaply. */
export function packColumns(
  rows: Float32Array,
  from: number,
  inputs: number,
  count: number,
  into: Float32Array,
  start: number,
): void {
  let at = start;
  for (let i = 0; i < inputs; i++) {
    for (let o = 0; o < count; o++) into[at++] = rows[from + o * inputs + i] ?? 0;
  }
}

/** Where a kernel finds its operands. */
export interface Operands {
  /** Slots: of the oldest tap alone; or one for each tap, where kernels of all dilations are shared. */
  readonly taps: readonly number[];
  /** Floats from one channel of the input to the next. */
  readonly plane: number;
  readonly weights: number;
}

/**
 * Inputs unrolled in the body of the innermost loop. Compilers of WebAssembly move all loads of a body
 * to its start: beside the sums their registers hold those of one input, and with two, sums spill (6 %
 * slower; with eight, half as quick).
 */
const unrolledInputs = (tw: TileWriter): number => (tw.target.isa === 'wasm' ? 1 : 8);

/** Accumulators of one block, seeded with the bias. */
export function seedBlock(
  tw: TileWriter,
  { lanes, vectors }: FrameTile,
  slot: number,
  { block, offset }: BlockPlace,
  terms: readonly Term[] = [],
): Register[][] {
  const b = tw.builder;
  const range = Array.from({ length: vectors }, (_, v) => v);
  return tw.weights(slot, offset, block.count, lanes, terms).map(({ register, element }) => {
    const pattern = Array.from({ length: lanes }, () => element ?? 0);
    return range.map((v) => {
      if (element !== undefined) return b.shuffle(register, register, lanes, pattern);
      return v === 0 ? register : b.unary('mov', register, lanes);
    });
  });
}

/** sums += x * weight for each output, whose weights follow one another from `offset` on. */
export function accumulate(
  tw: TileWriter,
  sums: Rows,
  x: Registers,
  slot: number,
  offset: number,
  { lanes }: FrameTile,
  terms: readonly Term[] = [],
): void {
  tw.weights(slot, offset, sums.length, lanes, terms).forEach((weight, o) => {
    sums[o]?.forEach((sum, v) => {
      tw.mac(x[v] as Register, weight, sum, lanes); // as many vectors as sums
    });
  });
}

/** One tap, or all of them by a loop: a slot of the input and the weights' place. */
interface Tap {
  readonly slot: number;
  readonly weights: number;
  readonly inputTerms: readonly Term[];
  readonly weightTerms: readonly Term[];
}

/** One block over one tile; returns its accumulators. */
export function convolveBlock(
  tw: TileWriter,
  tile: FrameTile,
  shape: ConvolutionShape,
  place: BlockPlace,
  operands: Operands,
): Register[][] {
  const { block, offset } = place;
  const terms = place.step(packedFloats(shape, block));
  const acc = seedBlock(tw, tile, operands.weights, place, terms);
  const first = offset + block.count;
  const perTap = block.inputs * block.count;
  const over = (tap: Tap): void => overInputs(tw, tile, block, tap, operands, acc);
  const [slot = 0] = operands.taps;
  if (operands.taps.length > 1 || shape.taps === 1) {
    operands.taps.forEach((slot, tap) => {
      over({ slot, weights: first + tap * perTap, inputTerms: [], weightTerms: terms });
    });
  } else {
    tw.loop(shape.taps, 2, (tap) => {
      const inputTerms = [tap.times(shape.dilation)];
      over({ slot, weights: first, inputTerms, weightTerms: [...terms, tap.times(perTap)] });
    });
  }
  return acc;
}

/** A tap's products, input by input: in a loop over groups of them, and what is left. */
function overInputs(
  tw: TileWriter,
  tile: FrameTile,
  { inputs, count, firstInput }: OutputBlock,
  tap: Tap,
  { plane, weights }: Operands,
  acc: Rows,
): void {
  const group = (from: number, to: number, inputTerms: Term[], weightTerms: Term[]): void => {
    const terms = [...tap.inputTerms, ...inputTerms];
    const more = [...tap.weightTerms, ...weightTerms];
    for (let i = from; i < to; i++) {
      const places = tw.vectors(tap.slot, (firstInput + i) * plane, tile, terms);
      const x = places.map((at) => tw.builder.load(at, tile.lanes));
      accumulate(tw, acc, x, weights, tap.weights + i * count, tile, more);
    }
  };
  const unrolled = unrolledInputs(tw);
  const loops = Math.floor(inputs / unrolled);
  if (loops > 1) {
    tw.loop(loops, 2, (counter) => {
      group(0, unrolled, [counter.times(unrolled * plane)], [counter.times(unrolled * count)]);
    });
  }
  group(loops > 1 ? loops * unrolled : 0, inputs, [], []);
}
