/** `render` on samples in memory. */
import type { TanhKind } from '../../engine/engine.ts';
import type { ExecutorKind } from '../../execute/index.ts';
import { slim } from '../../nam/widths.ts';
import { LibraryError } from '../library-error.ts';
import { monoExecutor } from '../mono-executor.ts';
import { type LibraryOptions, libraryFrom, type ModelName, modelFrom } from './options.ts';

export interface RenderOptions extends LibraryOptions {
  /** A ratio, 'ch:8', 'ch:16/8' or a label. @default 'full' */
  readonly width?: string | undefined;
  /** Also widths that the file was not trained for. @default false */
  readonly whatIf?: boolean | undefined;
  /** Frames a call of the executor; the samples do not depend on it. @default 2048 */
  readonly blockFrames?: number | undefined;
  /** @default 'libm' */
  readonly tanh?: TanhKind | undefined;
  /** @default 'wasm' */
  readonly executor?: ExecutorKind | undefined;
}

/**
 * The model's output for a mono input at the model's rate: as many samples as came in, after a reset
 * and the prewarm that NAM Core does.
 * @throws LibraryError where the model has not one input and one output, or blockFrames is no count
 */
export const render = (
  model: ModelName,
  input: Readonly<Float32Array>,
  options: RenderOptions = {},
): Float32Array => {
  const { width = 'full', whatIf = false, blockFrames = 2048 } = options;
  if (!Number.isInteger(blockFrames) || blockFrames < 1) {
    throw new LibraryError(
      'invalid',
      `blockFrames: expected a whole number of at least 1, got ${blockFrames}.`,
    );
  }
  const source = modelFrom(libraryFrom(options), model);
  const { network } = slim(source, width, { whatIf });
  const { executor = 'wasm', tanh = 'libm' } = options;
  const player = monoExecutor(network, executor, tanh, source.origin);
  const output = new Float32Array(input.length);
  for (let at = 0; at < input.length; at += blockFrames) {
    const end = Math.min(at + blockFrames, input.length);
    player.process(input.subarray(at, end), output.subarray(at, end), end - at);
  }
  return output;
};
