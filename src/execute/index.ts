/** Makes executors: the fast one, or the reference that it is checked against. */
import type { TanhKind } from '../engine/engine.ts';
import type { Network } from '../nam/network.ts';
import { compile } from '../program/compile.ts';
import type { Program } from '../program/program.ts';
import type { Executor } from './executor.ts';
import { createReferenceExecutor } from './reference.ts';
import { createWasmExecutor } from './wasm/wasm-executor.ts';

export type { Executor } from './executor.ts';

export const executorKinds = ['wasm', 'reference'] as const;
export type ExecutorKind = (typeof executorKinds)[number];

export interface ExecutorOptions {
  /** @default 'wasm' */
  readonly executor?: ExecutorKind;
  /** @default 'libm' */
  readonly tanh?: TanhKind;
}

/** Ready to play: reset and prewarmed. */
export function createExecutor(
  model: Network | Program,
  { executor = 'wasm', tanh = 'libm' }: ExecutorOptions = {},
): Executor {
  const program = 'operations' in model ? model : compile(model);
  return executor === 'wasm'
    ? createWasmExecutor(program, { tanh })
    : createReferenceExecutor(program, { tanh });
}
