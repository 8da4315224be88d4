/** Code generated per model shape, with hand-scheduled assembly, for microcontrollers and NEON. */
import type { Lowered, Target } from '../../kernel/lowered.ts';
import type { Program } from '../../program/program.ts';
import { readStack, type Stack } from '../common/layer-stack.ts';
import { type Engine, EngineError, type LowerOptions, type Support } from '../engine.ts';
import { maxNeonChannels } from './neon-layer.ts';
import { lowerWaveNet } from './wavenet.ts';

const id = 't3k-embedded';
const fallback = 'nam-core';

const read = (program: Program, target: Target): { stack: Stack } | { reason: string } => {
  const reading = readStack(program);
  if ('reason' in reading) {
    const reason = `It generates code for one array of LeakyReLU or ReLU layers; of this model, ${reading.reason}.`;
    return { reason };
  }
  if (target.isa !== 'aarch64' && target.isa !== 'thumb2-vfp') {
    return { reason: `It generates AArch64 and Thumb-2 code; the target is ${target.isa}.` };
  }
  const { channels } = reading.stack;
  if (target.isa === 'aarch64' && channels > maxNeonChannels) {
    const reason = `Its AArch64 tiles keep all outputs in registers, up to ${maxNeonChannels}; the model has ${channels} channels.`;
    return { reason };
  }
  return reading;
};

export const t3kEmbedded: Engine = {
  id,
  name: 'TONE3000 embedded',
  describes:
    'The engines that nam2c 2.0 generates (tone-3000/embedded, b84b60c): GCC -ffast-math around assembly for Cortex-M7 and AArch64.',
  sources: ['https://github.com/tone-3000/embedded'],
  defaultTanh: 'fast',
  supports(program: Program, target: Target): Support {
    const reading = read(program, target);
    if ('stack' in reading) return { supported: true };
    return { supported: false, reason: reading.reason, fallback };
  },
  lower(program: Program, target: Target, options: LowerOptions): Lowered {
    const reading = read(program, target);
    if ('reason' in reading) throw new EngineError(id, reading.reason, fallback);
    return lowerWaveNet(reading.stack, target, options.blockFrames);
  },
};
