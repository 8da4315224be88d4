/** dsp::ImpulseResponse of AudioDSPTools, which NeuralAmpModelerPlugin and its relatives play cabinets with. */
import type { ConvolverId, Engine } from '../engine.ts';
import { genericConvolution } from '../nam-core/convolution.ts';
import type { LinearStyle } from '../nam-core/linear.ts';
import { lowerGeneric } from '../nam-core/program.ts';
import { type Convolver, convolver } from './convolver.ts';

/** mMaxLength. */
const mostTaps = 8192;

/** Eigen of September 2023: two sums, products and sums in two statements. */
const style: LinearStyle = {
  sums: 2,
  fused: false,
  historyColumns: (taps, frames) => 10 * Math.max(taps - 1, frames),
  fft: false,
  bins: 'half',
};

const sources = ['dsp/ImpulseResponse.cpp', 'dsp/dsp.cpp (History)', 'Eigen/src/Core/Redux.h'];

const lower =
  (engine: ConvolverId, linear: LinearStyle): Engine['lower'] =>
  (program, target, options) =>
    lowerGeneric(engine, program, target, { ...options, linear }, genericConvolution);

export const audioDspTools: Convolver = convolver(
  {
    id: 'audiodsptools',
    name: 'AudioDSPTools, direct',
    describes:
      'AudioDSPTools 0.1.1 (0827c6c, August 2025) with its Eigen (6d829e7): a dot product for every frame, 8,192 taps at most',
    sources,
    mostTaps,
  },
  lower('audiodsptools', style),
);

export const audioDspToolsFft: Convolver = convolver(
  {
    id: 'audiodsptools-fft',
    name: 'AudioDSPTools, partitioned FFT',
    describes:
      'a fork of AudioDSPTools (rikkus, a09e360) that was measured and not read: as `Linear` of NAM Core by partitioned FFT, with half of each spectrum and the dot products of AudioDSPTools',
    sources: ['NAM/linear.cpp', ...sources],
    mostTaps,
  },
  lower('audiodsptools-fft', { ...style, fft: true }),
);
