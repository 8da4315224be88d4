/** The hand-unrolled products as kernels: over frames, over outputs, by named scalars, plain loops. */
import type { Counter } from '../../kernel/builder.ts';
import type { Address, Lanes, Register, Registers } from '../../kernel/instruction.ts';
import type { Target } from '../../kernel/lowered.ts';
import { Code, type Counts, plus, type TargetCode } from '../common/code.ts';
import { type FormOf, grown, vectorisesFloats } from '../common/compiled-code.ts';
import type { TargetBuilder } from '../common/target-builder.ts';
import { lanesOf, partsOf, zip } from '../eigen/registers.ts';
import data from './compiled-code.json' with { type: 'json' };

const { vectors, scalar, x86 } = data.code;
type InlineCode = FormOf<Omit<typeof vectors, 'small' | 'eight'>>;

const builds: Readonly<Record<'vectors' | 'scalar' | 'x86', InlineCode>> = {
  vectors,
  scalar,
  x86: { ...vectors, ...x86 },
};

/** Builds for x86 without fused multiply-add, whose shuffles and copies are others than Arm's. */
const isPlainX86 = ({ isa, fma }: Target): boolean => isa.startsWith('x86') && !fma;

export const inlineCode = (target: Target): InlineCode => {
  if (isPlainX86(target)) return builds.x86;
  return vectorisesFloats(target) ? builds.vectors : builds.scalar;
};

/** x86 takes 8 x 8 over four frames, too, with all weights spread to vectors before each tap. */
export const eightTapOf = (target: Target, { outputs, inputs, accumulate }: InlineShape): Counts =>
  isPlainX86(target) && outputs === 8 && inputs === 8 && accumulate ? x86.eightTap : {};

const x86Small: Readonly<Record<string, Counts>> = x86.small;

/** Four frames on x86. */
const x86Counts = ({ outputs, inputs, accumulate }: InlineShape): Counts => {
  const counted = x86Small[`${outputs}x${inputs}${accumulate ? '+' : ''}`];
  if (counted !== undefined) return counted;
  const { product, input, output } = x86.unknown;
  const sums = plus(plus({ branch: 1 }, product, outputs * inputs), input, inputs);
  return plus(plus(sums, output, outputs), { load_vec: 1 }, accumulate ? outputs : 0);
};

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

/** Four frames (or one, without vectors) of a small product. */
const smallCounts = (target: Target, shape: InlineShape) => {
  if (isPlainX86(target)) return x86Counts(shape);
  const { outputs, inputs, accumulate, bias } = shape;
  const products = outputs * inputs;
  const sums = outputs * (1 + Number(accumulate) + Number(bias));
  if (!vectorisesFloats(target)) {
    const loads = inputs + (products > 12 ? 4 : 0) + (accumulate ? outputs : 0);
    const arithmetic = { scalar_fma: products - outputs, scalar_fparith: sums };
    return { ...arithmetic, load_fp32: loads, store_fp32: outputs, int: 3, branch: 1 };
  }
  const { small } = data.code.vectors;
  const arithmetic = { vec_fma: products - outputs, vec_fparith: sums };
  if (accumulate) {
    return plus(plus(arithmetic, small.accumulate), small.spills, products > 12 ? 1 : 0);
  }
  if (inputs === 1) return plus(arithmetic, small.oneInput);
  // The distance between the columns of the input is a variable: values are gathered.
  return plus(arithmetic, outputs === 4 ? small.fourOutputs : grown(small.gathered, inputs));
};

/** One frame of a product over named inputs with the weights read from memory. */
const namedCounts = (target: Target, { outputs, inputs, accumulate }: InlineShape): Counts => {
  const fused = outputs * (inputs - 1);
  const arithmetic = {
    scalar_fma: target.fma ? fused : 0,
    scalar_fparith: outputs * (accumulate ? 2 : 1) + (target.fma ? 0 : 2 * fused),
    store_fp32: outputs,
    int: 4,
    branch: 1,
  };
  const weights = outputs * inputs;
  if (!vectorisesFloats(target) || isPlainX86(target)) {
    return { ...arithmetic, load_fp32: weights + inputs + (accumulate ? outputs : 0) };
  }
  // Inputs and old results come in pairs.
  const loads = weights + Math.ceil(inputs / 2) + (accumulate ? Math.ceil(outputs / 2) + 1 : 2);
  const spills = accumulate ? 0 : 3;
  return { ...arithmetic, load_fp32: loads, load_fp64: spills, store_fp64: spills };
};

/** What a product has in registers, and where it writes. */
interface Held {
  readonly taps: readonly { readonly slot: number; readonly weights: Registers }[];
  readonly bias: Registers;
  readonly result: number;
}

/** As many frames as lanes, of a loop over those from `first` on. */
interface Frames {
  readonly lanes: Lanes;
  readonly first: number;
  readonly i: Counter;
}

/** The channels of some frames: in one load where they lie side by side, else gathered. */
const readFrames = (
  b: TargetBuilder,
  { lanes, first, i }: Frames,
  slot: number,
  channels: number,
  stride: number,
): Register[] => {
  const registers = b.registerList(channels);
  const at = (offset: number) => b.at(slot, first * stride + offset, i.times(lanes * stride));
  if (lanes > 1 && channels === stride) {
    b.loadMany(registers, at(0), lanes, { form: channels > 1 ? 'structure' : 'plain' });
    return registers;
  }
  for (const [c, register] of registers.entries()) {
    if (lanes === 1) b.load(at(c), 1, {}, register);
    else gather(b, register, lanes, (lane) => at(lane * stride + c));
  }
  return registers;
};

/** Values of strided frames, one load each, combined into a vector. */
const gather = (b: TargetBuilder, into: Register, lanes: Lanes, at: (lane: number) => Address) => {
  let vector = b.load(at(0), lanes, { form: 'dup' });
  for (let l = 1; l < lanes; l++) {
    const value = b.load(at(l), lanes, { form: 'dup' });
    const pattern = Array.from({ length: lanes }, (_, n) => (n < l ? n : lanes + n));
    vector = b.shuffle(vector, value, lanes, pattern, l === lanes - 1 ? into : b.register());
  }
};

/** Sums of products, tap after tap. */
const writeFrames = (
  b: TargetBuilder,
  { outputs, inputs, inputStride, outputStride, accumulate }: InlineShape,
  { taps, bias, result }: Held,
  frames: Frames,
): void => {
  const { lanes, first, i } = frames;
  let sums = accumulate ? readFrames(b, frames, result, outputs, outputStride) : null;
  for (const { slot, weights } of taps) {
    const x = readFrames(b, frames, slot, inputs, inputStride);
    const products = weights.slice(0, outputs).map((weight, o) => {
      const sum = b.binary('mul', weight, x[0] ?? 0, lanes); // of one input at least
      for (const [c, value] of x.entries()) {
        const further = weights[c * outputs + o];
        if (c > 0 && further !== undefined) b.multiplyAdd(further, value, sum, lanes);
      }
      return sum;
    });
    sums = sums ? zip(sums, products).map(([s, p]) => b.binary('add', s, p, lanes)) : products;
  }
  const totals = (sums ?? []).map((sum, o) => {
    const k = bias[o];
    return k === undefined ? sum : b.binary('add', sum, k, lanes);
  });
  const at = (c: number) => b.at(result, first * outputStride + c, i.times(lanes * outputStride));
  if (lanes > 1) b.store(totals, at(0), lanes, { form: outputs > 1 ? 'structure' : 'plain' });
  else for (const [c, total] of totals.entries()) b.store(total, at(c), 1);
};

/** Slots: stack, weights of all taps [tap][in][out], bias, result, one block per tap. */
export const writeSmall = (b: TargetBuilder, shape: InlineShape, tapCount: number): void => {
  const code = new Code(b);
  const { outputs, inputs, frames } = shape;
  const [weights, bias, result] = [b.slot('weights'), b.slot('bias'), b.slot('result')];
  const blocks = Array.from({ length: tapCount }, (_, tap) => b.slot(`tap ${tap}`));
  const contiguous = shape.outputStride === outputs;
  const lanes: Lanes = vectorisesFloats(b.target) && contiguous ? b.target.lanes : 1;
  const byChannels: Readonly<Record<number, Counts>> = inlineCode(b.target).fused;
  const fused = tapCount > 1 ? (byChannels[outputs] ?? {}) : null;
  const total = fused ?? smallCounts(b.target, shape);
  const writeFrom = (width: Lanes, first: number, trips: number, counted: boolean): void => {
    if (trips === 0) return;
    const load = (slot: number, from: number, count: number): Register[] =>
      Array.from({ length: count }, (_, n) =>
        b.load(b.at(slot, from + n), width, width > 1 ? { form: 'dup' } : {}),
      );
    const size = outputs * inputs;
    const taps = blocks.map((slot, tap) => ({ slot, weights: load(weights, tap * size, size) }));
    const held = { taps, bias: shape.bias ? load(bias, 0, outputs) : [], result };
    b.loop(trips, (i) => {
      const write = (): void => writeFrames(b, shape, held, { lanes: width, first, i });
      if (counted) code.body(total, write);
      else write();
    });
  };
  const vectors = Math.floor(frames / lanes);
  writeFrom(lanes, 0, vectors, true);
  writeFrom(1, vectors * lanes, frames - vectors * lanes, false);
};

/** Inputs of a frame in named scalars, weights from memory. Slots: stack, weights, block, result. */
export const writeNamed = (b: TargetBuilder, shape: InlineShape): void => {
  const code = new Code(b);
  const { outputs, inputs, frames, inputStride, outputStride, accumulate } = shape;
  const [weights, block, result] = [b.slot('weights'), b.slot('block'), b.slot('result')];
  const vectorised = vectorisesFloats(b.target) && accumulate && outputs === 8 && inputs === 8;
  const lanes: Lanes = vectorised ? lanesOf(outputs, b.target) : 1;
  // Vectors of outputs that share an input: their weights are neighbours.
  const together = vectorised ? outputs / lanes : 1;
  const total = vectorised ? data.code.vectors.eight : namedCounts(b.target, shape);
  b.loop(frames, (frame) => {
    code.body(total, () => {
      const load = (c: number, width: Lanes): Register =>
        b.load(b.at(block, c, frame.times(inputStride)), width);
      // Vectorised over the outputs, the inputs come as vectors of four too.
      const quads = vectorised ? [load(0, 4), load(4, 4)] : [];
      const values = vectorised
        ? quads.flatMap((quad) => [quad, quad, quad, quad])
        : Array.from({ length: inputs }, (_, c) => load(c, 1));
      for (let o = 0; o < outputs; o += together * lanes) {
        const weightsOf = (c: number): Register[] => {
          const loaded = b.registerList(together);
          b.loadRun(loaded, (i) => b.at(weights, c * outputs + o + i * lanes), lanes);
          return loaded;
        };
        let sums: Register[] = [];
        for (const [c, value] of values.entries()) {
          const element = lanes > 1 ? c & 3 : undefined;
          const w = weightsOf(c);
          if (c === 0) sums = w.map((weight) => b.binary('mul', weight, value, lanes, { element }));
          else {
            for (const [weight, sum] of zip(w, sums)) {
              b.multiplyAdd(weight, value, sum, lanes, element);
            }
          }
        }
        for (const [i, sum] of sums.entries()) {
          const at = b.at(result, o + i * lanes, frame.times(outputStride));
          b.store(accumulate ? b.binary('add', b.load(at, lanes), sum, lanes) : sum, at, lanes);
        }
      }
    });
  });
};

/** The plain triple loop: every product reads both factors. Slots: stack, weights, block, result. */
export const writePlain = (b: TargetBuilder, shape: InlineShape): void => {
  const code = new Code(b);
  const counts = inlineCode(b.target);
  const { outputs, inputs, frames, inputStride, outputStride } = shape;
  const [weights, block, result] = [b.slot('weights'), b.slot('block'), b.slot('result')];
  b.loop(frames, (frame) => {
    code.body(counts.frame);
    b.loop(outputs, (output) => {
      const sum = b.register();
      const clear = (): void => void b.const(0, 1, sum);
      const product = (input: number, from: Counter, step: number): void => {
        const at = b.at(weights, input * outputs, from.times(step * outputs), output.times(1));
        const x = b.at(block, input, from.times(step), frame.times(inputStride));
        b.multiplyAdd(b.load(at, 1), b.load(x, 1), sum, 1);
      };
      const products = (): void => {
        const single = isPlainX86(b.target) ? inputs % 4 : inputs;
        const done = inputs - single;
        if (done > 0) code.body(x86.fourMacsOutput);
        b.loop(done / 4, (i) =>
          code.body(x86.fourMacs, () => {
            for (let input = 0; input < 4; input++) product(input, i, 4);
          }),
        );
        const first = done > 0 && single > 0 ? 1 : single;
        b.loop(first, (i) => code.body(counts.mac, () => product(done, i, 1)));
        b.loop(single - first, (i) => code.body(x86.laterMac, () => product(done + first, i, 1)));
      };
      const store = (): void =>
        b.store(sum, b.at(result, 0, output.times(1), frame.times(outputStride)), 1);
      code.around(counts.output, clear, products, store);
    });
  });
};

/** result += weights x block, channel by channel, with the weights in registers. Slots: stack, weights, block, result. */
export const writeChannels = (b: TargetBuilder, channels: number, frames: number): void => {
  const code = new Code(b);
  const [weights, block, result] = [b.slot('weights'), b.slot('block'), b.slot('result')];
  const parts = partsOf(channels, vectorisesFloats(b.target) ? b.target.lanes : 1);
  const held = parts.map(({ at, lanes }) => b.load(b.at(weights, at), lanes));
  const { fma } = b.target;
  const ofPart = ({ lanes }: { readonly lanes: Lanes }): Counts =>
    lanes > 1
      ? { load_vec: 2, store_vec: 1, ...(fma ? { vec_fma: 1 } : { vec_fparith: 2 }) }
      : { load_fp32: 2, store_fp32: 1, ...(fma ? { scalar_fma: 1 } : { scalar_fparith: 2 }) };
  const { perFrame, generalFrame } = inlineCode(b.target);
  const frameOf = [3, 4, 8].includes(channels) ? perFrame : generalFrame;
  const total = parts.reduce((sum: Counts, part) => plus(sum, ofPart(part)), frameOf);
  b.loop(frames, (frame) =>
    code.body(total, () => {
      for (const [{ at, lanes }, weight] of zip(parts, held)) {
        const [from, to] = [block, result].map((slot) => b.at(slot, at, frame.times(channels)));
        if (from === undefined || to === undefined) continue;
        const sum = b.load(to, lanes);
        b.multiplyAdd(weight, b.load(from, lanes), sum, lanes);
        b.store(sum, to, lanes);
      }
    }),
  );
};

/** Vectors of the bias before its pattern repeats: three for three or six rows. */
export const biasPeriod = (rows: number, lanes: number): number => {
  let period = 1;
  while ((period * lanes) % rows !== 0) period += 1;
  return period;
};

/** block += bias, by registers that were loaded before the loop. */
const addHeld = (
  code: TargetCode,
  total: Counts,
  trips: number,
  lanes: Lanes,
  [block, bias]: readonly [number, number],
  count: number,
): void => {
  const { b } = code;
  const held = Array.from({ length: count }, (_, v) => b.load(b.at(bias, v * lanes), lanes));
  b.loop(trips, (i) =>
    code.body(total, () => {
      for (const [v, k] of held.entries()) {
        const at = b.at(block, v * lanes, i.times(count * lanes));
        b.store(b.binary('add', b.load(at, lanes), k, lanes), at, lanes);
      }
    }),
  );
};

/**
 * Flat over the frames with the bias in registers, as often as it takes to fill vectors. Slots:
 * stack, block, bias (repeated up to a whole period).
 */
export const writeVectorBias = (
  b: TargetBuilder,
  rows: number,
  frames: number,
  lanes: Lanes,
): void => {
  const code = new Code(b);
  const [block, bias] = [b.slot('block'), b.slot('bias')];
  const period = biasPeriod(rows, lanes);
  const groups = Math.floor((rows * frames) / (period * lanes));
  addHeld(code, plus({}, data.code.vectorBias, period), groups, lanes, [block, bias], period);
  const done = groups * period * lanes;
  b.loop((rows * frames - done) / rows, (i) => {
    for (let c = 0; c < rows; c++) {
      const at = b.at(block, done + c, i.times(rows));
      b.store(b.binary('add', b.load(at, 1), b.load(b.at(bias, c), 1), 1), at, 1);
    }
  });
};

/** The bias of a few channels in registers, one frame a round. Slots: stack, block, bias. */
export const writeHeldBias = (b: TargetBuilder, rows: number, frames: number): void => {
  const code = new Code(b);
  const [block, bias] = [b.slot('block'), b.slot('bias')];
  addHeld(code, grown(data.code.heldBias, rows), frames, 1, [block, bias], rows);
};
