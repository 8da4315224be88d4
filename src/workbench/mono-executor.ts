/** Executors for audio that has one channel. */
import type { TanhKind } from '../engine/engine.ts';
import { createExecutor, type Executor, type ExecutorKind } from '../execute/index.ts';
import type { Network } from '../nam/network.ts';
import { compile } from '../program/compile.ts';
import { WorkbenchError } from './workbench-error.ts';

/** Ready for the first block. Throws `WorkbenchError` where there is not one input and one output. */
export const monoExecutor = (
  network: Network,
  executor: ExecutorKind,
  tanh: TanhKind,
  origin: string,
): Executor => {
  const program = compile(network);
  const inputs = program.buffers[program.input]?.channels ?? 1;
  const outputs = program.buffers[program.output]?.channels ?? 1;
  if (inputs === 1 && outputs === 1) return createExecutor(program, { executor, tanh });
  const fault = `${origin}: expected a model with one input and one output to run audio through, got ${inputs} and ${outputs}.`;
  throw new WorkbenchError('invalid', fault);
};
