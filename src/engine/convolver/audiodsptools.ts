/** dsp::ImpulseResponse of AudioDSPTools, which NeuralAmpModelerPlugin and its relatives play cabinets with. */
import { genericConvolution } from '../nam-core/convolution.ts';
import type { LinearStyle } from '../nam-core/linear.ts';
import { lowerGeneric } from '../nam-core/program.ts';
import { type Convolver, convolver } from './convolver.ts';

/** Eigen of September 2023: two sums, products and sums in two statements. */
const style: LinearStyle = {
  sums: 2,
  fused: false,
  historyColumns: (taps, frames) => 10 * Math.max(taps - 1, frames),
  fft: false,
  bins: 'half',
};

const linearOf = (id: 'audiodsptools' | 'audiodsptools-fft', linear: LinearStyle): Convolver =>
  convolver(id, (program, target, options) =>
    lowerGeneric(id, program, target, { ...options, linear }, genericConvolution),
  );

export const audioDspTools: Convolver = linearOf('audiodsptools', style);
export const audioDspToolsFft: Convolver = linearOf('audiodsptools-fft', { ...style, fft: true });
