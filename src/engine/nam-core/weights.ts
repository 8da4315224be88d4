/** Weights as Eigen holds them: one column-major matrix per tap, zeros outside the groups; and the state of LSTMs. */
import type { Convolution, LstmLayer } from '../../nam/network.ts';
import { memoize } from '../../units/memoize.ts';

export const isDepthwise = (conv: Convolution): boolean =>
  conv.groups === conv.inChannels && conv.inChannels === conv.outChannels;

/** out x in of one tap, column-major. */
const tapMatrix = (conv: Convolution, tap: number): Float32Array => {
  const { inChannels, outChannels, groups } = conv;
  const inPerGroup = inChannels / groups;
  const outPerGroup = outChannels / groups;
  const matrix = new Float32Array(inChannels * outChannels);
  for (let out = 0; out < outChannels; out++) {
    const firstIn = Math.floor(out / outPerGroup) * inPerGroup;
    for (let i = 0; i < inPerGroup; i++) {
      const weight = conv.weights[(tap * outChannels + out) * inPerGroup + i] ?? 0;
      matrix[(firstIn + i) * outChannels + out] = weight;
    }
  }
  return matrix;
};

const known = new WeakMap<Convolution, Float32Array>();

/** All taps, one matrix after the other; shared by everything that is lowered from this convolution. */
export const tapMatrices = (conv: Convolution): Float32Array =>
  memoize(known, conv, () => {
    const size = conv.inChannels * conv.outChannels;
    const all = new Float32Array(size * conv.kernelSize);
    for (let tap = 0; tap < conv.kernelSize; tap++) all.set(tapMatrix(conv, tap), tap * size);
    return all;
  });

/** Gates x (input and hidden state), column-major. */
export const gateMatrix = ({ inputSize, hiddenSize, weights }: LstmLayer): Float32Array => {
  const inputs = inputSize + hiddenSize;
  const gates = 4 * hiddenSize;
  return Float32Array.from(weights, (_, at) => {
    const [input, gate] = [Math.floor(at / gates), at % gates];
    return weights[gate * inputs + input] ?? 0;
  });
};

/** The input, then the hidden state, as an LSTM starts. */
export const initialState = ({ inputSize, initialHidden }: LstmLayer): Float32Array =>
  Float32Array.from([...new Float32Array(inputSize), ...initialHidden]);
