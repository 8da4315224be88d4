/** NAM Core's generic path: Eigen products per tap, every step a pass over memory. */
import type { Target } from '../../kernel/lowered.ts';
import type { Program } from '../../program/program.ts';
import { tuneGroupOf } from '../common/tune-group.ts';
import { type Engine, type EngineFacts, engineOf } from '../engine.ts';
import { inlineConvolution } from '../nam-core-inline/convolution.ts';
import { type ConvolutionPath, genericConvolution } from './convolution.ts';
import { lowerGeneric, readMono } from './program.ts';

type Facts = Omit<EngineFacts, 'defaultTanh' | 'seen'>;

/** Compilers differ by core in its recurrent and its long linear code; Eigen's products are others on Apple's. */
const seen = ({ operations }: Program, target: Target): Target => {
  const { tune } = target;
  const isTuned = operations.some(
    (of) => of.op === 'lstm' || ('role' in of && of.role === 'linear'),
  );
  const keeps = isTuned || tuneGroupOf(target) === 'apple';
  return { ...target, tune: keeps ? tune : 'generic', compiler: undefined };
};

const generic = (facts: Facts, convolution: ConvolutionPath): Engine =>
  engineOf({ ...facts, defaultTanh: 'fast', seen }, readMono, (program, target, options) =>
    lowerGeneric(facts.id, program, target, options, convolution),
  );

export const namCoreInline: Engine = generic(
  {
    id: 'nam-core-inline',
    name: 'NeuralAmpModelerCore, inline products',
    describes:
      'NeuralAmpModelerCore, main of August 2026, with NAM_USE_INLINE_GEMM, as GCC 12.2 -O3 builds it',
    sources: ['NAM/conv1d.cpp', 'NAM/dsp.cpp (Conv1x1)', 'NAM/film.h', 'NAM/wavenet/model.cpp'],
  },
  inlineConvolution,
);

export const namCore: Engine = generic(
  {
    id: 'nam-core',
    name: 'NeuralAmpModelerCore, generic path',
    describes:
      'NeuralAmpModelerCore 0.6.0 (main of August 2026, daae2d0) with Eigen 5.0.1, as GCC 12.2 -O3 builds it; `Linear` of more than 256 taps by partitioned FFT, as since June 2026',
    sources: [
      'NAM/conv1d.cpp',
      'NAM/dsp.cpp (Conv1x1)',
      'NAM/ring_buffer.cpp',
      'NAM/wavenet/model.cpp',
      'NAM/lstm.cpp',
      'NAM/linear.cpp',
      'NAM/convnet.cpp',
      'NAM/film.h',
      'NAM/gating_activations.h',
      'NAM/activations.h',
      'Eigen/src/Core/products/GeneralMatrixMatrix.h',
      'Eigen/src/Core/products/GeneralBlockPanelKernel.h',
    ],
  },
  genericConvolution,
);
