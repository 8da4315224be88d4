/**
 * One layer in one pass over the block, as the player has A2's of eight channels: four frames of a convolution in
 * registers over all taps, then frame by frame mixin, activation, head sum, 1x1 and residual. Channels fill whole vectors.
 */
import type { Address, Register } from '../../kernel/instruction.ts';
import type { Activation, Convolution } from '../../nam/network.ts';
import { Code, type TargetCode } from '../common/code.ts';
import { upTo } from '../common/stack-layer.ts';
import type { TargetBuilder } from '../common/target-builder.ts';
import { hold } from '../eigen/activation.ts';
import { zip } from '../eigen/registers.ts';
import data from './compiled-code.json' with { type: 'json' };

const { call, tap, tile } = data.code;
const lanes = 4;
const tileFrames = 4;

/** Floats of one frame of so many channels: whole vectors. */
export const rowOf = (channels: number): number => lanes * Math.ceil(channels / lanes);

const row = (values: Float32Array | null, outputs: number): number[] =>
  Array.from({ length: rowOf(outputs) }, (_, o) => (o < outputs ? (values?.[o] ?? 0) : 0));

/** Every tap's matrix [input][row of outputs], then the biases. */
export const packed = ({ inChannels, outChannels, kernelSize, ...of }: Convolution): number[] => [
  ...upTo(kernelSize * inChannels).flatMap((column) => {
    const [k, input] = [Math.floor(column / inChannels), column % inChannels];
    const weight = (_: number, o: number): number =>
      of.weights[(k * outChannels + o) * inChannels + input] ?? 0;
    return row(new Float32Array(outChannels).map(weight), outChannels);
  }),
  ...row(of.bias, outChannels),
];

/** A layer's weights as `writeLayer` reads them. */
export const packedLayer = (conv: Convolution, mixin: Convolution, matrix: Convolution) =>
  Float32Array.from([...packed(conv), ...row(mixin.weights, conv.outChannels), ...packed(matrix)]);

/** Vectors of registers by frame of a tile. */
type Rows = readonly (readonly Register[])[];

/** Where a vector of a frame of the tile is in a slot whose frames take `floats`. */
type At = (slot: number, floats: number, frame: number, vector: number) => Address;

/** Tiles of four frames, then what is left frame by frame. */
const overTiles = (b: TargetBuilder, frames: number, write: (at: At, count: number) => void) => {
  const whole = Math.floor(frames / tileFrames);
  for (const [count, from, trips] of [
    [tileFrames, 0, whole],
    [1, whole * tileFrames, frames % tileFrames],
  ] as const) {
    b.loop(trips, (i) =>
      write(
        (slot, floats, frame, vector) =>
          b.at(slot, (from + frame) * floats + lanes * vector, i.times(count * floats)),
        count,
      ),
    );
  }
};

const vectorsAt = (b: TargetBuilder, count: number, at: (vector: number) => Address) => {
  const registers = b.registerList(count);
  b.loadRun(registers, at, lanes);
  return registers;
};

/** sums += matrix [input][row] x what `inputs` has of each frame, a vector of inputs at a time. */
const multiply = (
  b: TargetBuilder,
  weightsAt: (input: number, vector: number) => Address,
  channels: number,
  sums: Rows,
  inputs: (frame: number, vector: number) => Register,
): void => {
  const values = sums.map((_, frame) => upTo(rowOf(channels) / lanes).map((v) => inputs(frame, v)));
  for (const input of upTo(channels)) {
    const weights = vectorsAt(b, sums[0]?.length ?? 0, (v) => weightsAt(input, v));
    for (const [own, of] of zip(sums, values)) {
      const value = of[Math.floor(input / lanes)] ?? 0;
      for (const [weight, sum] of zip(weights, own)) {
        b.multiplyAdd(weight, value, sum, lanes, input % lanes);
      }
    }
  }
};

/** A function of the C library takes one value at a time: by way of the stack. */
const laneByLane =
  ({ b, stack }: TargetCode, apply: (x: Register) => Register) =>
  (x: Register): Register => {
    b.store(x, b.at(stack), lanes);
    for (const lane of upTo(lanes)) {
      b.store(apply(b.load(b.at(stack, lane), 1)), b.at(stack, lane), 1);
    }
    return b.load(b.at(stack), lanes);
  };

export interface LayerShape {
  readonly channels: number;
  readonly taps: number;
  readonly frames: number;
  readonly activation: Activation;
}

/** Slots: stack, weights, condition, head sum, signal, one history a tap. */
export const writeLayer = (b: TargetBuilder, shape: LayerShape): void => {
  const { channels, taps, frames, activation } = shape;
  const code = new Code(b);
  const [weights, condition] = [b.slot('weights'), b.slot('condition')];
  const [head, signal] = [b.slot('head sum'), b.slot('signal')];
  const histories = upTo(taps).map((k) => b.slot(`tap ${k}`));
  const floats = rowOf(channels);
  const vectors = floats / lanes;
  const bias = taps * channels * floats;
  const [mixin, matrix] = [bias + floats, bias + 2 * floats];
  const matrixBias = matrix + channels * floats;
  const held = (from: number) => vectorsAt(b, vectors, (v) => b.at(weights, from + lanes * v));
  code.body(call);
  const activate =
    activation.type === 'Tanh'
      ? laneByLane(code, hold(b, activation, 1))
      : hold(b, activation, lanes);
  const biases = held(bias);
  /** Adds `values` to what is there. */
  const addAt = (at: (vector: number) => Address, values: readonly Register[]): void => {
    const sums = zip(vectorsAt(b, vectors, at), values).map(([old, value]) =>
      b.binary('add', old, value, lanes),
    );
    b.storeRun(sums, at, lanes);
  };
  overTiles(b, frames, (at, count) => {
    code.body(tile);
    const sums = upTo(count).map(() => biases.map((r) => b.unary('mov', r, lanes)));
    for (const [k, history] of histories.entries()) {
      const ofTap = k * channels * floats;
      const weightsAt = (input: number, v: number): Address =>
        b.at(weights, ofTap + input * floats + lanes * v);
      multiply(b, weightsAt, channels, sums, (f, v) => b.load(at(history, floats, f, v), lanes));
      code.body(tap);
    }
    for (const [f, own] of sums.entries()) {
      const x = b.load(at(condition, 1, f, 0), 1);
      for (const [weight, sum] of zip(held(mixin), own)) b.multiplyAdd(weight, x, sum, lanes, 0);
      const active = own.map(activate);
      addAt((v) => at(head, floats, f, v), active);
      const signalAt = (v: number): Address => at(signal, floats, f, v);
      const old = zip(vectorsAt(b, vectors, signalAt), held(matrixBias));
      const rows = old.map(([value, k]) => b.binary('add', value, k, lanes));
      const weightsAt = (input: number, v: number): Address =>
        b.at(weights, matrix + input * floats + lanes * v);
      multiply(b, weightsAt, channels, [rows], (_, v) => active[v] ?? 0);
      b.storeRun(rows, signalAt, lanes);
    }
  });
};

/** A matrix between two arrays. Slots: stack, weights, from, to. */
export const writeMatrix = (
  b: TargetBuilder,
  inputs: number,
  outputs: number,
  frames: number,
): void => {
  const code = new Code(b);
  const [weights, from, to] = [b.slot('weights'), b.slot('from'), b.slot('to')];
  const [wide, floats] = [rowOf(inputs), rowOf(outputs)];
  code.body(call);
  const weightsAt = (input: number, v: number): Address =>
    b.at(weights, input * floats + lanes * v);
  const biases = vectorsAt(b, floats / lanes, (v) => weightsAt(inputs, v));
  overTiles(b, frames, (at, count) => {
    code.body(tile);
    const sums = upTo(count).map(() => biases.map((r) => b.unary('mov', r, lanes)));
    multiply(b, weightsAt, inputs, sums, (f, v) => b.load(at(from, wide, f, v), lanes));
    for (const [f, own] of sums.entries()) b.storeRun(own, (v) => at(to, floats, f, v), lanes);
  });
};
