/** NeuralAudio: templates of fixed sizes for the official shapes, else a path with dynamic sizes. */
import type { Lowered, Target } from '../../kernel/lowered.ts';
import type { Program } from '../../program/program.ts';
import { EngineError } from '../common/engine-error.ts';
import { eigenTarget } from '../eigen/registers.ts';
import type { Engine, LowerOptions, Support } from '../engine.ts';
import { supportsA2 } from '../nam-core-a2fast/shape.ts';
import { lowerLstm } from './lstm.ts';
import { dispatch, readShape, type Shape } from './shape.ts';
import { lowerWaveNet } from './wavenet.ts';

const id = 'neural-audio';

/** NAM Core as NeuralAudio builds it: NAM_ENABLE_A2_FAST on, NAM_USE_INLINE_GEMM off. */
const fallbackFor = (program: Program): string =>
  supportsA2(program).supported ? 'nam-core-a2fast' : 'nam-core';

const pathOf = (shape: Shape, build: NeuralAudioBuild): string =>
  shape.fixed && (shape.kind === 'wavenet' || build.staticLstm)
    ? 'NeuralAudio runs this shape as a template of fixed sizes.'
    : 'NeuralAudio runs this shape on its dynamic path.';

/** What the library's build decides. */
export interface NeuralAudioBuild {
  /** BUILD_INTERNAL_STATIC_LSTM: off in the library's CMake. */
  readonly staticLstm: boolean;
}

export const createNeuralAudio = (build: NeuralAudioBuild): Engine => ({
  id,
  name: 'NeuralAudio',
  describes:
    'NeuralAudio, main of 21 August 2026 (e59cd5d) in its default build: its own models with Eigen, NAM Core for files later than 0.5.4 that are no standard A2 (before 27 June 2026: for A2, too); GCC 12.2 -O3 -ffast-math.',
  sources: ['https://github.com/mikeoliphant/NeuralAudio'],
  defaultTanh: 'fast',
  supports(program: Program, _target: Target): Support {
    const shape = dispatch(program);
    return 'reason' in shape
      ? {
          supported: false,
          reason: `NeuralAudio hands this model on: ${shape.reason}.`,
          fallback: fallbackFor(program),
        }
      : { supported: true, path: pathOf(shape, build) };
  },
  /** Its own code for whatever it has code for: a build without NAM Core runs that at any version. */
  lower(program: Program, target: Target, options: LowerOptions): Lowered {
    const shape = readShape(program);
    if ('reason' in shape) {
      throw new EngineError(id, `It hands this model on: ${shape.reason}.`, fallbackFor(program));
    }
    const { blockFrames, tanh } = options;
    return shape.kind === 'lstm'
      ? lowerLstm(shape.network, eigenTarget(target), blockFrames, build.staticLstm && shape.fixed)
      : lowerWaveNet(eigenTarget(target), blockFrames, { ...shape, tanh });
  },
});

/** As it is built by default. */
export const neuralAudio: Engine = createNeuralAudio({ staticLstm: false });
