/** NAM Core's generic path: Eigen products per tap, every step a pass over memory. */
import type { Target } from '../../kernel/lowered.ts';
import type { Program } from '../../program/program.ts';
import { tuneGroupOf } from '../common/tune-group.ts';
import { type Engine, engineOf } from '../engine.ts';
import { factsOf } from '../facts.ts';
import { inlineConvolution } from '../nam-core-inline/convolution.ts';
import { type ConvolutionPath, genericConvolution } from './convolution.ts';
import { lowerGeneric, readMono } from './program.ts';

/** Compilers differ by core in its recurrent and its long linear code; Eigen's products are others on Apple's. */
const seen = ({ operations }: Program, target: Target): Target => {
  const { tune } = target;
  const isTuned = operations.some(
    (of) => of.op === 'lstm' || ('role' in of && of.role === 'linear'),
  );
  const keeps = isTuned || tuneGroupOf(target) === 'apple';
  return { ...target, tune: keeps ? tune : 'generic', compiler: undefined };
};

const generic = (id: 'nam-core' | 'nam-core-inline', convolution: ConvolutionPath): Engine =>
  engineOf({ ...factsOf(id), seen }, readMono, (program, target, options) =>
    lowerGeneric(id, program, target, options, convolution),
  );

export const namCoreInline: Engine = generic('nam-core-inline', inlineConvolution);
export const namCore: Engine = generic('nam-core', genericConvolution);
