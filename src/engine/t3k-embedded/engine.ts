/** Code generated per model shape, with hand-scheduled assembly, for microcontrollers and NEON. */
import type { Target } from '../../kernel/lowered.ts';
import type { Program } from '../../program/program.ts';
import { readStack, type Stack } from '../common/layer-stack.ts';
import { untunedTarget } from '../common/tune-group.ts';
import { type Engine, engineOf, type Refusal, refusal } from '../engine.ts';
import { factsOf } from '../facts.ts';
import { maxNeonChannels } from './neon-layer.ts';
import { lowerWaveNet } from './wavenet.ts';

const read = (program: Program, { isa }: Target): Stack | Refusal => {
  const refuse = (reason: string): Refusal => refusal(reason, 'nam-core');
  const reading = readStack(program);
  if ('reason' in reading) {
    const { reason } = reading;
    return refuse(
      `It generates code for one array of LeakyReLU or ReLU layers; of this model, ${reason}.`,
    );
  }
  if (isa !== 'aarch64' && isa !== 'thumb2-vfp') {
    return refuse(`It generates AArch64 and Thumb-2 code; the target is ${isa}.`);
  }
  const { channels } = reading.stack;
  if (isa === 'aarch64' && channels > maxNeonChannels) {
    const most = `Its AArch64 tiles keep all outputs in registers, up to ${maxNeonChannels}`;
    return refuse(`${most}; the model has ${channels} channels.`);
  }
  return reading.stack;
};

export const t3kEmbedded: Engine = engineOf(
  { ...factsOf('t3k-embedded'), seen: (_program, target) => untunedTarget(target) },
  read,
  (stack, target, { blockFrames }) => lowerWaveNet(stack, target, blockFrames),
);
