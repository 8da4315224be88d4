/** What NAM Core's host interface can be asked for here: one channel in, one out. */
import type { Program } from '../../program/program.ts';
import type { Support } from '../engine.ts';

export const supportsMono = (program: Program): Support => {
  const inputs = program.buffers[program.input]?.channels ?? 0;
  const outputs = program.buffers[program.output]?.channels ?? 0;
  if (inputs === 1 && outputs === 1) return { supported: true };
  return {
    supported: false,
    reason: `the model has ${inputs} inputs and ${outputs} outputs; blocks are mono here.`,
    fallback: null,
  };
};
