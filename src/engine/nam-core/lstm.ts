/**
 * LSTMCell::process_, sample by sample: gates = W * [x, h] + b by Eigen's column-major
 * matrix-vector kernel into a zeroed temporary, then the cell and the hidden state in scalar loops.
 */
import type { KernelBuilder } from '../../kernel/builder.ts';
import type { Lanes, Register } from '../../kernel/instruction.ts';
import type { Target } from '../../kernel/lowered.ts';
import type { LstmLayer } from '../../nam/network.ts';
import { Code, type Counts } from '../common/code.ts';
import type { Lowering, Place } from '../common/lowering.ts';
import { formulaOf } from '../eigen/activations.ts';
import { loadRun, multiplyAdd } from '../eigen/gebp.ts';
import type { Operand } from '../eigen/passes.ts';
import type { TanhKind } from '../engine.ts';
import { lstmCode } from './lstm-code.ts';

export const appendLstm = (
  lowering: Lowering,
  place: Place,
  cell: LstmLayer,
  source: Operand,
  result: Operand,
  tanh: TanhKind,
): void => {
  const { target, blockFrames } = lowering;
  const { inputSize, hiddenSize } = cell;
  const inputs = inputSize + hiddenSize;
  const gates = 4 * hiddenSize;
  const columns = new Float32Array(gates * inputs);
  for (let row = 0; row < gates; row++) {
    for (let i = 0; i < inputs; i++) columns[i * gates + row] = cell.weights[row * inputs + i] ?? 0;
  }
  const state = new Float32Array(inputs);
  state.set(cell.initialHidden, inputSize);
  const at = (name: string, data: Float32Array, region: 'weights' | 'history') => ({
    buffer: lowering.buffer(`${place.layer} ${name}`, data.length, region, data),
    offset: 0,
  });
  const template = lowering.template(
    `nam-core/lstm/${inputSize}x${hiddenSize}/${blockFrames}/${source.stride},${result.stride}/${tanh}`,
    (b) => writeLstm(b, target, blockFrames, cell, source.stride, result.stride, tanh),
  );
  lowering.kernel({ ...place, kind: 'lstm' }, template, [
    source.at,
    result.at,
    at('weights', columns, 'weights'),
    at('bias', cell.bias, 'weights'),
    at('input and hidden', state, 'history'),
    at('cell', cell.initialCell, 'history'),
    lowering.scratch('gates', gates),
  ]);
};

interface Held {
  readonly tanh: readonly Register[];
  readonly sigmoid: readonly Register[];
  readonly half: Register;
  readonly one: Register;
}

const writeLstm = (
  b: KernelBuilder,
  target: Target,
  frames: number,
  cell: LstmLayer,
  sourceStride: number,
  resultStride: number,
  tanh: TanhKind,
): void => {
  const code = new Code(b);
  const [source, result, weights, bias, state, memory, gates] = [
    b.slot('source'),
    b.slot('result'),
    b.slot('weights'),
    b.slot('bias'),
    b.slot('input and hidden'),
    b.slot('cell'),
    b.slot('gates'),
  ] as [number, number, number, number, number, number, number];
  const { inputSize, hiddenSize } = cell;
  const inputs = inputSize + hiddenSize;
  const rows = 4 * hiddenSize;
  const own = lstmCode(target, tanh);
  const { lanes } = target;
  const blocks: [number, Lanes][] = [];
  for (let at = 0, l: number = lanes; l >= 1; l = l > 1 ? 1 : 0) {
    for (; rows - at >= l; at += l) blocks.push([at, l as Lanes]);
  }
  // Constants stay in registers for the whole block.
  const heldOf = (l: Lanes): Held => {
    const registers = (values: readonly number[]): Register[] => values.map((v) => b.const(v, l));
    return {
      tanh: registers(formulas.tanh.constants),
      sigmoid: registers(formulas.sigmoid.constants),
      half: b.const(0.5, l),
      one: b.const(1, l),
    };
  };
  const formulas = {
    tanh: formulaOf(target, { type: tanh === 'libm' ? 'Tanh' : 'Fasttanh' }),
    sigmoid: formulaOf(target, { type: tanh === 'libm' ? 'Sigmoid' : 'Fasttanh' }),
  };
  const activate = (kind: 'tanh' | 'sigmoid', x: Register, l: Lanes, held: Held): Register => {
    if (kind === 'tanh') return formulas.tanh.apply(b, x, held.tanh, l);
    if (tanh === 'libm') return formulas.sigmoid.apply(b, x, held.sigmoid, l);
    const t = formulas.sigmoid.apply(b, b.binary('mul', x, held.half, l), held.sigmoid, l);
    return b.binary('mul', b.binary('add', t, held.one, l), held.half, l);
  };
  const width: Lanes = tanh === 'fast' && own.vectorised ? lanes : 1;
  const wideHeld = heldOf(width);
  const scalarHeld = width > 1 && hiddenSize % width !== 0 ? heldOf(1) : wideHeld;
  b.loop(frames, (frame) => {
    code.body(own.sample);
    for (let i = 0; i < inputSize; i++) {
      b.store(b.load(b.at(source, i, frame.times(sourceStride)), 1), b.at(state, i), 1);
    }
    // Products of several vectors of rows at once share each input.
    for (let first = 0; first < blocks.length; first += own.rowVectors) {
      const group = blocks.slice(first, first + own.rowVectors);
      const sums = group.map(([, l]) => b.const(0, l));
      const scale = own.scaledSums ? { one: b.const(1, 1), zero: b.const(0, 1) } : null;
      b.loop(inputs, (k) => {
        code.body(own.column(group.length, group[0]?.[1] ?? 1), () => {
          const x = b.load(b.at(state, 0, k.times(1)), 1);
          const l = group[0]?.[1] ?? 1;
          const same = group.filter(([, lanesOf]) => lanesOf === l);
          const first4 = same[0]?.[0] ?? 0;
          const w = b.registerList(same.length);
          const at = (i: number) => b.at(weights, first4 + i * l, k.times(rows));
          loadRun(b, target, w, at, l);
          for (const [row, lanesOf] of group.slice(same.length)) {
            w.push(b.load(b.at(weights, row, k.times(rows)), lanesOf));
          }
          group.forEach(([, lanesOf], i) => {
            const element = lanesOf > 1 ? 0 : undefined;
            multiplyAdd(b, target, w[i] as Register, x, sums[i] as Register, lanesOf, element);
          });
        });
      });
      group.forEach(([row, l], i) => {
        code.body(own.rowEnd, () => {
          const product = sums[i] as Register;
          const scaled = scale ? b.fma(product, scale.one, scale.zero, l) : product;
          const sum = b.binary('add', scaled, b.load(b.at(bias, row), l), l);
          b.store(sum, b.at(gates, row), l);
        });
      });
    }
    const copyConstants = (held: Held, l: Lanes): void => {
      for (let i = 0; i < own.copies; i++) b.unary('mov', held.half, l);
    };
    const vectors = Math.floor(hiddenSize / width);
    const update = (l: Lanes, held: Held, first: number, count: number, total: Counts): void => {
      b.loop(count, (i) => {
        const gate = (index: number): Register =>
          b.load(b.at(gates, index * hiddenSize + first, i.times(l)), l);
        code.body(total, () => {
          copyConstants(held, l);
          const forget = activate('sigmoid', gate(1), l, held);
          const input = activate('sigmoid', gate(0), l, held);
          const candidate = activate('tanh', gate(2), l, held);
          const at = b.at(memory, first, i.times(l));
          const c = b.binary('mul', input, candidate, l);
          multiplyAdd(b, target, forget, b.load(at, l), c, l);
          b.store(c, at, l);
        });
      });
      b.loop(count, (i) => {
        code.body(total, () => {
          copyConstants(held, l);
          const o = activate(
            'sigmoid',
            b.load(b.at(gates, 3 * hiddenSize + first, i.times(l)), l),
            l,
            held,
          );
          const c = b.load(b.at(memory, first, i.times(l)), l);
          const h = b.binary('mul', o, activate('tanh', c, l, held), l);
          b.store(h, b.at(state, inputSize + first, i.times(l)), l);
          b.store(h, b.at(result, first, i.times(l), frame.times(resultStride)), l);
        });
      });
    };
    update(width, wideHeld, 0, vectors, own.update(width));
    if (width > 1)
      update(1, scalarHeld, vectors * width, hiddenSize - vectors * width, own.update(1));
  });
};
