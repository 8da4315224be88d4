/** Our own engine: what a well-written library could reach on a chip, and the source of the fast executor. */
import { type Lowered, loweredFor, type Target } from '../../kernel/lowered.ts';
import type { Program } from '../../program/program.ts';
import type { Engine, LowerOptions } from '../engine.ts';
import { Planes } from './lowering.ts';
import { lowerOperations } from './operations.ts';
import { isPlainWaveNet, lowerPlainWaveNet } from './wavenet.ts';

export interface PedalbenchOptions extends LowerOptions {
  /**
   * The largest block that shares buffers and histories with this one: programs lowered with the
   * same value lay out their memory alike.
   * @default blockFrames
   */
  readonly ringFrames?: number;
}

export function lowerPedalbench(
  program: Program,
  target: Target,
  options: PedalbenchOptions,
): Lowered {
  const { blockFrames, tanh, ringFrames = blockFrames } = options;
  const low = new Planes({ target, blockFrames, ringFrames, tanh });
  const { network } = program;
  const [input, output] =
    network.kind === 'wavenet' && isPlainWaveNet(network)
      ? lowerPlainWaveNet(low, network)
      : lowerOperations(low, program);
  return {
    engine: 'pedalbench',
    target: loweredFor(target),
    blockFrames,
    buffers: low.buffers,
    rings: low.rings,
    input: input.reference.buffer,
    output: output.reference.buffer,
    steps: low.steps,
    // Counted when somebody asks: an executor never does, and loads the quicker for it.
    get codeBytes(): number {
      return low.codeBytes();
    },
  };
}

export const pedalbench: Engine = {
  id: 'pedalbench',
  name: 'Pedalbench',
  describes:
    'Kernels of this project: planar signals, register tiles over all taps and inputs, one fused pass per layer.',
  sources: ['src/engine/pedalbench'],
  defaultTanh: 'libm',
  supports: () => ({ supported: true }),
  lower: lowerPedalbench,
};
