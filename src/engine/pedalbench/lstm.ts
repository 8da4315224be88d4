/**
 * LSTM cells: frames follow one another, so vectors hold hidden units. The gates of a group of units
 * stay in registers over all inputs; the state of one frame lies in one buffer [input, hidden].
 */
import type { Counter, Term } from '../../kernel/builder.ts';
import type { Lanes, Register } from '../../kernel/instruction.ts';
import type { LstmLayer } from '../../nam/network.ts';
import { fastLstmCell, lstmCell } from './activation.ts';
import type { Planes, Signal } from './lowering.ts';

/** Sums that are held at once: as many chains of additions, whose weights still fit 16 registers. */
const together = 6;

interface Run {
  readonly first: number;
  readonly count: number;
  readonly trips: number;
}

/** Vectors of gates, group by group of units and in each the four: whole runs, and what is left. */
const runsOf = (vectors: number): Run[] => {
  const trips = Math.floor(vectors / together);
  const rest = vectors - trips * together;
  const whole = { first: 0, count: together, trips };
  const runs = [whole, { first: trips * together, count: rest, trips: 1 }];
  return runs.filter((run) => run.count * run.trips > 0);
};

/** Trip by trip the biases of its vectors, then column by column their weights; zeros where there is none. */
function packRun(cell: LstmLayer, { first, count, trips }: Run, lanes: Lanes): number[] {
  const { inputSize, hiddenSize } = cell;
  const padded = Math.ceil(hiddenSize / lanes) * lanes;
  const weightOf = (row: number, column: number): number => {
    if (column < 0) return cell.bias[row] ?? 0;
    if (column >= hiddenSize && column < padded) return 0;
    const inRow = column < padded ? inputSize + column : column - padded;
    return cell.weights[row * (inputSize + hiddenSize) + inRow] ?? 0;
  };
  const packed: number[] = [];
  for (let trip = 0; trip < trips; trip++) {
    for (let column = -1; column < padded + inputSize; column++) {
      for (let at = 0; at < count * lanes; at++) {
        const vector = first + trip * count + Math.floor(at / lanes);
        const unit = Math.floor(vector / 4) * lanes + (at % lanes);
        const row = (vector % 4) * hiddenSize + unit;
        packed.push(unit < hiddenSize ? weightOf(row, column) : 0);
      }
    }
  }
  return packed;
}

export function lowerLstm(low: Planes, layer: string, cell: LstmLayer, from: Signal, to: Signal) {
  const { target, blockFrames } = low.options;
  const cellOf = low.options.tanh === 'fast' ? fastLstmCell : lstmCell;
  const { lanes } = target;
  const { inputSize, hiddenSize } = cell;
  const groups = Math.ceil(hiddenSize / lanes);
  const padded = groups * lanes;
  const columns = padded + inputSize;
  const runs = runsOf(4 * groups);
  const state = new Float32Array(columns + 16);
  state.set(cell.initialHidden);
  const cells = new Float32Array(padded);
  cells.set(cell.initialCell);
  const stateBuffer = low.buffer(`${layer} state`, state.length, 'history', state);
  const cellBuffer = low.buffer(`${layer} cell`, cells.length, 'history', cells);
  const gateBuffer = low.buffer(`${layer} gates`, 4 * padded, 'scratch');
  const slots = {
    input: from.reference,
    output: to.reference,
    weights: low.weights(
      `${layer} weights`,
      runs.flatMap((run) => packRun(cell, run, lanes)),
    ),
    state: { buffer: stateBuffer, offset: 0 },
    cell: { buffer: cellBuffer, offset: 0 },
    gates: { buffer: gateBuffer, offset: 0 },
  };
  const description = { inputSize, hiddenSize, planes: [from.plane, to.plane] };
  low.kernel({ layer, kind: 'lstm' }, description, slots, (tw, slot) => {
    const b = tw.builder;
    const sumGates = ({ first, count, trips }: Run, weightsFrom: number): void => {
      const perColumn = count * lanes;
      const perTrip = (columns + 1) * perColumn;
      tw.loop(trips, 3, (run) => {
        const weightAt = (column: number, i: number, ...terms: Term[]): Register => {
          const offset = weightsFrom + (column + 1) * perColumn + i * lanes;
          return b.load(b.at(slot.weights, offset, run.times(perTrip), ...terms), lanes);
        };
        const sums = Array.from({ length: count }, (_, i) => weightAt(-1, i));
        tw.loop(columns, 2, (column) => {
          const form = lanes === 1 ? 'plain' : 'dup';
          const value = b.load(b.at(slot.state, 0, column.times(1)), lanes, { form });
          sums.forEach((sum, i) => {
            const weight = weightAt(0, i, column.times(perColumn));
            tw.mac(weight, { register: value }, sum, lanes);
          });
        });
        sums.forEach((sum, i) => {
          b.store(sum, b.at(slot.gates, (first + i) * lanes, run.times(perColumn)), lanes);
        });
      });
    };
    const moveCell = (group: Counter): void => {
      tw.forgetConstants();
      const gates = [0, 1, 2, 3].map((gate) =>
        b.load(b.at(slot.gates, gate * lanes, group.times(4 * lanes)), lanes),
      ) as [number, number, number, number];
      const cellAt = b.at(slot.cell, 0, group.times(lanes));
      const next = cellOf(tw.math(lanes), gates, b.load(cellAt, lanes));
      b.store(next.cell, cellAt, lanes);
      b.store(next.hidden, b.at(slot.state, 0, group.times(lanes)), lanes);
    };
    const oneFrame = (frame: Counter): void => {
      for (let i = 0; i < inputSize; i++) {
        const x = b.load(b.at(slot.input, i * from.plane, frame.times(1)), 1);
        b.store(x, b.at(slot.state, padded + i), 1);
      }
      let weightsFrom = 0;
      for (const run of runs) {
        sumGates(run, weightsFrom);
        weightsFrom += run.trips * run.count * lanes * (columns + 1);
      }
      tw.loop(groups, 3, moveCell);
      tw.loop(hiddenSize, 2, (unit) => {
        const hidden = b.load(b.at(slot.state, 0, unit.times(1)), 1);
        b.store(hidden, b.at(slot.output, 0, unit.times(to.plane), frame.times(1)), 1);
      });
    };
    tw.loop(blockFrames, 3, oneFrame, 1);
  });
}
