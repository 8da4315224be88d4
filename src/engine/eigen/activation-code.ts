/**
 * How a compiler translates NAM Core's activation loops (activations.h): which it vectorises, and
 * the instructions of one round (GCC 12.2 -O3).
 */
import type { Target } from '../../kernel/lowered.ts';
import type { Activation } from '../../nam/network.ts';
import { type Counts, counts } from '../common/code.ts';
import type { LoopCode } from './pass-code.ts';

export interface ActivationCode extends LoopCode {
  readonly call: Counts;
  readonly vectorised: boolean;
}

const onAArch64 = (type: Activation['type'], fastMath: boolean): ActivationCode => {
  const vector = (text: string, call = 'int 10 branch 4'): ActivationCode => ({
    vectorised: true,
    call: counts(call),
    vector: counts(`load_vec 1 store_vec 1 int 1 branch 1 ${text}`),
    scalar: counts('load_fp32 1 store_fp32 1 int 1 branch 1'),
  });
  const scalar = (text: string, call = 'int 4 branch 2'): ActivationCode => ({
    vectorised: false,
    call: counts(call),
    vector: {},
    scalar: counts(`load_fp32 1 store_fp32 1 int 1 ${text}`),
  });
  switch (type) {
    case 'Tanh':
      return scalar('branch 2', 'int 5 branch 2 load_int 2 store_int 2');
    case 'Sigmoid':
      return scalar(
        'branch 2 scalar_fparith 2 scalar_fdiv 1',
        'int 5 branch 2 load_int 3 store_int 3 fp_move 1',
      );
    case 'SiLU':
      return scalar(
        'branch 2 scalar_fparith 3 scalar_fdiv 1',
        'int 5 branch 2 load_int 3 store_int 3 fp_move 1',
      );
    case 'Fasttanh':
      return vector('vec_fma 5 vec_fparith 6 vec_fdiv 1 vec_other 4', 'int 14 branch 4 load_vec 5');
    case 'ReLU':
      return vector('vec_other 2', 'int 8 branch 4');
    case 'Hardtanh':
      return vector('vec_other 8', 'int 9 branch 4 fp_move 2');
    case 'Hardswish':
      return vector('vec_other 6 vec_fparith 3', 'int 10 branch 4 load_vec 1 fp_move 2');
    case 'Softsign':
      return vector('vec_fdiv 1 vec_fparith 2', 'int 9 branch 4 fp_move 1');
    // An ordered comparison may trap: without -ffast-math these stay scalar, with a branch.
    case 'LeakyReLU':
      return fastMath
        ? vector('vec_other 2 vec_fparith 1')
        : scalar('load_fp32 1 scalar_fcmp_sel 1 branch 2 scalar_fparith 1', 'int 3 branch 2');
    case 'PReLU':
      return fastMath
        ? vector('vec_other 4 vec_fparith 1')
        : scalar('load_fp32 1 scalar_fcmp_sel 1 int 3 branch 2 scalar_fparith 1');
    case 'LeakyHardtanh':
      return fastMath
        ? vector('vec_other 5 vec_fparith 4 vec_fma 2')
        : scalar('load_fp32 2 scalar_fcmp_sel 2 branch 3 scalar_fparith 1');
    case 'Identity':
      return scalar('');
    default:
      return type satisfies never;
  }
};

const on32Bit = (type: Activation['type']): ActivationCode => {
  const scalar = (text: string, call = 'int 2 branch 2'): ActivationCode => ({
    vectorised: false,
    call: counts(call),
    vector: {},
    scalar: counts(`load_fp32 1 store_fp32 1 int 1 ${text}`),
  });
  const saves = 'int 4 branch 1 load_int 2 store_int 2';
  switch (type) {
    case 'Tanh':
      return scalar('branch 2', saves);
    case 'Sigmoid':
      return scalar('branch 2 scalar_fparith 2 scalar_fdiv 1', saves);
    case 'SiLU':
      return scalar('branch 2 scalar_fparith 3 scalar_fdiv 1', saves);
    case 'Fasttanh':
      return scalar(
        'scalar_fma 5 scalar_fparith 6 scalar_fdiv 1 fp_move 4 branch 1',
        'int 2 branch 2 load_fp32 5',
      );
    case 'ReLU':
      return scalar('branch 1 it 1 fp_move 2 scalar_fcmp_sel 1', 'int 2 branch 2 load_fp32 1');
    case 'Hardtanh':
      return scalar('branch 2 fp_move 3 it 1 scalar_fcmp_sel 2', 'int 2 branch 3 fp_move 2');
    case 'Hardswish':
      return scalar(
        'branch 2 fp_move 3 it 1 scalar_fcmp_sel 2 scalar_fparith 3',
        'int 2 branch 3 fp_move 2',
      );
    case 'Softsign':
      return scalar('scalar_fdiv 1 scalar_fparith 2 branch 1', 'int 2 branch 2 fp_move 1');
    case 'LeakyReLU':
      return scalar('load_fp32 1 fp_move 1 it 1 scalar_fcmp_sel 1 branch 1 scalar_fparith 1');
    case 'PReLU':
      return scalar(
        'load_fp32 1 fp_move 1 it 1 int 4 scalar_fcmp_sel 1 branch 1 scalar_fparith 1',
        'int 4 branch 2 load_int 2 store_int 1',
      );
    case 'LeakyHardtanh':
      return scalar('load_fp32 2 fp_move 2 scalar_fcmp_sel 2 branch 3 scalar_fparith 1');
    case 'Identity':
      return scalar('');
    default:
      return type satisfies never;
  }
};

export const activationCode = (target: Target, type: Activation['type']): ActivationCode =>
  target.lanes === 1 || (target.isa === 'armv7-neon' && !target.fastMath)
    ? on32Bit(type)
    : onAArch64(type, target.fastMath);
