/**
 * How often a tile's columns are stored twice or one by one. A ring has lookback + block live columns
 * and a mirror of one block behind them: what is written below `block` also goes to the mirror, what
 * runs past the live columns also goes to the front. A tile on one side is stored once or twice as a
 * whole; a tile that straddles a boundary goes element by element.
 */

export interface MirrorShares {
  /** Tiles per block that straddle a boundary. */
  readonly straddling: number;
  /** Tiles per block that are stored twice. */
  readonly mirrored: number;
}

const known = new Map<string, MirrorShares>();

/**
 * Of `tiles` tiles from frame `from` of a block on; averages over the positions that the ring's
 * writes really take, which repeat.
 */
export function mirrorShares(
  lookback: number,
  frames: number,
  tile: number,
  from = 0,
  tiles: number = Math.floor((frames - from) / tile),
): MirrorShares {
  const key = `${lookback}/${frames}/${tile}/${from}/${tiles}`;
  const memo = known.get(key);
  if (memo) return memo;
  const columns = lookback + frames;
  const side = (column: number): number => (column < frames ? 1 : column >= columns ? -1 : 0);
  let straddling = 0;
  let mirrored = 0;
  let blocks = 0;
  let position = 0;
  do {
    for (let f = from; f < from + tile * tiles; f += tile) {
      const first = side(position + f);
      if (first !== side(position + f + tile - 1)) straddling += 1;
      else if (first !== 0) mirrored += 1;
    }
    position = (position + frames) % columns;
    blocks += 1;
  } while (position !== 0);
  const shares = { straddling: straddling / blocks, mirrored: mirrored / blocks };
  known.set(key, shares);
  return shares;
}
