/**
 * LSTM cells: frames follow one another, so vectors hold hidden units. The values of a run of columns stay in
 * registers while all gates add their products; the state of one frame lies in one buffer [hidden, input].
 */
import type { Counter } from '../../kernel/builder.ts';
import type { Lanes, Register } from '../../kernel/instruction.ts';
import type { LstmLayer } from '../../nam/network.ts';
import { gateTanh } from './activation.ts';
import type { Planes, Signal } from './lowering.ts';

/** Columns whose values are held at once: with a sum and the weights on their way they fill 15 registers. */
const together = 10;

type Run = Readonly<Record<'first' | 'count', number>>;

const runsOf = (columns: number): Run[] => {
  const runs = Math.ceil(columns / together);
  const start = (run: number): number => Math.ceil((run * columns) / runs);
  return Array.from({ length: runs }, (_, run) => ({
    first: start(run),
    count: start(run + 1) - start(run),
  }));
};

/** Floats of one vector of gates in a run: the first has the biases, too. */
const perVectorOf = ({ first, count }: Run, lanes: Lanes): number =>
  (first === 0 ? count + 1 : count) * lanes;

/**
 * Vector by vector, the four gates of one group of units after another, the weights of a run's columns; zeros where
 * there is no unit. Half of them for the gates that a sigmoid opens, which is a tanh of half the argument.
 */
function packRun(cell: LstmLayer, { first, count }: Run, lanes: Lanes): number[] {
  const { inputSize, hiddenSize } = cell;
  const padded = Math.ceil(hiddenSize / lanes) * lanes;
  const weightOf = (row: number, column: number): number => {
    if (column < 0) return cell.bias[row] ?? 0;
    if (column >= hiddenSize && column < padded) return 0;
    const inRow = column < padded ? inputSize + column : column - padded;
    return cell.weights[row * (inputSize + hiddenSize) + inRow] ?? 0;
  };
  const packed: number[] = [];
  for (let vector = 0; vector < (4 * padded) / lanes; vector++) {
    const gate = vector % 4;
    for (let column = first === 0 ? -1 : first; column < first + count; column++) {
      for (let lane = 0; lane < lanes; lane++) {
        const unit = Math.floor(vector / 4) * lanes + lane;
        const weight = unit < hiddenSize ? weightOf(gate * hiddenSize + unit, column) : 0;
        packed.push(gate === 2 ? weight : weight / 2);
      }
    }
  }
  return packed;
}

export function lowerLstm(low: Planes, layer: string, cell: LstmLayer, from: Signal, to: Signal) {
  const { target, blockFrames, tanh } = low.options;
  const { lanes } = target;
  const { inputSize, hiddenSize } = cell;
  const groups = Math.ceil(hiddenSize / lanes);
  const padded = groups * lanes;
  const runs = runsOf(padded + inputSize);
  const state = new Float32Array(padded + inputSize + 16);
  state.set(cell.initialHidden);
  const cells = new Float32Array(padded);
  cells.set(cell.initialCell);
  const kept = {
    state: low.weights(`${layer} state`, state, 'history'),
    cell: low.weights(`${layer} cell`, cells, 'history'),
    gates: low.memory(`${layer} gates`, 4 * padded, 'scratch'),
  };
  const slots = {
    input: from.reference,
    output: to.reference,
    weights: low.paddedWeights(
      `${layer} weights`,
      runs.flatMap((run) => packRun(cell, run, lanes)),
    ),
    ...kept,
  };
  const description = { inputSize, hiddenSize, planes: [from.plane, to.plane] };
  low.kernel({ layer, kind: 'lstm' }, description, slots, (tw, slot) => {
    const b = tw.builder;
    const v = tw.math(lanes);
    const squash = (x: Register): Register => gateTanh(v, x, tanh);
    // Each sum is added up to its end before the next begins: V8 loads what all need first, and would run out of registers.
    const sumGates = ({ first, count }: Run, weightsFrom: number): void => {
      const form = lanes === 1 ? 'plain' : 'dup';
      const values = Array.from({ length: count }, (_, i) =>
        b.load(b.at(slot.state, first + i), lanes, { form }),
      );
      tw.loop(4 * groups, 3, (vector) => {
        let offset = weightsFrom;
        const weight = (): Register => {
          const at = b.at(slot.weights, offset, vector.times(perVectorOf({ first, count }, lanes)));
          offset += lanes;
          return b.load(at, lanes);
        };
        const gate = b.at(slot.gates, 0, vector.times(lanes));
        const sum = first === 0 ? weight() : b.load(gate, lanes);
        for (const register of values) tw.mac(weight(), { register }, sum, lanes);
        b.store(sum, gate, lanes);
      });
    };
    const squashGate = (vector: Counter): void => {
      tw.forgetConstants();
      const gate = b.at(slot.gates, 0, vector.times(lanes));
      b.store(squash(b.load(gate, lanes)), gate, lanes);
    };
    const moveCell = (group: Counter): void => {
      tw.forgetConstants();
      const gate = (index: number): Register =>
        b.load(b.at(slot.gates, index * lanes, group.times(4 * lanes)), lanes);
      const half = v.constant(0.5);
      const open = (index: number): Register => v.multiplyAdd(gate(index), half, half);
      const cellAt = b.at(slot.cell, 0, group.times(lanes));
      const fresh = v.mul(open(0), gate(2));
      const value = v.multiplyAdd(open(1), b.load(cellAt, lanes), fresh);
      b.store(value, cellAt, lanes);
      b.store(v.mul(open(3), squash(value)), b.at(slot.state, 0, group.times(lanes)), lanes);
    };
    const oneFrame = (frame: Counter): void => {
      const handOn = (first: number, count: number, ...group: Counter[]): void => {
        for (let unit = first; unit < first + count; unit++) {
          const hidden = b.load(b.at(slot.state, unit, ...group.map((g) => g.times(lanes))), 1);
          const moved = group.map((g) => g.times(lanes * to.plane));
          b.store(hidden, b.at(slot.output, unit * to.plane, ...moved, frame.times(1)), 1);
        }
      };
      for (let i = 0; i < inputSize; i++) {
        const x = b.load(b.at(slot.input, i * from.plane, frame.times(1)), 1);
        b.store(x, b.at(slot.state, padded + i), 1);
      }
      let weightsFrom = 0;
      for (const run of runs) {
        sumGates(run, weightsFrom);
        weightsFrom += 4 * groups * perVectorOf(run, lanes);
      }
      tw.loop(4 * groups, 2, squashGate);
      tw.loop(groups, 3, moveCell);
      const rest = hiddenSize % lanes;
      tw.loop((hiddenSize - rest) / lanes, 3, (group) => handOn(0, lanes, group));
      handOn(hiddenSize - rest, rest);
    };
    tw.loop(blockFrames, 3, oneFrame, 1);
  });
}
