/** What convolvers of impulse responses are: engines for one `Linear` network of one channel. */
import type { LinearNetwork } from '../../nam/network.ts';
import type { Program } from '../../program/program.ts';
import { type ConvolverId, type Engine, EngineError } from '../engine.ts';

export interface Convolver extends Engine {
  readonly id: ConvolverId;
  /** Taps beyond it are cut off; null: it takes all. */
  readonly mostTaps: number | null;
}

const refusal = ({ network }: Program): string | null =>
  network.kind === 'linear' && network.inChannels === 1 && network.outChannels === 1
    ? null
    : `it convolves one channel with an impulse response (a \`Linear\` of one channel), this is ${network.kind}.`;

/** @throws EngineError for what is no `Linear` of one channel. */
export const convolver = (
  facts: Omit<Convolver, 'defaultTanh' | 'supports' | 'lower'>,
  lower: Engine['lower'],
): Convolver => ({
  ...facts,
  defaultTanh: 'fast',
  supports: (program) => {
    const reason = refusal(program);
    return reason === null ? { supported: true } : { supported: false, reason, fallback: null };
  },
  lower: (program, target, options) => {
    const reason = refusal(program);
    if (reason !== null) throw new EngineError(facts.id, reason, null);
    return lower(program, target, options);
  },
});

/** @throws EngineError where it is no `Linear`. */
export const impulseOf = ({ network }: Program): LinearNetwork => {
  if (network.kind === 'linear') return network;
  throw new EngineError('convolver', `it convolves a \`Linear\`, this is ${network.kind}.`, null);
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
