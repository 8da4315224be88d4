/**
 * LSTMCell::process_, sample by sample: gates = W * [x, h] + b by Eigen's column-major
 * matrix-vector kernel into a zeroed temporary, then the cell and the hidden state in scalar loops.
 */
import type { Counter, Term } from '../../kernel/builder.ts';
import type { Lanes, Register } from '../../kernel/instruction.ts';
import type { Target } from '../../kernel/lowered.ts';
import type { Convolution, LstmLayer } from '../../nam/network.ts';
import { memoize } from '../../units/memoize.ts';
import { Code, type Counts, plus } from '../common/code.ts';
import { buildFor, type FormOf, grown } from '../common/compiled-code.ts';
import type { TargetBuilder } from '../common/target-builder.ts';
import { tuneGroupOf } from '../common/tune-group.ts';
import { hold, sigmoidByTanh } from '../eigen/activation.ts';
import { partsOf, runsOf, sharingGroups, zip } from '../eigen/registers.ts';
import type { TanhKind } from '../engine.ts';
import data from './compiled-code.json' with { type: 'json' };
import type { AppendConvolution, AppendOf } from './convolution.ts';
import { gateMatrix, initialState } from './weights.ts';

type LstmCode = FormOf<typeof data.code.lstm>['aarch64' | 'x86' | 'armv7' | 'thumb2'];
const lstmCode = (target: Target): LstmCode =>
  target.lanes > 1 && target.isa.startsWith('x86')
    ? data.code.lstm.x86
    : buildFor<LstmCode>(target, data.code.lstm);

/** Widths of the loops over the hidden state: the first for all it can, the next for what is left. */
export const widthsOf = (target: Target, tanh: TanhKind, hiddenSize: number): readonly Lanes[] => {
  const { isa, lanes } = target;
  if (lanes === 1 || tanh === 'libm' || isa === 'armv7-neon') return [1];
  // GCC makes vectors of two of what is left for x86 and for the cores that issue in order.
  const inOrder = tuneGroupOf(target) === 'in-order';
  if ((isa === 'aarch64' && inOrder) || isa === 'x86-sse2') return [4, 2, 1];
  // For the others a single vector is not worth the tests before its loop.
  return isa === 'aarch64' && hiddenSize < 2 * lanes ? [1] : [lanes, 1];
};

export const appendLstm: AppendOf<LstmLayer, [tanh: TanhKind]> = (
  ...[low, place, cell, source, result, tanh]
) => {
  const { blockFrames } = low;
  const { layer } = place;
  const { inputSize, hiddenSize } = cell;
  const stride = { source: source.stride, result: result.stride };
  const name = `nam-core/lstm/${inputSize}x${hiddenSize}/${blockFrames}/${stride.source},${stride.result}/${tanh}`;
  const template = low.template(name, (b) =>
    writeCell(writerOf(b, cell, tanh), blockFrames, stride),
  );
  low.kernel({ layer, kind: 'lstm' }, template, [
    source.at,
    result.at,
    low.weights(`${layer} weights`, gateMatrix(cell)),
    low.weights(`${layer} bias`, cell.bias),
    low.weights(`${layer} input and hidden`, initialState(cell), 'history'),
    low.weights(`${layer} cell`, cell.initialCell, 'history'),
    low.scratch('gates', 4 * hiddenSize),
  ]);
};

/** What the kernel of one layer is written with. */
const writerOf = (b: TargetBuilder, { inputSize, hiddenSize }: LstmLayer, tanh: TanhKind) => {
  const { target } = b;
  const [code, counts] = [new Code(b), lstmCode(target)];
  const slots = b.slots('source', 'result', 'weights', 'bias', 'state', 'memory', 'gates');
  return { b, code, counts, target, tanh, inputSize, hiddenSize, slots };
};
type Writer = ReturnType<typeof writerOf>;

type Strides = Readonly<Record<'source' | 'result', number>>;

const writeCell = (writer: Writer, frames: number, stride: Strides): void => {
  const { b, code, slots } = writer;
  const updates = updatesOf(writer);
  b.loop(frames, (frame) => {
    code.body(cellCounts(writer, updates));
    for (let i = 0; i < writer.inputSize; i++) {
      const x = b.load(b.at(slots.source, i, frame.times(stride.source)), 1);
      b.store(x, b.at(slots.state, i), 1);
    }
    writeGates(writer);
    for (const update of updates) {
      writeMemory(writer, update);
      writeHidden(writer, update, frame.times(stride.result));
    }
  });
};

/** Beside the loops: constants, tests and addresses for each part of the hidden state that has a loop. */
const cellCounts = ({ target, counts, tanh }: Writer, updates: readonly Update[]): Counts => {
  if (tanh === 'libm' && 'cellLibm' in counts) return counts.cellLibm;
  if (!('parts' in counts)) return counts.cell;
  const parts = counts.parts[tuneGroupOf(target) === 'in-order' ? 'inOrder' : 'outOfOrder'];
  const ofPart = ({ lanes }: Update): Counts =>
    lanes === 1 ? parts.singles : lanes === 2 ? parts.pairs : parts.vectors;
  return updates.reduce((sum: Counts, update) => plus(sum, ofPart(update)), counts.cell);
};

/** Loops over parts of the hidden state, `count` vectors from `first` on; constants stay in registers for the whole block. */
const updatesOf = ({ b, target, tanh: kind, hiddenSize }: Writer) =>
  runsOf(hiddenSize, widthsOf(target, kind, hiddenSize)).map(([first, lanes, count]) => {
    const libm = kind === 'libm';
    const tanh = hold(b, { type: libm ? 'Tanh' : 'Fasttanh' }, lanes);
    const inner = hold(b, { type: libm ? 'Sigmoid' : 'Fasttanh' }, lanes);
    const [half, one] = [b.const(0.5, lanes), b.const(1, lanes)];
    const sigmoid = libm ? inner : sigmoidByTanh(b, inner, half, one, lanes);
    return { first, count, lanes, tanh, sigmoid, half };
  });
type Update = ReturnType<typeof updatesOf>[number];

/** Products of several vectors of rows at once share each input. */
const writeGates = (writer: Writer): void => {
  const blocks = partsOf(4 * writer.hiddenSize, writer.target.lanes);
  for (const group of sharingGroups(blocks)) writeGateGroup(writer, group);
};

const writeGateGroup = (writer: Writer, group: ReturnType<typeof partsOf>): void => {
  const { b, code, counts, target, slots } = writer;
  const { isa } = target;
  const sums = group.map(({ lanes }) => b.const(0, lanes));
  const scales = new Map<Lanes, (sum: Register) => Register>();
  for (const { lanes } of counts.scaledSums ? group : []) {
    memoize(scales, lanes, () => timesOne(b, lanes));
  }
  const wide = group.filter(({ lanes }) => lanes === group[0]?.lanes);
  const { at: firstRow = 0, lanes: firstLanes = 1 } = group[0] ?? {};
  const { vector, row } = counts.column;
  b.loop(writer.inputSize + writer.hiddenSize, (k) =>
    code.body(grown(firstLanes > 1 ? vector : row, group.length), () => {
      const x = b.load(b.at(slots.state, 0, k.times(1)), 1);
      const at = (r: number) => b.at(slots.weights, r, k.times(4 * writer.hiddenSize));
      const weights = b.registerList(wide.length);
      b.loadRun(weights, (i) => at(firstRow + i * firstLanes), firstLanes);
      const single = group.slice(wide.length).map((one) => b.load(at(one.at), one.lanes));
      for (const [i, [weight, sum]] of zip([...weights, ...single], sums).entries()) {
        const lanes = group[i]?.lanes ?? 1;
        b.multiplyAdd(weight, x, sum, lanes, lanes > 1 ? 0 : undefined);
      }
    }),
  );
  for (const [{ at: row, lanes }, product] of zip(group, sums)) {
    code.body(lanes > 1 ? counts.rowEnd.vector : counts.rowEnd.row, () => {
      const at = b.at(slots.gates, row);
      const scaled = scales.get(lanes)?.(product) ?? product;
      // A loop of its own adds the bias on x86, to what the product has stored.
      if (isa.startsWith('x86')) b.store(scaled, at, lanes);
      const total = isa.startsWith('x86') ? b.load(at, lanes) : scaled;
      const sum = b.binary('add', total, b.load(b.at(slots.bias, row), lanes), lanes);
      b.store(sum, at, lanes);
    });
  }
};

/** sum * 1 + 0, as Eigen scales a product. */
const timesOne = (b: TargetBuilder, lanes: Lanes) => {
  const [one, zero] = [b.const(1, lanes), b.const(0, lanes)];
  return (sum: Register): Register =>
    b.target.fma
      ? b.fma(sum, one, zero, lanes)
      : b.binary('add', b.binary('mul', sum, one, lanes), zero, lanes);
};

/** A loop over a part of the hidden state, the first or the second of each sample. */
const loopOver = (
  writer: Writer,
  { first, count, lanes, half }: Update,
  which: 0 | 1,
  write: (i: Counter, gate: (index: number) => Register) => void,
): void => {
  const { b, code, counts, tanh, target, slots, hiddenSize } = writer;
  // One value at a time is multiplied and added into a register of its own where there are lanes.
  const copies = lanes === 1 && target.lanes > 1 ? 0 : (counts.copies[tanh][which] ?? 0);
  b.loop(count, (i) =>
    code.body(counts.update[tanh], () => {
      for (let copy = 0; copy < copies; copy++) b.unary('mov', half, lanes);
      write(i, (index) =>
        b.load(b.at(slots.gates, index * hiddenSize + first, i.times(lanes)), lanes),
      );
    }),
  );
};

const writeMemory = (writer: Writer, update: Update): void => {
  const { b, slots } = writer;
  const { first, lanes, sigmoid, tanh } = update;
  loopOver(writer, update, 0, (i, gate) => {
    const forget = sigmoid(gate(1));
    const c = b.binary('mul', sigmoid(gate(0)), tanh(gate(2)), lanes);
    const at = b.at(slots.memory, first, i.times(lanes));
    b.multiplyAdd(forget, b.load(at, lanes), c, lanes);
    b.store(c, at, lanes);
  });
};

const writeHidden = (writer: Writer, update: Update, frame: Term): void => {
  const { b, slots, inputSize } = writer;
  const { first, lanes, sigmoid, tanh } = update;
  loopOver(writer, update, 1, (i, gate) => {
    const o = sigmoid(gate(3));
    const c = b.load(b.at(slots.memory, first, i.times(lanes)), lanes);
    const h = b.binary('mul', o, tanh(c), lanes);
    b.store(h, b.at(slots.state, inputSize + first, i.times(lanes)), lanes);
    b.store(h, b.at(slots.result, first, i.times(lanes), frame), lanes);
  });
};

/** LSTM::_process_sample: the loop over the layers, then the dot product of the head with the last one. */
export const appendLstmHead: AppendConvolution = (low, place, conv, source, result) => {
  const { blockFrames } = low;
  const { inChannels, outChannels } = conv;
  const name = `nam-core/lstm-head/${inChannels}x${outChannels}/${blockFrames}/${source.stride},${result.stride}`;
  const stride = { source: source.stride, result: result.stride };
  const template = low.template(name, (b) => writeHead(b, conv, blockFrames, stride));
  const bias = conv.bias ?? new Float32Array(outChannels);
  low.kernel({ ...place, kind: 'head' }, template, [
    source.at,
    low.weights(`${place.layer} weights`, conv.weights),
    low.weights(`${place.layer} bias`, bias),
    result.at,
  ]);
};

const writeHead = (
  b: TargetBuilder,
  { inChannels, outChannels }: Convolution,
  frames: number,
  stride: Strides,
): void => {
  const code = new Code(b);
  const { sample, head } = lstmCode(b.target);
  const { source, weights, bias, result } = b.slots('source', 'weights', 'bias', 'result');
  // The last vector, whole or not, is added value by value.
  const vectors = Math.ceil(inChannels / 4) - 1;
  b.loop(frames, (frame) => {
    code.body(sample);
    b.loop(outChannels, (out) => {
      const sum = b.load(b.at(bias, 0, out.times(1)), 1);
      const factors = (offset: number, at: Term, lanes: Lanes): readonly [Register, Register] => [
        b.load(b.at(source, offset, at, frame.times(stride.source)), lanes),
        b.load(b.at(weights, offset, at, out.times(inChannels)), lanes),
      ];
      b.loop(vectors, (i) =>
        code.body(head.vector, () => {
          const products = b.binary('mul', ...factors(0, i.times(4), 4), 4);
          for (let lane = 0; lane < 4; lane++) {
            const value = b.shuffle(products, products, 4, [lane, lane, lane, lane]);
            b.binary('add', sum, value, 1, { into: sum });
          }
        }),
      );
      b.loop(inChannels - 4 * vectors, (i) =>
        code.body(head.scalar, () => b.multiplyAdd(...factors(4 * vectors, i.times(1), 1), sum, 1)),
      );
      b.store(sum, b.at(result, 0, out.times(1), frame.times(stride.result)), 1);
    });
  });
};
