/**
 * Smaller networks of kinds whose layers cannot be weighed one by one: an LSTM by its hidden size and layers, any
 * other WaveNet by its channels. Each is costed whole; along one line they only grow, so that halving finds the largest.
 */
import type { EditedSizes } from '../../nam/edit-wavenet.ts';
import { receptiveField, weightCount } from '../../nam/measure.ts';
import type { LstmNetwork, Network, WaveNetNetwork } from '../../nam/network.ts';
import { sliceWaveNet } from '../../nam/slice.ts';
import { versionOfA1 } from '../../nam/written-form.ts';
import { type Found, foundOf } from './search.ts';

/** Networks from the smallest on, each with how a person would say it. */
interface Line {
  readonly length: number;
  readonly at: (n: number) => Pick<Found, 'text' | 'network'>;
}

const lstmOf = (network: LstmNetwork, hiddenSize: number, layers: number): LstmNetwork => ({
  ...network,
  file: { version: versionOfA1, slimmable: false, namesOptions: false },
  layers: network.layers.slice(0, layers).map(({ inputSize: own }, i) => {
    const inputSize = i === 0 ? own : hiddenSize;
    return {
      inputSize,
      hiddenSize,
      weights: new Float32Array(4 * hiddenSize * (inputSize + hiddenSize)),
      bias: new Float32Array(4 * hiddenSize),
      initialHidden: new Float32Array(hiddenSize),
      initialCell: new Float32Array(hiddenSize),
    };
  }),
  headWeights: new Float32Array(network.headBias.length * hiddenSize),
});

const lstmLines = (network: LstmNetwork): readonly Line[] => {
  const { length: all } = network.layers;
  return network.layers.map(({ hiddenSize: length }, dropped): Line => {
    const layers = all - dropped;
    const named = layers > 1 ? `${layers} layers` : '1 layer';
    const fewer = dropped === 0 ? '' : `, ${named} instead of ${all}`;
    const at: Line['at'] = (n) => ({
      network: lstmOf(network, n + 1, layers),
      text: `hidden size ${length} -> ${n + 1}${fewer}`,
    });
    return { length, at };
  });
};

/** All arrays in proportion, as slimming narrows them. */
const slicedLine = (network: WaveNetNetwork): Line => {
  const counts = network.arrays.map(({ channels }) => channels);
  const most = Math.max(...counts);
  return {
    length: most - 1,
    at: (n) => {
      const channels = counts.map((count) => Math.max(1, Math.floor((count * (n + 1)) / most)));
      return {
        network: sliceWaveNet(network, channels),
        text: `channels ${counts.join('/')} -> ${channels.join('/')}`,
      };
    },
  };
};

const linesOf = (network: Network): readonly Line[] => {
  if (network.kind === 'lstm') return lstmLines(network);
  return network.kind === 'wavenet' ? [slicedLine(network)] : [];
};

/** Of a line the last that is inside; null where none is, or where the whole line is. */
const largestInside = (line: Line, isInside: (network: Network) => boolean) => {
  let [inside, outside] = [-1, line.length];
  while (outside - inside > 1) {
    const middle = Math.floor((inside + outside) / 2);
    if (isInside(line.at(middle).network)) inside = middle;
    else outside = middle;
  }
  return inside < 0 ? null : line.at(inside);
};

/** `cyclesOf`: null where a network is not inside. The one with most weights first. */
export const searchWhole = (
  network: Network,
  cyclesNow: number,
  cyclesOf: (network: Network) => number | null,
): readonly Found[] => {
  const sizesOf = (one: Network): EditedSizes => ({
    weights: weightCount(one),
    // A recurrent network has no field that ends.
    receptiveField: one.kind === 'lstm' ? 0 : receptiveField(one),
  });
  const before = sizesOf(network);
  return linesOf(network)
    .flatMap((line): Found[] => {
      const largest = largestInside(line, (one) => cyclesOf(one) !== null);
      const cyclesPerSample = largest === null ? null : cyclesOf(largest.network);
      if (largest === null || cyclesPerSample === null) return [];
      const sizes = sizesOf(largest.network);
      const made = { ...largest, change: {}, cyclesPerSample };
      return [foundOf(made, cyclesNow, before, sizes, 1 - sizes.weights / before.weights)];
    })
    .sort((a, b) => b.weights - a.weights);
};
