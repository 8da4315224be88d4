/** What convolvers of impulse responses are: engines for one `Linear` network of one channel. */
import type { Lowered, Target } from '../../kernel/lowered.ts';
import type { LinearNetwork } from '../../nam/network.ts';
import type { Program } from '../../program/program.ts';
import type { ConvolverId, Engine, LowerOptions, Refusal } from '../engine.ts';
import { engineOf, refusal } from '../engine.ts';
import said from '../engines.json' with { type: 'json' };

export interface Convolver extends Engine {
  readonly id: ConvolverId;
  /** Taps beyond it are cut off (mMaxLength of AudioDSPTools); null: it takes all. */
  readonly mostTaps: number | null;
}

type ImpulseProgram = Program & { readonly network: LinearNetwork };

const isImpulse = (program: Program): program is ImpulseProgram => {
  const { network } = program;
  return network.kind === 'linear' && network.inChannels === 1 && network.outChannels === 1;
};

/** The convolver of this name in `engines.json`. @throws EngineError for what is no `Linear` of one channel. */
export const convolver = (
  id: keyof typeof said.convolvers,
  lower: (of: ImpulseProgram, target: Target, options: LowerOptions) => Lowered,
): Convolver => {
  const read = (program: Program): ImpulseProgram | Refusal => {
    const reason = `it convolves one channel with an impulse response (a \`Linear\` of one channel), this is ${program.network.kind}.`;
    return isImpulse(program) ? program : refusal(reason, null);
  };
  return engineOf({ id, ...said.convolvers[id], defaultTanh: 'fast' }, read, lower);
};

/** The network of a slot's impulse response, the newest sample's tap first. */
export const impulseNetwork = (
  impulse: Float32Array,
  implementation: LinearNetwork['implementation'] = 'auto',
): LinearNetwork => ({
  kind: 'linear',
  implementation,
  inChannels: 1,
  outChannels: 1,
  impulse,
  bias: 0,
  hasBias: false,
  prewarmSamples: 0,
});
