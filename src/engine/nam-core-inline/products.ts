/** The hand-unrolled products as kernels: over frames, over outputs, by named scalars, plain loops. */
import type { KernelBuilder } from '../../kernel/builder.ts';
import type { Lanes, Register } from '../../kernel/instruction.ts';
import type { Target } from '../../kernel/lowered.ts';
import { Code, counts } from '../common/code.ts';
import { loadRun, multiplyAdd } from '../eigen/registers.ts';
import { inlineCode } from './body-code.ts';

export interface InlineShape {
  readonly outputs: number;
  readonly inputs: number;
  readonly frames: number;
  readonly inputStride: number;
  readonly outputStride: number;
  /** dst += product; otherwise dst = product. */
  readonly accumulate: boolean;
  /** Added in the same pass. */
  readonly bias: boolean;
}

/** One frame, or `lanes` frames, of several taps: sums of products, tap after tap. */
const writeFrames = (
  b: KernelBuilder,
  target: Target,
  shape: InlineShape,
  taps: readonly { readonly slot: number; readonly weights: readonly Register[] }[],
  result: number,
  bias: readonly Register[],
  lanes: Lanes,
  first: number,
  trips: number,
  body: (write: () => void) => void,
): void => {
  const { outputs, inputs, inputStride, outputStride } = shape;
  b.loop(trips, (i) => {
    const read = (slot: number, count: number, stride: number): Register[] => {
      const registers = b.registerList(count);
      const at = (c: number) => b.at(slot, first * stride + c, i.times(lanes * stride));
      if (lanes > 1 && count === stride) {
        b.loadMany(registers, at(0), lanes, { form: count > 1 ? 'structure' : 'plain' });
        return registers;
      }
      registers.forEach((r, c) => {
        if (lanes === 1) b.load(at(c), 1, {}, r);
        else
          gather(b, r, lanes, (l) => b.at(slot, (first + l) * stride + c, i.times(lanes * stride)));
      });
      return registers;
    };
    body(() => {
      let sums: Register[] | null = shape.accumulate ? read(result, outputs, outputStride) : null;
      for (const tap of taps) {
        const x = read(tap.slot, inputs, inputStride);
        const partial = Array.from({ length: outputs }, (_, o) => {
          const sum = b.binary('mul', tap.weights[o] as Register, x[0] as Register, lanes);
          for (let c = 1; c < inputs; c++) {
            multiplyAdd(
              b,
              target,
              tap.weights[c * outputs + o] as Register,
              x[c] as Register,
              sum,
              lanes,
            );
          }
          return sum;
        });
        sums = sums
          ? sums.map((s, o) => b.binary('add', s, partial[o] as Register, lanes))
          : partial;
      }
      const totals = (sums ?? []).map((s, o) => {
        const k = bias[o];
        return k === undefined ? s : b.binary('add', s, k, lanes);
      });
      const at = (c: number) =>
        b.at(result, first * outputStride + c, i.times(lanes * outputStride));
      if (lanes > 1) b.store(totals, at(0), lanes, { form: outputs > 1 ? 'structure' : 'plain' });
      else {
        totals.forEach((r, c) => {
          b.store(r, at(c), 1);
        });
      }
    });
  });
};

/** Values of strided frames, one load each, combined into a vector. */
const gather = (
  b: KernelBuilder,
  into: Register,
  lanes: Lanes,
  at: (lane: number) => ReturnType<KernelBuilder['at']>,
): void => {
  let vector = b.load(at(0), lanes, { form: 'dup' });
  for (let l = 1; l < lanes; l++) {
    const value = b.load(at(l), lanes, { form: 'dup' });
    const pattern = Array.from({ length: lanes }, (_, n) => (n < l ? n : lanes + n));
    vector = b.shuffle(vector, value, lanes, pattern, l === lanes - 1 ? into : b.register());
  }
};

/** Slots: stack, weights of all taps [tap][in][out], bias, result, one block per tap. */
export const writeSmall = (
  b: KernelBuilder,
  target: Target,
  shape: InlineShape,
  tapCount: number,
): void => {
  const code = new Code(b);
  const own = inlineCode(target);
  const { outputs, inputs, frames } = shape;
  const weights = b.slot('weights');
  const bias = b.slot('bias');
  const result = b.slot('result');
  const blocks = Array.from({ length: tapCount }, (_, tap) => b.slot(`tap ${tap}`));
  const contiguous = shape.outputStride === outputs;
  const lanes: Lanes = own.overFrames && contiguous ? target.lanes : 1;
  const total =
    tapCount > 1 ? own.fused(outputs) : own.small(outputs, inputs, shape.accumulate, shape.bias);
  const sweep = (width: Lanes, first: number, trips: number, counted: boolean): void => {
    if (trips === 0) return;
    const load = (slot: number, at: number): Register =>
      b.load(b.at(slot, at), width, width > 1 ? { form: 'dup' } : {});
    const taps = blocks.map((slot, tap) => ({
      slot,
      weights: Array.from({ length: outputs * inputs }, (_, i) =>
        load(weights, tap * outputs * inputs + i),
      ),
    }));
    const held = shape.bias ? Array.from({ length: outputs }, (_, o) => load(bias, o)) : [];
    writeFrames(b, target, shape, taps, result, held, width, first, trips, (write) =>
      counted ? code.body(total, write) : write(),
    );
  };
  const vectors = Math.floor(frames / lanes);
  sweep(lanes, 0, vectors, true);
  sweep(1, vectors * lanes, frames - vectors * lanes, false);
};

/** Inputs of a frame in named scalars, weights from memory. Slots: stack, weights, block, result. */
export const writeNamed = (b: KernelBuilder, target: Target, shape: InlineShape): void => {
  const code = new Code(b);
  const own = inlineCode(target);
  const { outputs, inputs, frames, inputStride, outputStride, accumulate } = shape;
  const weights = b.slot('weights');
  const block = b.slot('block');
  const result = b.slot('result');
  const vectorised = own.overFrames && accumulate && outputs === 8 && inputs === 8;
  const lanes: Lanes = vectorised ? (Math.min(target.lanes, 8) as Lanes) : 1;
  b.loop(frames, (frame) => {
    code.body(vectorised ? own.eight : own.named(outputs, inputs, accumulate), () => {
      const x = Array.from({ length: inputs }, (_, c) => b.at(block, c, frame.times(inputStride)));
      // Vectorised over the outputs, the inputs come as vectors of four too.
      const quads = vectorised
        ? [0, 4].map((c) => b.load(b.at(block, c, frame.times(inputStride)), 4))
        : [];
      const values = vectorised
        ? x.map((_, c) => quads[c >> 2] as Register)
        : x.map((at) => b.load(at, 1));
      // Vectors of outputs that share an input: their weights are neighbours.
      const together = vectorised ? outputs / lanes : 1;
      for (let o = 0; o < outputs; o += together * lanes) {
        const w = (c: number): Register[] => {
          const loaded = b.registerList(together);
          loadRun(b, target, loaded, (i) => b.at(weights, c * outputs + o + i * lanes), lanes);
          return loaded;
        };
        const element = (c: number): { element?: number } => (lanes > 1 ? { element: c & 3 } : {});
        const sums = w(0).map((weight) =>
          b.binary('mul', weight, values[0] as Register, lanes, element(0)),
        );
        for (let c = 1; c < inputs; c++) {
          w(c).forEach((weight, i) => {
            const sum = sums[i] as Register;
            multiplyAdd(b, target, weight, values[c] as Register, sum, lanes, element(c).element);
          });
        }
        sums.forEach((sum, i) => {
          const at = b.at(result, o + i * lanes, frame.times(outputStride));
          b.store(accumulate ? b.binary('add', b.load(at, lanes), sum, lanes) : sum, at, lanes);
        });
      }
    });
  });
};

/** The plain triple loop: every product reads both factors. Slots: stack, weights, block, result. */
export const writePlain = (b: KernelBuilder, target: Target, shape: InlineShape): void => {
  const code = new Code(b);
  const own = inlineCode(target);
  const { outputs, inputs, frames, inputStride, outputStride } = shape;
  const weights = b.slot('weights');
  const block = b.slot('block');
  const result = b.slot('result');
  b.loop(frames, (frame) => {
    code.body(own.frame);
    b.loop(outputs, (output) => {
      const sum = b.register();
      const clear = (): void => {
        b.const(0, 1, sum);
      };
      const products = (): void =>
        b.loop(inputs, (input) =>
          code.body(own.mac, () => {
            const w = b.load(b.at(weights, 0, input.times(outputs), output.times(1)), 1);
            const x = b.load(b.at(block, 0, input.times(1), frame.times(inputStride)), 1);
            multiplyAdd(b, target, w, x, sum, 1);
          }),
        );
      const store = (): void =>
        b.store(sum, b.at(result, 0, output.times(1), frame.times(outputStride)), 1);
      code.around(own.output, clear, products, store);
    });
  });
};

/** The bias of a few channels in registers, one frame a round. Slots: stack, block, bias. */
/** Vectors of the bias before its pattern repeats: three for three or six rows. */
export const biasPeriod = (rows: number, lanes: number): number => {
  let period = 1;
  while ((period * lanes) % rows !== 0) period += 1;
  return period;
};

/**
 * Flat over the frames with the bias in registers, as often as it takes to fill vectors. Slots:
 * stack, block, bias (repeated up to a whole period).
 */
export const writeVectorBias = (
  b: KernelBuilder,
  rows: number,
  frames: number,
  lanes: Lanes,
): void => {
  const code = new Code(b);
  const block = b.slot('block');
  const bias = b.slot('bias');
  const period = biasPeriod(rows, lanes);
  const group = period * lanes;
  const groups = Math.floor((rows * frames) / group);
  const held = Array.from({ length: period }, (_, v) => b.load(b.at(bias, v * lanes), lanes));
  const total = counts(
    `load_vec ${period} vec_fparith ${period} store_vec ${period} int ${period} branch ${period}`,
  );
  b.loop(groups, (i) =>
    code.body(total, () => {
      held.forEach((k, v) => {
        const at = b.at(block, v * lanes, i.times(group));
        b.store(b.binary('add', b.load(at, lanes), k, lanes), at, lanes);
      });
    }),
  );
  const done = groups * group;
  b.loop((rows * frames - done) / rows, (i) => {
    for (let c = 0; c < rows; c++) {
      const at = b.at(block, done + c, i.times(rows));
      b.store(b.binary('add', b.load(at, 1), b.load(b.at(bias, c), 1), 1), at, 1);
    }
  });
};

export const writeHeldBias = (b: KernelBuilder, rows: number, frames: number): void => {
  const code = new Code(b);
  const block = b.slot('block');
  const bias = b.slot('bias');
  const held = Array.from({ length: rows }, (_, c) => b.load(b.at(bias, c), 1));
  const total = counts(
    `load_fp32 ${rows} scalar_fparith ${rows} store_fp32 ${rows} int 2 branch 1`,
  );
  b.loop(frames, (frame) =>
    code.body(total, () => {
      held.forEach((k, c) => {
        const at = b.at(block, c, frame.times(rows));
        b.store(b.binary('add', b.load(at, 1), k, 1), at, 1);
      });
    }),
  );
};
