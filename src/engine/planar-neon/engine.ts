/** Channel-planar NEON kernels for the two A2 shapes, as proposed to NAM Core. */
import type { Target } from '../../kernel/lowered.ts';
import type { Program } from '../../program/program.ts';
import { isA2, readStack, type Stack } from '../common/layer-stack.ts';
import { type Engine, engineOf, type Refusal, refusal } from '../engine.ts';
import { factsOf } from '../facts.ts';
import { lowerWaveNet } from './wavenet.ts';

const read = (program: Program, { isa }: Target): Stack | Refusal => {
  const { network } = program;
  if (network.kind === 'wavenet' && network.file?.slimmable) {
    const reason =
      'The model is slimmable, and NAM Core runs a slimmable file on its generic path at every width.';
    return refusal(reason, 'nam-core');
  }
  const reading = readStack(program);
  if ('reason' in reading) {
    return refusal(`The model is not an A2: ${reading.reason}.`, 'nam-core');
  }
  if (!isA2(reading.stack)) {
    const { channels, layers } = reading.stack;
    const reason = `Its kernels are for the A2 layers with 3 or 8 channels; the model has ${layers.length} layers of ${channels} channels.`;
    return refusal(reason, 'nam-core');
  }
  if (isa !== 'aarch64' && isa !== 'armv7-neon') {
    return refusal(`Its kernels are NEON; the target is ${isa}.`, 'nam-core-a2fast');
  }
  return reading.stack;
};

export const planarNeon: Engine = engineOf(
  factsOf('planar-neon'),
  read,
  (stack, target, { blockFrames }) => lowerWaveNet(stack, target, blockFrames),
);
