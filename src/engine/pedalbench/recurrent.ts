/**
 * LSTM cells: frames follow one another, so vectors hold hidden units. The gates of a group of units
 * stay in registers over all inputs; the state of one frame lies in one buffer [input, hidden].
 */
import type { Counter } from '../../kernel/builder.ts';
import type { LstmLayer } from '../../nam/network.ts';
import { fastSigmoid, fastTanh, sigmoid, tanh } from './activations.ts';
import type { Lowering, Signal } from './lowering.ts';

export function lowerLstm(
  low: Lowering,
  layer: string,
  cell: LstmLayer,
  from: Signal,
  to: Signal,
): void {
  const { target, blockFrames } = low.options;
  const fast = low.options.tanh === 'fast';
  const { lanes } = target;
  const { inputSize, hiddenSize } = cell;
  const groups = Math.ceil(hiddenSize / lanes);
  const padded = groups * lanes;
  const columns = inputSize + hiddenSize;

  // Per group of units: the biases of the four gates, then input by input their weights.
  const packed: number[] = [];
  for (let group = 0; group < groups; group++) {
    for (let column = -1; column < columns; column++) {
      for (let gate = 0; gate < 4; gate++) {
        for (let lane = 0; lane < lanes; lane++) {
          const unit = group * lanes + lane;
          const row = gate * hiddenSize + unit;
          const value = column < 0 ? cell.bias[row] : cell.weights[row * columns + column];
          packed.push(unit < hiddenSize ? (value ?? 0) : 0);
        }
      }
    }
  }
  const state = new Float32Array(inputSize + padded + 16);
  state.set(cell.initialHidden, inputSize);
  const cells = new Float32Array(padded);
  cells.set(cell.initialCell);
  const stateBuffer = low.buffer(`${layer} state`, state.length, 'history', state);
  const cellBuffer = low.buffer(`${layer} cell`, cells.length, 'history', cells);
  const nextBuffer = low.buffer(`${layer} next hidden`, padded, 'scratch');
  const slots = {
    input: from.reference,
    output: to.reference,
    weights: low.weights(`${layer} weights`, packed),
    state: { buffer: stateBuffer, offset: 0 },
    cell: { buffer: cellBuffer, offset: 0 },
    next: { buffer: nextBuffer, offset: 0 },
  };
  const description = { inputSize, hiddenSize, planes: [from.plane, to.plane] };
  low.kernel({ layer, kind: 'lstm' }, description, slots, (kit, slot) => {
    const b = kit.builder;
    const perColumn = 4 * lanes;
    const perGroup = (columns + 1) * perColumn;
    const oneFrame = (frame: Counter): void => {
      kit.forgetConstants();
      for (let i = 0; i < inputSize; i++) {
        const x = b.load(b.at(slot.input!, i * from.plane, frame.times(1)), 1);
        b.store(x, b.at(slot.state!, i), 1);
      }
      kit.loop(groups, 4, (group) => {
        const gates = [0, 1, 2, 3].map((gate) =>
          b.load(b.at(slot.weights!, gate * lanes, group.times(perGroup)), lanes),
        );
        kit.loop(columns, 2, (column) => {
          const value = b.load(b.at(slot.state!, 0, column.times(1)), lanes, {
            form: lanes === 1 ? 'plain' : 'dup',
          });
          gates.forEach((gate, g) => {
            const at = perColumn + g * lanes;
            const terms = [group.times(perGroup), column.times(perColumn)];
            const weight = b.load(b.at(slot.weights!, at, ...terms), lanes);
            kit.mac(weight, { register: value }, gate, lanes);
          });
        });
        kit.forgetConstants();
        const [input, forget, candidate, output] = gates as [number, number, number, number];
        const sigma = fast ? fastSigmoid : sigmoid;
        const bend = fast ? fastTanh : tanh;
        const cellAt = b.at(slot.cell!, 0, group.times(lanes));
        const kept = b.binary('mul', sigma(kit, forget, lanes), b.load(cellAt, lanes), lanes);
        const fresh = bend(kit, candidate, lanes);
        const value = kit.multiplyAdd(sigma(kit, input, lanes), fresh, kept, lanes);
        b.store(value, cellAt, lanes);
        const hidden = b.binary('mul', sigma(kit, output, lanes), bend(kit, value, lanes), lanes);
        b.store(hidden, b.at(slot.next!, 0, group.times(lanes)), lanes);
      });
      kit.loop(hiddenSize, 3, (unit) => {
        const hidden = b.load(b.at(slot.next!, 0, unit.times(1)), 1);
        b.store(hidden, b.at(slot.state!, inputSize, unit.times(1)), 1);
        const terms = [unit.times(to.plane), frame.times(1)];
        b.store(hidden, b.at(slot.output!, 0, ...terms), 1);
      });
    };
    kit.loop(blockFrames, 3, oneFrame, 1);
  });
}
