/** Channel-planar NEON kernels for the two A2 shapes, as proposed to NAM Core. */
import type { Lowered, Target } from '../../kernel/lowered.ts';
import type { Program } from '../../program/program.ts';
import { isA2, readStack, type Stack } from '../common/layer-stack.ts';
import { type Engine, EngineError, type LowerOptions, type Support } from '../engine.ts';
import { lowerWaveNet } from './wavenet.ts';

const id = 'planar-neon';

type Reading = { readonly stack: Stack } | { readonly reason: string; readonly fallback: string };

const read = (program: Program, target: Target): Reading => {
  const { network } = program;
  if (network.kind === 'wavenet' && network.file?.slimmable) {
    const reason =
      'The model is slimmable, and NAM Core runs a slimmable file on its generic path at every width.';
    return { reason, fallback: 'nam-core' };
  }
  const reading = readStack(program);
  if ('reason' in reading) {
    return { reason: `The model is not an A2: ${reading.reason}.`, fallback: 'nam-core' };
  }
  if (!isA2(reading.stack)) {
    const { channels, layers } = reading.stack;
    const reason = `Its kernels are for the A2 layers with 3 or 8 channels; the model has ${layers.length} layers of ${channels} channels.`;
    return { reason, fallback: 'nam-core' };
  }
  if (target.isa !== 'aarch64' && target.isa !== 'armv7-neon') {
    const reason = `Its kernels are NEON; the target is ${target.isa}.`;
    return { reason, fallback: 'nam-core-a2fast' };
  }
  return reading;
};

export const planarNeon: Engine = {
  id,
  name: 'Planar NEON',
  describes:
    'The channel-planar NEON models proposed to NeuralAmpModelerCore (pull request 313, August 2026), GCC 12.2 -O3.',
  sources: ['https://github.com/sdatkinson/NeuralAmpModelerCore/pull/313'],
  defaultTanh: 'libm',
  supports(program: Program, target: Target): Support {
    const reading = read(program, target);
    return 'stack' in reading ? { supported: true } : { supported: false, ...reading };
  },
  lower(program: Program, target: Target, options: LowerOptions): Lowered {
    const reading = read(program, target);
    if ('reason' in reading) throw new EngineError(id, reading.reason, reading.fallback);
    return lowerWaveNet(reading.stack, target, options.blockFrames);
  },
};
