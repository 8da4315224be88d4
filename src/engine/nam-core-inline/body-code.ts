/** What GCC 12.2 -O3 made of the hand-unrolled products: instructions of each loop body. */
import type { Target } from '../../kernel/lowered.ts';
import { type Counts, counts } from '../common/code.ts';

export interface InlineCode {
  /** Small products are vectorised over four frames, with de-interleaving loads. */
  readonly overFrames: boolean;
  readonly conv: Counts;
  readonly tap: Counts;
  readonly conv1x1: Counts;
  /** Four frames (or one, without vectors) of a product with this many outputs and inputs. */
  small(outputs: number, inputs: number, accumulate: boolean, bias: boolean): Counts;
  /** One pass over all taps: kernel 3 of 2 or 4 channels, kernel 6 of 3. */
  fused(channels: number): Counts;
  /** One frame of the plain triple loop: per frame, per output, per multiply-accumulate. */
  readonly frame: Counts;
  readonly output: Counts;
  readonly mac: Counts;
  /** One frame of a product over named inputs with the weights read from memory. */
  named(outputs: number, inputs: number, accumulate: boolean): Counts;
  /** One frame of a depthwise tap, beside what it computes. */
  readonly perFrame: Counts;
  /** 8 x 8, vectorised over the outputs. */
  readonly eight: Counts;
}

const aarch64: InlineCode = {
  overFrames: true,
  conv: counts('int 90 branch 30 load_int 37 store_int 25'),
  tap: counts('int 17 branch 8 load_int 10 store_int 2 load_fp32 4 vec_other 3'),
  conv1x1: counts('int 54 branch 20 load_int 24 store_int 14 fp_move 1'),
  small: (outputs, inputs, accumulate, bias) => {
    const products = outputs * inputs;
    const sums = outputs * (1 + (accumulate ? 1 : 0) + (bias ? 1 : 0));
    const arithmetic = `vec_fma ${products - outputs} vec_fparith ${sums}`;
    if (accumulate) {
      const spills = products > 12 ? 6 : 0;
      return counts(`${arithmetic} load_vec ${2 + spills} store_vec 1 int 1 branch 1`);
    }
    // The distance between the columns of the input is a variable: values are gathered.
    if (inputs === 1) return counts(`${arithmetic} load_vec 1 store_vec 1 int 4 branch 1`);
    if (outputs === 4) {
      return counts(`${arithmetic} load_vec 4 store_vec 4 int 12 branch 4`);
    }
    const gathered = inputs * 4 - 1;
    return counts(
      `${arithmetic} load_fp32 ${gathered} vec_other ${gathered + 1} store_vec 1 int 4 branch 1`,
    );
  },
  fused: (channels) => {
    if (channels === 2) {
      return counts('vec_fparith 10 vec_fma 6 load_vec 5 vec_other 2 store_vec 1 int 6 branch 2');
    }
    if (channels === 3) {
      return counts(
        'vec_fparith 36 vec_fma 36 load_vec 77 vec_other 14 store_vec 9 int 12 branch 1',
      );
    }
    return counts(
      'vec_fparith 20 vec_fma 36 load_vec 73 vec_other 22 store_vec 10 int 11 branch 4',
    );
  },
  frame: counts('int 10 branch 4'),
  output: counts('int 4 branch 1 vec_other 1 store_fp32 1'),
  mac: counts('load_fp32 2 scalar_fma 1 int 2 branch 1'),
  named: (outputs, inputs, accumulate) =>
    counts(
      `load_fp32 ${outputs * inputs + Math.ceil(inputs / 2) + (accumulate ? Math.ceil(outputs / 2) + 1 : 2)} ` +
        `scalar_fma ${outputs * (inputs - 1)} scalar_fparith ${outputs * (accumulate ? 2 : 1)} ` +
        `store_fp32 ${outputs} load_fp64 ${accumulate ? 0 : 3} store_fp64 ${accumulate ? 0 : 3} int 4 branch 1`,
    ),
  perFrame: {},
  eight: counts('load_vec 17 vec_other 18 vec_fma 14 vec_fparith 4 store_vec 1 int 6'),
};

const scalar: InlineCode = {
  overFrames: false,
  conv: counts('int 60 branch 25 load_int 30 store_int 22 it 1'),
  tap: counts('int 23 branch 12 load_int 18 store_int 3'),
  conv1x1: counts('int 48 branch 20 load_int 20 store_int 18 it 2'),
  small: (outputs, inputs, accumulate, bias) => {
    const products = outputs * inputs;
    const sums = outputs * (1 + (accumulate ? 1 : 0) + (bias ? 1 : 0));
    const weights = products > 12 ? 4 : 0;
    return counts(
      `scalar_fma ${products - outputs} scalar_fparith ${sums} load_fp32 ${inputs + weights + (accumulate ? outputs : 0)} store_fp32 ${outputs} int 3 branch 1`,
    );
  },
  fused: (channels) => {
    if (channels === 2) {
      return counts('scalar_fma 6 scalar_fparith 10 load_fp32 6 store_fp32 2 int 5 branch 1');
    }
    if (channels === 3) {
      return counts('scalar_fma 36 scalar_fparith 36 load_fp32 53 store_fp32 3 int 8 branch 1');
    }
    return counts('scalar_fma 36 scalar_fparith 20 load_fp32 42 store_fp32 4 int 5 branch 1');
  },
  frame: counts('int 10 branch 3 load_int 1 store_int 3'),
  output: counts('int 4 branch 3 load_int 2 store_int 1 load_fp32 1 store_fp32 1'),
  mac: counts('load_fp32 2 scalar_fma 1 load_int 2 int 2 branch 1'),
  named: (outputs, inputs, accumulate) =>
    counts(
      `load_fp32 ${outputs * inputs + inputs + (accumulate ? outputs : 0)} ` +
        `scalar_fma ${outputs * (inputs - 1)} scalar_fparith ${outputs * (accumulate ? 2 : 1)} ` +
        `store_fp32 ${outputs} int 4 branch 1`,
    ),
  perFrame: counts('int 7 branch 2 load_int 2'),
  eight: {},
};

/** Without -ffast-math GCC vectorises no float loop for ARMv7. */
export const inlineCode = (target: Target): InlineCode =>
  target.lanes === 1 || (target.isa === 'armv7-neon' && !target.fastMath) ? scalar : aarch64;
