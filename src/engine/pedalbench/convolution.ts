/**
 * The product at the heart of every layer: a tile of outputs x frames whose accumulators stay in
 * registers over all taps and inputs. Weights are packed in the order in which they are read.
 */
import type { Term } from '../../kernel/builder.ts';
import type { Register } from '../../kernel/instruction.ts';
import type { Convolution } from '../../nam/network.ts';
import type { Kit, Piece } from './kit.ts';

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
export interface BlockRun {
  readonly block: OutputBlock;
  readonly times: number;
}

function blockRuns(blocks: readonly OutputBlock[]): BlockRun[] {
  const runs: { block: OutputBlock; times: number }[] = [];
  for (const block of blocks) {
    const last = runs[runs.length - 1];
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

/** Runs through all blocks of outputs; `write` is called once for each run of equal ones. */
export function forBlocks(
  kit: Kit,
  shape: ConvolutionShape,
  blocks: readonly OutputBlock[],
  start: number,
  write: (place: BlockPlace) => void,
): void {
  let offset = start;
  for (const { block, times } of blockRuns(blocks)) {
    const at = offset;
    if (times === 1) write({ block, offset: at, step: () => [] });
    else {
      kit.loop(times, 4, (counter) => {
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
      const from = (tap * conv.outChannels + first) * inputs;
      packColumns(conv.weights, from, inputs, count, into, at);
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
  /** The slot of the oldest tap; or one for each tap, where kernels of all dilations are shared. */
  readonly input: number | readonly number[];
  /** Floats from one channel of the input to the next. */
  readonly inputPlane: number;
  readonly weights: number;
}

/**
 * Inputs unrolled in the body of the innermost loop. Compilers of WebAssembly move all loads of a body
 * to its start: beside the sums their registers hold those of one input, and with two, sums spill (6 %
 * slower; with eight, half as quick).
 */
const unrolled = (kit: Kit): number => (kit.target.isa === 'wasm' ? 1 : 8);

/** Accumulators [output][vector] of one block, seeded with the bias. */
export function seedBlock(
  kit: Kit,
  piece: Piece,
  weights: number,
  offset: number,
  count: number,
  terms: readonly Term[],
): Register[][] {
  const b = kit.builder;
  return kit.weights(weights, offset, count, piece.lanes, ...terms).map(({ register, element }) => {
    const acc: Register[] = [];
    for (let v = 0; v < piece.vectors; v++) {
      if (element !== undefined) {
        const pattern = Array.from({ length: piece.lanes }, () => element);
        acc.push(b.shuffle(register, register, piece.lanes, pattern));
      } else acc.push(v === 0 ? register : b.unary('mov', register, piece.lanes));
    }
    return acc;
  });
}

/**
 * One block over one tile; returns its accumulators [output][vector]. `frame` is the counter of the
 * tile loop.
 */
export function convolveBlock(
  kit: Kit,
  piece: Piece,
  frame: Term,
  shape: ConvolutionShape,
  { block, offset, step }: BlockPlace,
  operands: Operands,
): Register[][] {
  const b = kit.builder;
  const blockTerms = step(packedFloats(shape, block));
  const acc = seedBlock(kit, piece, operands.weights, offset, block.count, blockTerms);
  const first = offset + block.count;
  const perTap = block.inputs * block.count;

  let slot = typeof operands.input === 'number' ? operands.input : 0;
  const accumulate = (input: number, inputTerms: Term[], at: number, weightTerms: Term[]): void => {
    const x: Register[] = [];
    const terms = [frame, ...inputTerms];
    for (let v = 0; v < piece.vectors; v++) {
      const from = (block.firstInput + input) * operands.inputPlane + piece.start + v * piece.lanes;
      x.push(b.load(b.address(slot, from, terms), piece.lanes));
    }
    const weights = kit.weights(operands.weights, at, block.count, piece.lanes, ...weightTerms);
    weights.forEach((weight, o) => {
      const row = acc[o]!;
      for (let v = 0; v < piece.vectors; v++) kit.mac(x[v]!, weight, row[v]!, piece.lanes);
    });
  };
  const overInputs = (tapInput: Term[], tapWeights: Term[], tapFirst = first): void => {
    const unrolledInputs = unrolled(kit);
    const loops = Math.floor(block.inputs / unrolledInputs);
    const group = (from: number, count: number, inputTerms: Term[], weightTerms: Term[]): void => {
      for (let i = from; i < from + count; i++) {
        accumulate(i, inputTerms, tapFirst + i * block.count, weightTerms);
      }
    };
    if (loops > 1) {
      kit.loop(loops, 2, (counter) =>
        group(
          0,
          unrolledInputs,
          [...tapInput, counter.times(unrolledInputs * operands.inputPlane)],
          [...tapWeights, counter.times(unrolledInputs * block.count)],
        ),
      );
      const done = loops * unrolledInputs;
      group(done, block.inputs - done, tapInput, tapWeights);
    } else group(0, block.inputs, tapInput, tapWeights);
  };
  if (typeof operands.input !== 'number') {
    operands.input.forEach((input, tap) => {
      slot = input;
      overInputs([], blockTerms, first + tap * perTap);
    });
  } else if (shape.taps === 1) overInputs([], blockTerms);
  else {
    kit.loop(shape.taps, 2, (tap) =>
      overInputs([tap.times(shape.dilation)], [...blockTerms, tap.times(perTap)]),
    );
  }
  return acc;
}
