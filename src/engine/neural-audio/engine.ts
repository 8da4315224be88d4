/** NeuralAudio: templates of fixed sizes for the official shapes, else a path with dynamic sizes. */
import type { Lowered, Target } from '../../kernel/lowered.ts';
import type { Program } from '../../program/program.ts';
import { EngineError } from '../common/engine-error.ts';
import { eigenTarget } from '../eigen/eigen-target.ts';
import type { Engine, LowerOptions, Support } from '../engine.ts';
import { lowerLstm } from './lstm.ts';
import { readShape } from './shape.ts';
import { lowerWaveNet } from './wavenet.ts';

const id = 'neural-audio';
const fallback = 'nam-core';

/** What the library's build decides. */
export interface NeuralAudioBuild {
  /** BUILD_INTERNAL_STATIC_LSTM: off in the library's CMake. */
  readonly staticLstm: boolean;
}

export const createNeuralAudio = (build: NeuralAudioBuild): Engine => ({
  id,
  name: 'NeuralAudio',
  describes:
    'NeuralAudio (mikeoliphant/NeuralAudio, main of August 2026, its own models with Eigen), GCC 12.2 -O3 -ffast-math.',
  sources: ['https://github.com/mikeoliphant/NeuralAudio'],
  defaultTanh: 'fast',
  supports(program: Program, _target: Target): Support {
    const shape = readShape(program);
    return 'reason' in shape
      ? { supported: false, reason: `NeuralAudio hands this model on: ${shape.reason}.`, fallback }
      : { supported: true };
  },
  lower(program: Program, target: Target, options: LowerOptions): Lowered {
    const shape = readShape(program);
    if ('reason' in shape) {
      throw new EngineError(id, `It hands this model on: ${shape.reason}.`, fallback);
    }
    const own = eigenTarget(target);
    return shape.kind === 'lstm'
      ? lowerLstm(shape.network, own, options.blockFrames, build.staticLstm && shape.fixed)
      : lowerWaveNet(shape.network, own, options.blockFrames, options.tanh, shape.fixed);
  },
});

/** As it is built by default. */
export const neuralAudio: Engine = createNeuralAudio({ staticLstm: false });
