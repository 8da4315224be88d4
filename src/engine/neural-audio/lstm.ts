/**
 * An LSTM sample by sample: gates = W [x, h] + bias by Eigen's column-major matrix-vector product, a
 * loop for the cell and one for the hidden state, the head a dot product. With fixed sizes nothing
 * comes from the heap and the small loops are unrolled.
 */
import type { Term } from '../../kernel/builder.ts';
import type { Lanes, Register } from '../../kernel/instruction.ts';
import type { Lowered, Target } from '../../kernel/lowered.ts';
import type { LstmLayer, LstmNetwork } from '../../nam/network.ts';
import { Code, plus } from '../common/code.ts';
import { Lowering } from '../common/lowering.ts';
import type { TargetBuilder } from '../common/target-builder.ts';
import { hold, sigmoidByTanh } from '../eigen/activation.ts';
import { partsOf, runsOf, sharingGroups, zip } from '../eigen/registers.ts';
import { widthsOf } from '../nam-core/lstm.ts';
import { gateMatrix, initialState } from '../nam-core/weights.ts';
import data from './compiled-code.json' with { type: 'json' };

type Lower = (network: LstmNetwork, target: Target, frames: number, fixed: boolean) => Lowered;

export const lowerLstm: Lower = (network, target, frames, fixed) => {
  const low = new Lowering(target, frames);
  const { input, output } = low.io();
  const sizes = network.layers.map(({ inputSize, hiddenSize }) => `${inputSize}x${hiddenSize}`);
  const title = `neural-audio/lstm/${sizes.join(',')}/${frames}/${fixed}`;
  const template = low.template(title, (b) => writeFrames(writerOf(b, network, fixed), frames));
  const layers = network.layers.flatMap((layer, i) => [
    low.weights(`layer ${i} weights`, gateMatrix(layer)),
    low.weights(`layer ${i} bias`, layer.bias),
    low.weights(`layer ${i} input and hidden`, initialState(layer), 'history'),
    low.weights(`layer ${i} cell`, layer.initialCell.slice(), 'history'),
  ]);
  const gates = 4 * Math.max(...network.layers.map((layer) => layer.hiddenSize));
  low.kernel({ layer: 'lstm', kind: 'lstm' }, template, [
    { buffer: input, offset: 0 },
    { buffer: output, offset: 0 },
    low.scratch('gates', gates),
    low.weights('head weights', network.headWeights),
    low.weights('head bias', network.headBias),
    ...layers,
  ]);
  return low.finish('neural-audio', input, output, 4_000);
};

const vectorLanes = ({ lanes }: Target): Lanes => (lanes >= 4 ? 4 : 1);

/** A layer with its slots. */
const cellOf = (b: TargetBuilder, { inputSize, hiddenSize }: LstmLayer) => ({
  inputSize,
  hiddenSize,
  ...b.slots('weights', 'bias', 'state', 'cell'),
});
type Cell = ReturnType<typeof cellOf>;

/** What the network is written with; its slots follow the stack, those of its layers last. */
const writerOf = (b: TargetBuilder, { layers }: LstmNetwork, fixed: boolean) => ({
  b,
  target: b.target,
  code: new Code(b),
  counts: fixed ? data.code.lstm.fixed : data.code.lstm.dynamic,
  slots: b.slots('input', 'output', 'gates', 'headWeights', 'headBias'),
  cells: layers.map((layer) => cellOf(b, layer)),
});
type Writer = ReturnType<typeof writerOf>;

const writeFrames = (writer: Writer, frames: number): void => {
  const { b, code, cells, slots } = writer;
  b.loop(frames, (frame) => {
    let before: Cell | null = null;
    for (const cell of cells) {
      if (before) handOver(writer, before, cell);
      else b.store(b.load(b.at(slots.input, 0, frame.times(1)), 1), b.at(cell.state, 0), 1);
      writeGates(writer, cell);
      writeUpdate(writer, cell);
      before = cell;
    }
    if (before) writeHead(writer, before, frame.times(1));
    code.body(writer.counts.sample);
  });
};

/** The product into its temporary, which is cleared before, and the bias. */
const writeGates = (
  writer: Writer,
  { hiddenSize, weights, bias, state, inputSize }: Cell,
): void => {
  const { b, code, slots, target } = writer;
  const rows = 4 * hiddenSize;
  const lanes = vectorLanes(target);
  const places = partsOf(rows, lanes).map(({ at }) => b.at(slots.gates, at));
  code.body(writer.counts.product);
  const zero = b.const(0, lanes);
  for (const place of places) b.store(zero, place, lanes);
  for (const group of sharingGroups(places)) {
    const sums = group.map(() => b.const(0, lanes));
    b.loop(inputSize + hiddenSize, (i) =>
      code.body(data.code.lstm.input, () => {
        const x = b.spread(b.at(state, 0, i.times(1)), lanes);
        // Weights of neighbouring vectors come in pairs.
        for (let n = 0; n < group.length; n += 2) {
          const pair = sums.slice(n, n + 2);
          const w = b.registerList(pair.length);
          const at = b.at(weights, (group[0]?.offset ?? 0) + n * lanes, i.times(rows));
          b.loadPairs(w, () => at, lanes);
          for (const [weight, sum] of zip(w, pair)) b.multiplyAdd(weight, x, sum, lanes);
        }
      }),
    );
    for (const [place, sum] of zip(group, sums)) {
      b.store(b.binary('add', b.load(place, lanes), sum, lanes), place, lanes);
    }
    code.body(data.code.lstm.group);
  }
  for (const place of places) {
    const offset = b.load(b.at(bias, place.offset), lanes);
    b.store(b.binary('add', b.load(place, lanes), offset, lanes), place, lanes);
  }
};

/** Both loops with the rational tanh, vectors first and then what is left. */
const writeUpdate = (writer: Writer, cell: Cell): void => {
  const { hiddenSize } = cell;
  const runs = runsOf(hiddenSize, widthsOf(writer.target, 'fast', hiddenSize));
  for (const run of runs) writePart(writer, cell, ...run);
};

const writePart = (
  { b, code, counts, slots }: Writer,
  { inputSize, hiddenSize, state, cell }: Cell,
  first: number,
  lanes: Lanes,
  count: number,
): void => {
  const tanh = hold(b, { type: 'Fasttanh' }, lanes);
  const [half, one] = [b.const(0.5, lanes), b.const(1, lanes)];
  const sigmoid = sigmoidByTanh(b, tanh, half, one, lanes);
  const loop = (tanhs: number, write: (at: Term, gate: (n: number) => Register) => void): void =>
    b.loop(count, (i) => {
      const at = i.times(lanes);
      write(at, (n) => b.load(b.at(slots.gates, n * hiddenSize + first, at), lanes));
      // Every tanh copies its constants, which its products overwrite.
      code.body(plus(counts.update, data.code.lstm.tanh, lanes > 1 ? tanhs : 0));
    });
  loop(3, (at, gate) => {
    const place = b.at(cell, first, at);
    const keep = b.binary('mul', sigmoid(gate(1)), b.load(place, lanes), lanes);
    b.multiplyAdd(sigmoid(gate(0)), tanh(gate(2)), keep, lanes);
    b.store(keep, place, lanes);
  });
  loop(2, (at, gate) => {
    const open = sigmoid(gate(3));
    const hidden = b.binary('mul', open, tanh(b.load(b.at(cell, first, at), lanes)), lanes);
    b.store(hidden, b.at(state, inputSize + first, at), lanes);
  });
};

const handOver = (writer: Writer, { hiddenSize, inputSize, state }: Cell, to: Cell): void => {
  const { b, code, target } = writer;
  for (const { at, lanes } of partsOf(hiddenSize, vectorLanes(target))) {
    b.store(b.load(b.at(state, inputSize + at), lanes), b.at(to.state, at), lanes);
  }
  code.body(data.code.lstm.handOver);
};

/** The dot product with the last hidden state: in vectors, what is left value by value. */
const writeHead = (
  { b, target, slots }: Writer,
  { hiddenSize, inputSize, state }: Cell,
  frame: Term,
): void => {
  const sums = new Map<Lanes, Register>();
  for (const { at, lanes } of partsOf(hiddenSize, vectorLanes(target))) {
    const x = b.load(b.at(state, inputSize + at), lanes);
    const w = b.load(b.at(slots.headWeights, at), lanes);
    const sum = sums.get(lanes);
    if (sum === undefined) sums.set(lanes, b.binary('mul', x, w, lanes));
    else b.multiplyAdd(x, w, sum, lanes);
  }
  const bias = b.load(b.at(slots.headBias, 0), 1);
  const y = [...sums].reduce(
    (total, [lanes, sum]) => b.binary('add', lanes > 1 ? b.sumOfLanes(sum, lanes) : sum, total, 1),
    bias,
  );
  b.store(y, b.at(slots.output, 0, frame), 1);
};
