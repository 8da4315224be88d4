/**
 * The tile that the generator picks for scalar cores: T frames x O outputs of sums, J input channels
 * per run of loads. All loads of a run come before its products, because on these cores a load behind
 * a product waits for it; 32 single registers hold sums, inputs and weights.
 */

export type ScalarTile = Readonly<Record<'frames' | 'outputs' | 'inputs', number>>;

const registers = 32;
/** Instructions around the runs of a tap: its pointer, the offset, the prefetch, the loop. */
const tapOverhead = 7;
/** The turn from loads to products that each run pays. */
const runOverhead = 1;
/** A frame left over by the tiles runs in plain C, at 1.9 times a tiled frame. */
const leftoverFactor = 1.9;

/** Instructions of one tap of a tile, all outputs. */
const tapCost = ({ frames: T, outputs: O, inputs: J }: ScalarTile, channels: number): number => {
  let cost = 0;
  for (let j = 0; j < channels; j += J) {
    const width = Math.min(J, channels - j);
    // Neighbouring words go in pairs where the columns keep them together.
    const x = width % 2 === 0 && channels % 2 === 0 ? (T * width) / 2 : T * width;
    const w = width * Math.ceil(O / 2);
    cost += x + w + T * O * width + runOverhead;
  }
  return (channels / O) * (cost + tapOverhead);
};

/** The cheapest shape for a block; the generator evaluates the same kind of model per block hint. */
export function scalarTile(channels: number, frames: number): ScalarTile {
  let best: ScalarTile = { frames: 1, outputs: 1, inputs: 1 };
  let bestCost = Number.POSITIVE_INFINITY;
  for (let O = 1; O <= Math.min(channels, 8); O++) {
    if (channels % O !== 0) continue;
    for (const T of [2, 4, 6, 8, 10, 12]) {
      for (let J = 1; J <= Math.min(2, channels); J++) {
        if (T * O + T * J + O * J > registers) continue;
        const tile = { frames: T, outputs: O, inputs: J };
        const perTile = tapCost(tile, channels);
        const cost =
          Math.floor(frames / T) * perTile + (frames % T) * ((leftoverFactor * perTile) / T);
        if (cost < bestCost) {
          bestCost = cost;
          best = tile;
        }
      }
    }
  }
  return best;
}
