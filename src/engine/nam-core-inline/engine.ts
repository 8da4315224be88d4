/** NAM Core's generic path with NAM_USE_INLINE_GEMM: hand-unrolled products for small channel counts. */
import type { Engine } from '../engine.ts';
import { lowerGeneric, supportsMono } from '../nam-core/program.ts';
import { inlineConvolution } from './convolution.ts';

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
