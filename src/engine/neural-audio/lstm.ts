/**
 * An LSTM sample by sample: gates = W [x, h] + bias by Eigen's column-major matrix-vector product, a
 * loop for the cell and one for the hidden state, the head a dot product. With fixed sizes nothing
 * comes from the heap and the small loops are unrolled.
 */
import type { KernelBuilder, Term } from '../../kernel/builder.ts';
import type { Lanes, Register } from '../../kernel/instruction.ts';
import type { Lowered, Reference, Target } from '../../kernel/lowered.ts';
import type { LstmLayer, LstmNetwork } from '../../nam/network.ts';
import { Code, type Counts, counts } from '../common/code.ts';
import { Lowering } from '../common/lowering.ts';
import { formulaOf } from '../eigen/activations.ts';
import { multiplyAdd } from '../eigen/registers.ts';

interface Slots {
  readonly weights: number;
  readonly bias: number;
  readonly state: number;
  readonly cell: number;
}

const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

export const lowerLstm = (
  network: LstmNetwork,
  target: Target,
  blockFrames: number,
  fixed: boolean,
): Lowered => {
  const lowering = new Lowering(target, blockFrames);
  const input = lowering.buffer('audio in', blockFrames, 'io');
  const output = lowering.buffer('audio out', blockFrames, 'io');
  const sizes = network.layers.map(({ inputSize, hiddenSize }) => `${inputSize}x${hiddenSize}`);
  const template = lowering.template(
    `neural-audio/lstm/${sizes.join(',')}/${blockFrames}/${fixed}`,
    (b) => new LstmWriter(b, network, target, blockFrames, fixed).write(),
  );
  const memory = (
    name: string,
    region: 'weights' | 'history' | 'scratch',
    data: Float32Array,
  ): Reference => ({ buffer: lowering.buffer(name, data.length, region, data), offset: 0 });
  const layers = network.layers.flatMap((layer, i) => {
    const state = new Float32Array(layer.inputSize + layer.hiddenSize);
    state.set(layer.initialHidden, layer.inputSize);
    return [
      memory(`layer ${i} weights`, 'weights', columnMajor(layer)),
      memory(`layer ${i} bias`, 'weights', layer.bias),
      memory(`layer ${i} input and hidden`, 'history', state),
      memory(`layer ${i} cell`, 'history', layer.initialCell.slice()),
    ];
  });
  const gates = 4 * Math.max(...network.layers.map((layer) => layer.hiddenSize));
  lowering.kernel({ layer: 'lstm', kind: 'lstm' }, template, [
    { buffer: input, offset: 0 },
    { buffer: output, offset: 0 },
    lowering.scratch('gates', gates),
    memory('head weights', 'weights', network.headWeights),
    memory('head bias', 'weights', network.headBias),
    ...layers,
  ]);
  return lowering.finish('neural-audio', input, output, 4_000);
};

const columnMajor = ({ inputSize, hiddenSize, weights }: LstmLayer): Float32Array => {
  const inputs = inputSize + hiddenSize;
  const rows = 4 * hiddenSize;
  const out = new Float32Array(weights.length);
  for (let row = 0; row < rows; row++) {
    for (let i = 0; i < inputs; i++) out[i * rows + row] = weights[row * inputs + i]!;
  }
  return out;
};

class LstmWriter {
  private readonly b: KernelBuilder;
  private readonly code: Code;
  private readonly network: LstmNetwork;
  private readonly target: Target;
  private readonly frames: number;
  private readonly fixed: boolean;

  constructor(
    b: KernelBuilder,
    network: LstmNetwork,
    target: Target,
    frames: number,
    fixed: boolean,
  ) {
    this.b = b;
    this.code = new Code(b);
    this.network = network;
    this.target = target;
    this.frames = frames;
    this.fixed = fixed;
  }

  write(): void {
    const { b, code, network, frames } = this;
    const [input, output, gates] = [b.slot('input'), b.slot('output'), b.slot('gates')] as const;
    const [headWeights, headBias] = [b.slot('head weights'), b.slot('head bias')] as const;
    const layers = network.layers.map((_, i) => ({
      weights: b.slot(`layer ${i} weights`),
      bias: b.slot(`layer ${i} bias`),
      state: b.slot(`layer ${i} state`),
      cell: b.slot(`layer ${i} cell`),
    }));
    b.loop(frames, (frame) => {
      b.store(b.load(b.at(input, 0, frame.times(1)), 1), b.at(layers[0]!.state, 0), 1);
      network.layers.forEach((layer, i) => {
        const next = layers[i + 1];
        this.cell(layer, layers[i]!, gates);
        if (next) this.handOver(layer, layers[i]!, next);
      });
      const last = network.layers.length - 1;
      this.head(
        network.layers[last]!,
        layers[last]!,
        headWeights,
        headBias,
        output,
        frame.times(1),
      );
      code.body(
        this.fixed
          ? counts('int 15 branch 2 load_int 4 store_int 4')
          : counts('int 60 branch 16 load_int 6 store_int 4'),
      );
    });
  }

  private lanesFor(count: number): Lanes {
    return this.target.lanes >= 4 && count % 4 === 0 ? 4 : 1;
  }

  /** Up to 8 vectors of gates at a time, all inputs for each of them. */
  private cell(layer: LstmLayer, slots: Slots, gates: number): void {
    const { b, code, target, fixed } = this;
    const { inputSize, hiddenSize: H } = layer;
    const inputs = inputSize + H;
    const rows = 4 * H;
    const lanes = this.lanesFor(rows);
    // Around the product: its temporary (from the heap where sizes are not fixed), cleared, scaled.
    code.body(
      fixed
        ? counts('int 24 branch 3 load_int 5 store_int 5')
        : counts('int 240 branch 100 load_int 82 store_int 48'),
    );
    const vectors = rows / lanes;
    const zero = b.const(0, lanes);
    for (const v of upTo(vectors)) b.store(zero, b.at(gates, v * lanes), lanes);
    for (let v0 = 0; v0 < vectors; v0 += 8) {
      const group = upTo(Math.min(8, vectors - v0)).map((v) => v0 + v);
      const sums = group.map(() => b.const(0, lanes));
      b.loop(inputs, (i) => {
        code.body(counts('int 2 branch 1'), () => {
          const x = b.load(
            b.at(slots.state, 0, i.times(1)),
            lanes,
            lanes > 1 ? { form: 'dup' } : {},
          );
          // Weights of neighbouring vectors come in pairs.
          for (let n = 0; n < group.length; n += 2) {
            const w = b.registerList(Math.min(2, group.length - n));
            const place = b.at(slots.weights, group[n]! * lanes, i.times(rows));
            b.loadMany(w, place, lanes, { form: w.length > 1 ? 'pair' : 'plain' });
            w.forEach((register, side) => {
              multiplyAdd(b, target, register, x, sums[n + side]!, lanes);
            });
          }
        });
      });
      group.forEach((v, n) => {
        const place = b.at(gates, v * lanes);
        b.store(b.binary('add', b.load(place, lanes), sums[n]!, lanes), place, lanes);
      });
      code.body(counts('int 6 branch 1'));
    }
    for (const v of upTo(vectors)) {
      const place = b.at(gates, v * lanes);
      const bias = b.load(b.at(slots.bias, v * lanes), lanes);
      b.store(b.binary('add', b.load(place, lanes), bias, lanes), place, lanes);
    }
    this.update(layer, slots, gates);
  }

  /** Sigmoid(x) = (tanh(x / 2) + 1) / 2, both loops with the rational tanh. */
  private update(layer: LstmLayer, slots: Slots, gates: number): void {
    const { b, code, target, fixed } = this;
    const { inputSize, hiddenSize: H } = layer;
    const lanes = this.lanesFor(H);
    const formula = formulaOf(target, { type: 'Fasttanh' });
    const held = formula.constants.map((value) => b.const(value, lanes));
    const half = b.const(0.5, lanes);
    const one = b.const(1, lanes);
    const tanh = (x: Register): Register => formula.apply(b, x, held, lanes);
    const sigmoid = (x: Register): Register => {
      const t = tanh(b.binary('mul', x, half, lanes));
      return b.binary('mul', b.binary('add', t, one, lanes), half, lanes);
    };
    const gate = (index: number, at: Term): Register => b.load(b.at(gates, index * H, at), lanes);
    const glue = (tanhs: number): Counts =>
      // Every tanh copies its constants, which its products overwrite.
      counts(`int ${fixed ? 1 : 4} branch 1${lanes > 1 ? ` vec_other ${3 * tanhs}` : ''}`);
    b.loop(H / lanes, (i) => {
      const at = i.times(lanes);
      const place = b.at(slots.cell, 0, at);
      const keep = b.binary('mul', sigmoid(gate(1, at)), b.load(place, lanes), lanes);
      multiplyAdd(b, target, sigmoid(gate(0, at)), tanh(gate(2, at)), keep, lanes);
      b.store(keep, place, lanes);
      code.body(glue(3));
    });
    b.loop(H / lanes, (i) => {
      const at = i.times(lanes);
      const hidden = b.binary(
        'mul',
        sigmoid(gate(3, at)),
        tanh(b.load(b.at(slots.cell, 0, at), lanes)),
        lanes,
      );
      b.store(hidden, b.at(slots.state, inputSize, at), lanes);
      code.body(glue(2));
    });
  }

  private handOver(layer: LstmLayer, from: Slots, to: Slots): void {
    const { b, code } = this;
    const lanes = this.lanesFor(layer.hiddenSize);
    for (let i = 0; i < layer.hiddenSize; i += lanes) {
      const x = b.load(b.at(from.state, layer.inputSize + i), lanes);
      b.store(x, b.at(to.state, i), lanes);
    }
    code.body(counts('int 12 branch 4'));
  }

  private head(
    layer: LstmLayer,
    slots: Slots,
    weights: number,
    bias: number,
    output: number,
    frame: Term,
  ): void {
    const { b, target } = this;
    const { inputSize, hiddenSize: H } = layer;
    const lanes = this.lanesFor(H);
    let sum: Register | null = null;
    for (let i = 0; i < H; i += lanes) {
      const x = b.load(b.at(slots.state, inputSize + i), lanes);
      const w = b.load(b.at(weights, i), lanes);
      if (sum === null) sum = b.binary('mul', x, w, lanes);
      else multiplyAdd(b, target, x, w, sum, lanes);
    }
    let total = sum!; // a hidden size of at least one
    for (let distance = lanes / 2; distance >= 1; distance /= 2) {
      const pattern = upTo(lanes).map((l) => (l + distance) % lanes);
      total = b.binary('add', total, b.shuffle(total, total, lanes, pattern), lanes);
    }
    const y = b.binary('add', total, b.load(b.at(bias, 0), 1), 1);
    b.store(y, b.at(output, 0, frame), 1);
  }
}
