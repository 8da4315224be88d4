/** NAM Core's generic path: Eigen products per tap, every step a pass over memory. */
import type { Engine } from '../engine.ts';
import { inlineConvolution } from '../nam-core-inline/convolution.ts';
import { genericConvolution } from './convolution.ts';
import { lowerGeneric, supportsMono } from './program.ts';

export const namCoreInline: Engine = {
  id: 'nam-core-inline',
  name: 'NeuralAmpModelerCore, inline products',
  describes:
    'NeuralAmpModelerCore, main of August 2026, with NAM_USE_INLINE_GEMM, as GCC 12.2 -O3 builds it',
  sources: ['NAM/conv1d.cpp', 'NAM/dsp.cpp (Conv1x1)', 'NAM/film.h', 'NAM/wavenet/model.cpp'],
  defaultTanh: 'fast',
  supports: (program) => supportsMono(program),
  lower: (program, target, options) =>
    lowerGeneric('nam-core-inline', program, target, options, inlineConvolution),
};

export const namCore: Engine = {
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
  defaultTanh: 'fast',
  supports: (program) => supportsMono(program),
  lower: (program, target, options) =>
    lowerGeneric('nam-core', program, target, options, genericConvolution),
};
