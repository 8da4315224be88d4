/** What Eigen makes of an instruction set: it has vector packets for NEON, SSE and AVX, and scalar code for all others. */
import type { Target } from '../../kernel/lowered.ts';

/** The target as Eigen's code sees it: one lane on Helium and on signal processors, whatever these have. */
export const eigenTarget = (target: Target): Target =>
  target.isa === 'helium' || target.isa === 'dsp' ? { ...target, lanes: 1 } : target;
