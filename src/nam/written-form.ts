/**
 * In which of its two forms a plain WaveNet is written: as A1 was, where its shape allows, because NeuralAudio gives
 * every later version to NAM Core; else in today's, with every option named.
 */
import type { FileTraits, LayerArray, WaveNetNetwork } from './network.ts';

export const versionOfA1 = '0.5.4';
const versionOfA2 = '0.7.0';

/** Activations that a name alone describes. */
const named = ['Tanh', 'Hardtanh', 'Fasttanh', 'ReLU', 'Sigmoid', 'SiLU', 'Hardswish'];

const isOlder = (array: LayerArray): boolean => {
  const [first] = array.layers;
  return (
    first !== undefined &&
    array.headRechannel.kernelSize === 1 &&
    array.layers.every(
      ({ conv, layer1x1, bottleneck, activation }) =>
        conv.kernelSize === first.conv.kernelSize &&
        layer1x1 !== null &&
        bottleneck === array.channels &&
        activation.type === first.activation.type &&
        named.includes(activation.type),
    )
  );
};

/** The configuration is that of A1: one kernel size, one activation, no bottleneck, a head without a kernel. */
export const isWrittenAsA1 = ({ arrays }: WaveNetNetwork): boolean => arrays.every(isOlder);

export const writtenTraits = (network: WaveNetNetwork): FileTraits =>
  isWrittenAsA1(network)
    ? { version: versionOfA1, slimmable: false, namesOptions: false }
    : { version: versionOfA2, slimmable: false, namesOptions: true };
