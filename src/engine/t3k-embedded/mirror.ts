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

const greatestCommonDivisor = (a: number, b: number): number =>
  b === 0 ? a : greatestCommonDivisor(b, a % b);

/**
 * Of `tiles` tiles from frame `from` of a block on; averages over the positions that the ring's
 * writes really take. Those repeat: in some order, every multiple of what the block and the live
 * columns have in common.
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
  const step = greatestCommonDivisor(columns, frames);
  /** Positions from `first` on and below `end`. */
  const positions = (first: number, end: number): number => {
    const [low, high] = [Math.max(0, first), Math.min(columns, end)];
    return high <= low ? 0 : Math.ceil(high / step) - Math.ceil(low / step);
  };
  let straddling = 0;
  let mirrored = 0;
  for (let i = 0; i < tiles; i++) {
    const first = from + i * tile;
    const last = first + tile - 1;
    // The tile's first column lies below a boundary and its last does not; short rings have both in one tile.
    straddling +=
      positions(frames - last, frames - first) +
      positions(Math.max(columns - last, frames - first), columns - first);
    mirrored += positions(0, frames - last) + positions(columns - first, columns);
  }
  const blocks = columns / step;
  const shares = { straddling: straddling / blocks, mirrored: mirrored / blocks };
  known.set(key, shares);
  return shares;
}
