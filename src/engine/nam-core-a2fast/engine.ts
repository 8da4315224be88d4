/** NAM Core's A2 fast path: the exact A2 shapes of 3 and 8 channels. */
import { EngineError } from '../common/engine-error.ts';
import { eigenTarget } from '../eigen/registers.ts';
import type { Engine } from '../engine.ts';
import { a2Network, supportsA2 } from './shape.ts';
import { lowerA2 } from './wavenet.ts';

export const namCoreA2Fast: Engine = {
  id: 'nam-core-a2fast',
  name: 'NeuralAmpModelerCore, A2 fast path',
  describes:
    'NeuralAmpModelerCore, main of August 2026, NAM_ENABLE_A2_FAST with mirrored rings, as GCC 12.2 -O3 builds it',
  sources: ['NAM/wavenet/a2_fast.cpp', 'Eigen/src/Core/products/GeneralBlockPanelKernel.h'],
  defaultTanh: 'fast',
  supports: (program) => supportsA2(program),
  lower: (program, target, options) => {
    const network = a2Network(program);
    if (typeof network === 'string') {
      throw new EngineError('nam-core-a2fast', `the model is no A2: ${network}.`, 'nam-core');
    }
    return lowerA2('nam-core-a2fast', network, eigenTarget(target), options.blockFrames);
  },
};
