/**
 * A player for one pedal: NAM Core with fused layers of its own for the A2 and for plain A1 networks. Offered only where
 * the code is built as that pedal's is, so that nobody is advised to run it elsewhere.
 */
import type { Target } from '../../kernel/lowered.ts';
import type { WaveNetNetwork } from '../../nam/network.ts';
import type { Program } from '../../program/program.ts';
import { type Engine, engineOf, type Refusal, refusal } from '../engine.ts';
import { factsOf } from '../facts.ts';
import { readA2 } from '../nam-core-a2fast/engine.ts';
import { lowerA1, lowerTmpA2 } from './wavenet.ts';

/** Channels of both arrays that it has layers for. */
const pairs = ['16/8', '12/6', '8/4', '4/2'];

const isPlainA1 = ({ arrays, ...network }: WaveNetNetwork): boolean =>
  pairs.includes(arrays.map(({ channels }) => channels).join('/')) &&
  !network.head &&
  !network.conditionDsp &&
  network.inChannels === 1 &&
  arrays.every(
    ({ channels, headRechannel, headSize, conditionSize, layers }, i) =>
      headSize === (arrays[i + 1]?.channels ?? 1) &&
      headRechannel.kernelSize === 1 &&
      conditionSize === 1 &&
      layers.every(
        ({ conv, layer1x1, activation, gating, bottleneck, head1x1, films }) =>
          conv.kernelSize === 3 &&
          conv.groups === 1 &&
          layer1x1?.groups === 1 &&
          activation.type === 'Tanh' &&
          gating === 'none' &&
          bottleneck === channels &&
          head1x1 === null &&
          Object.keys(films).length === 0,
      ),
  );

interface Shape {
  readonly a2: boolean;
  readonly network: WaveNetNetwork;
}

const read = (program: Program, { isa, lanes, compiler = 'gcc-12' }: Target): Shape | Refusal => {
  const { network } = program;
  if (isa !== 'aarch64' || lanes !== 4 || compiler !== 'gcc-10') {
    const reason = `It is the player of one pedal, built by gcc-10 for aarch64; the target is ${isa}, by ${compiler}.`;
    return refusal(reason, 'nam-core-a2fast');
  }
  const slimmable = network.kind === 'wavenet' && network.file?.slimmable;
  if (network.kind === 'wavenet' && !slimmable && isPlainA1(network)) return { a2: false, network };
  const a2 = readA2(program);
  return 'supported' in a2 ? a2 : { a2: true, network: a2 };
};

export const tmpNam: Engine = engineOf(
  factsOf('tmp-nam'),
  read,
  ({ a2, network }, target, { blockFrames, tanh }) =>
    a2 ? lowerTmpA2(network, target, blockFrames) : lowerA1(network, target, blockFrames, tanh),
);
