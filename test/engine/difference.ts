/** How far an engine's interpreted kernels are from the reference executor. */
import type { Engine, TanhKind } from '../../src/engine/engine.ts';
import { createReferenceExecutor } from '../../src/execute/reference.ts';
import type { Target } from '../../src/kernel/lowered.ts';
import type { Program } from '../../src/program/program.ts';
import { createInterpreter } from '../kernel/interpreter/interpreter.ts';
import { draws } from './nam-core-network.ts';

/** The largest difference over `frames` of noise, of full scale, after silence has filled the histories. */
export const differenceFromReference = (
  engine: Engine,
  program: Program,
  target: Target,
  blockFrames: number,
  tanh: TanhKind,
  frames: number,
): number => {
  const interpreter = createInterpreter(engine.lower(program, target, { blockFrames, tanh }));
  const reference = createReferenceExecutor(program, { tanh });
  reference.reset();
  const x = new Float32Array(blockFrames);
  const ours = new Float32Array(blockFrames);
  const theirs = new Float32Array(blockFrames);
  for (let done = 0; done < program.prewarmSamples; done += blockFrames) {
    interpreter.process(x, ours);
  }
  const next = draws(7);
  let worst = 0;
  for (let done = 0; done < frames; done += blockFrames) {
    for (let i = 0; i < blockFrames; i++) x[i] = next();
    interpreter.process(x, ours);
    reference.process(x, theirs, blockFrames);
    ours.forEach((y, i) => {
      const z = theirs[i] ?? Number.NaN;
      worst = Math.max(worst, Math.abs(y - z) / Math.max(1, Math.abs(z)));
    });
  }
  return worst;
};
