/** The family of a network: networks of one family differ in size only, so less work is less work everywhere. */
import type { Network } from '../../nam/network.ts';

/** 'wavenet Tanh', 'wavenet LeakyReLU', 'lstm', ...: the kind, and for convolutions the activations used. */
export const familyOf = (network: Network): string => {
  switch (network.kind) {
    case 'wavenet': {
      const names = new Set(
        network.arrays.flatMap((a) =>
          a.layers.flatMap((l) => [
            l.activation.type,
            ...(l.secondaryActivation === null ? [] : [l.secondaryActivation.type]),
          ]),
        ),
      );
      const options = network.arrays.some((a) =>
        a.layers.some((l) => l.gating !== 'none' || Object.keys(l.films).length > 0),
      );
      return `wavenet ${[...names].sort().join('+')}${options ? ' with gates' : ''}`;
    }
    case 'convnet':
      return `convnet ${[...new Set(network.blocks.map((b) => b.activation.type))].sort().join('+')}`;
    case 'lstm':
    case 'linear':
      return network.kind;
    default:
      return network satisfies never;
  }
};
