/** Executors by name, as `--executor` knows them. */
import type { TanhKind } from '../engine/engine.ts';
import type { Executor } from '../execute/executor.ts';
import { createReferenceExecutor } from '../execute/reference.ts';
import type { Network } from '../nam/network.ts';
import { compile } from '../program/compile.ts';
import { CliError } from './cli-error.ts';

export const executorNames = ['reference'] as const;
export type ExecutorName = (typeof executorNames)[number];
export const defaultExecutor: ExecutorName = 'reference';

/** Ready for the first block: reset and prewarmed. Throws `CliError` where there is not one input and one output. */
export const createExecutor = (
  name: ExecutorName,
  network: Network,
  tanh: TanhKind,
  origin: string,
): Executor => {
  const program = compile(network);
  const inputs = program.buffers[program.input]?.channels ?? 1;
  const outputs = program.buffers[program.output]?.channels ?? 1;
  if (inputs !== 1 || outputs !== 1) {
    throw new CliError(
      'invalid',
      `${origin}: expected a model with one input and one output to run audio through, got ${inputs} and ${outputs}.`,
    );
  }
  const makers: Readonly<Record<ExecutorName, () => Executor>> = {
    reference: () => createReferenceExecutor(program, { tanh }),
  };
  const executor = makers[name]();
  executor.reset();
  return executor;
};
