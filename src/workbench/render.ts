/** The sound of a model, from samples in memory. */
import type { TanhKind } from '../engine/engine.ts';
import { createExecutor, type Executor, type ExecutorKind } from '../execute/index.ts';
import type { Network } from '../nam/network.ts';
import { slim } from '../nam/widths.ts';
import { compile } from '../program/compile.ts';
import type { Steps } from '../study/cost/steps.ts';
import { atOnce, inSteps, type SyncVerb, type Verb } from './hooks.ts';
import { type ModelName, modelFrom } from './named.ts';
import { checkCall, required } from './options.ts';
import type { Workbench } from './workbench.ts';
import { WorkbenchError } from './workbench-error.ts';

export interface RenderRequest {
  readonly model: ModelName;
  /** Mono, at the model's rate. */
  readonly input: Float32Array;
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

const options = ['model', 'input', 'width', 'whatIf', 'blockFrames', 'tanh', 'executor'] as const;

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

function* renderSteps(workbench: Workbench, request: RenderRequest): Steps<Float32Array> {
  checkCall(workbench, 'render', request, options, ['blockFrames']);
  const { width = 'full', whatIf = false, blockFrames = 2048 } = request;
  const { executor = 'wasm', tanh = 'libm' } = request;
  const input = required('render', request.input, 'input');
  const model = modelFrom(workbench, required('render', request.model, 'model'));
  const { network } = slim(model, width, { whatIf });
  const player = monoExecutor(network, executor, tanh, model.origin);
  const output = new Float32Array(input.length);
  for (let at = 0; at < input.length; at += blockFrames) {
    const end = Math.min(at + blockFrames, input.length);
    player.process(input.subarray(at, end), output.subarray(at, end), end - at);
    yield end / input.length;
  }
  return output;
}

/**
 * The model's output for a mono input: as many samples as came in, after a reset and the prewarm that NAM
 * Core does. Samples are floats, 1 at full scale; the method is NeuralAmpModelerCore's, to 1e-5.
 * @function
 * @throws WorkbenchError where the model has not one input and one output
 * @example const sound = await render(workbench, { model: 'a2', input: new Float32Array(48_000) });
 */
export const render: Verb<RenderRequest, Float32Array> = inSteps(renderSteps);

/** `render` without a pause. @function @example const sound = renderSync(workbench, { model: 'a2', input, width: 'lite' }); */
export const renderSync: SyncVerb<RenderRequest, Float32Array> = atOnce(renderSteps);
