/**
 * LSTMCell::process_, sample by sample: gates = W * [x, h] + b by Eigen's column-major
 * matrix-vector kernel into a zeroed temporary, then the cell and the hidden state in scalar loops.
 */
import type { KernelBuilder, Term } from '../../kernel/builder.ts';
import type { Lanes, Register } from '../../kernel/instruction.ts';
import type { Target } from '../../kernel/lowered.ts';
import type { Convolution, LstmLayer } from '../../nam/network.ts';
import { Code } from '../common/code.ts';
import type { Lowering, Place } from '../common/lowering.ts';
import { formulaOf } from '../eigen/activations.ts';
import type { Operand } from '../eigen/passes.ts';
import { loadRun, multiplyAdd } from '../eigen/registers.ts';
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
  const own = lstmCode(target, tanh, hiddenSize);
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
  let updated = 0;
  const updates = own.widths.flatMap((l) => {
    const first = updated;
    const count = Math.floor((hiddenSize - first) / l);
    updated += count * l;
    return count === 0 ? [] : [{ l, first, count, held: heldOf(l) }];
  });
  b.loop(frames, (frame) => {
    code.body(own.cell);
    for (let i = 0; i < inputSize; i++) {
      b.store(b.load(b.at(source, i, frame.times(sourceStride)), 1), b.at(state, i), 1);
    }
    // Products of several vectors of rows at once share each input.
    for (let first = 0; first < blocks.length; first += own.rowVectors) {
      const group = blocks.slice(first, first + own.rowVectors);
      const sums = group.map(([, l]) => b.const(0, l));
      const scales = new Map<Lanes, { one: Register; zero: Register }>();
      for (const [, l] of own.scaledSums && target.fma ? group : []) {
        if (!scales.has(l)) scales.set(l, { one: b.const(1, l), zero: b.const(0, l) });
      }
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
        code.body(own.rowEnd(l), () => {
          const product = sums[i] as Register;
          const scale = scales.get(l);
          const scaled = scale ? b.fma(product, scale.one, scale.zero, l) : product;
          const sum = b.binary('add', scaled, b.load(b.at(bias, row), l), l);
          b.store(sum, b.at(gates, row), l);
        });
      });
    }
    const copyConstants = (loop: 0 | 1, held: Held, l: Lanes): void => {
      // One value at a time is multiplied and added into a register of its own where there are lanes.
      if (l === 1 && lanes > 1) return;
      for (let i = 0; i < own.copies[loop]; i++) b.unary('mov', held.half, l);
    };
    for (const { l, first, count, held } of updates) {
      b.loop(count, (i) => {
        const gate = (index: number): Register =>
          b.load(b.at(gates, index * hiddenSize + first, i.times(l)), l);
        code.body(own.update, () => {
          copyConstants(0, held, l);
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
        code.body(own.update, () => {
          copyConstants(1, held, l);
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
    }
  });
};

/** LSTM::_process_sample: the loop over the layers, then the dot product of the head with the last one. */
export const appendLstmHead = (
  lowering: Lowering,
  place: Place,
  conv: Convolution,
  source: Operand,
  result: Operand,
): void => {
  const { target, blockFrames } = lowering;
  const name = `nam-core/lstm-head/${conv.inChannels}x${conv.outChannels}/${blockFrames}/${source.stride},${result.stride}`;
  const template = lowering.template(name, (b) => {
    const code = new Code(b);
    const own = lstmCode(target, 'fast', conv.inChannels);
    const [from, weights, bias, to] = [
      b.slot('source'),
      b.slot('weights'),
      b.slot('bias'),
      b.slot('result'),
    ];
    // The last vector, whole or not, is added value by value.
    const vectors = Math.ceil(conv.inChannels / 4) - 1;
    b.loop(blockFrames, (frame) => {
      code.body(own.sample);
      b.loop(conv.outChannels, (out) => {
        const sum = b.load(b.at(bias, 0, out.times(1)), 1);
        const term = (offset: number, lanes: Lanes, ...at: Term[]): Register =>
          b.binary(
            'mul',
            b.load(b.at(from, offset, ...at, frame.times(source.stride)), lanes),
            b.load(b.at(weights, offset, ...at, out.times(conv.inChannels)), lanes),
            lanes,
          );
        b.loop(vectors, (i) =>
          code.body(own.head.vector, () => {
            const products = term(0, 4, i.times(4));
            for (let lane = 0; lane < 4; lane++) {
              const value = b.shuffle(products, products, 4, [lane, lane, lane, lane]);
              b.binary('add', sum, value, 1, { into: sum });
            }
          }),
        );
        b.loop(conv.inChannels - 4 * vectors, (i) =>
          code.body(own.head.scalar, () => {
            const x = b.load(b.at(from, 4 * vectors, i.times(1), frame.times(source.stride)), 1);
            const at = b.at(weights, 4 * vectors, i.times(1), out.times(conv.inChannels));
            multiplyAdd(b, target, x, b.load(at, 1), sum, 1);
          }),
        );
        b.store(sum, b.at(to, 0, out.times(1), frame.times(result.stride)), 1);
      });
    });
  });
  const bias = conv.bias ?? new Float32Array(conv.outChannels);
  lowering.kernel({ ...place, kind: 'head' }, template, [
    source.at,
    lowering.weights(`${place.layer} weights`, conv.weights),
    lowering.weights(`${place.layer} bias`, bias),
    result.at,
  ]);
};
