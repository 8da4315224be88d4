/**
 * What the mirror of a ring costs. A ring has lookback + block live columns and a mirror of one block
 * behind them: what is written below `block` also goes to the mirror, what runs past the live columns
 * also goes to the front. A tile on one side is stored once or twice as a whole; a tile that straddles
 * a boundary goes element by element.
 */
import QuickLRU from 'quick-lru';
import type { Template } from '../../kernel/template.ts';
import { commonDivisor } from '../../units/divisor.ts';
import { memoize } from '../../units/memoize.ts';
import { costs } from '../common/code.ts';
import type { Lowering } from '../common/lowering.ts';
import { upTo } from '../common/stack-layer.ts';
import { isPlanar } from './io.ts';

export interface MirrorShares {
  /** Tiles per block that straddle a boundary. */
  readonly straddling: number;
  /** Tiles per block that are stored twice. */
  readonly mirrored: number;
}

const known = new QuickLRU<string, MirrorShares>({ maxSize: 1024 });

/**
 * Of `tiles` tiles from frame `from` of a block on; averages over the positions that the ring's
 * writes really take. Those repeat: in some order, every multiple of what the block and the live
 * columns have in common.
 */
export const mirrorShares = (
  lookback: number,
  frames: number,
  tile: number,
  from = 0,
  tiles: number = Math.floor((frames - from) / tile),
): MirrorShares =>
  memoize(known, `${lookback}/${frames}/${tile}/${from}/${tiles}`, () => {
    const columns = lookback + frames;
    const step = commonDivisor(columns, frames);
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
    return { straddling: straddling / blocks, mirrored: mirrored / blocks };
  });

/** Slots: ring. The second store of a tile of planar rows, or of columns. */
export const mirrorTile = (low: Lowering, channels: number, frames: number): Template =>
  low.template(`t3k-embedded/mirror tile/${channels}/${frames}`, (b) => {
    const ring = b.slot('ring');
    if (isPlanar(low)) {
      const value = b.const(0, 4);
      const vectors = frames / 4;
      for (const i of upTo(channels * vectors)) b.store(value, b.at(ring, 4 * (i % vectors)), 4);
      b.cost('int', 2 * channels);
      return;
    }
    const value = b.const(0, 1);
    const words = channels * frames;
    for (let i = 0; i + 1 < words; i += 2) {
      b.store([value, value], b.at(ring, i), 1, { form: 'pair', wide: true });
    }
    if (words % 2 === 1) b.store(value, b.at(ring, words - 1), 1);
  });

/**
 * Slots: ring, stack. The loop over a straddling tile, whose results lie on the stack: each frame's
 * side is tested, each element copied, those on the mirror's sides twice.
 */
export const straddlingTile = (low: Lowering, channels: number, frames: number): Template =>
  low.template(`t3k-embedded/straddling tile/${channels}/${frames}`, (b) => {
    const [ring, stack] = [b.slot('ring'), b.slot('stack')];
    const planar = isPlanar(low);
    costs(b, ['int', 12], ['loadInt', planar ? 6 : 4]);
    b.loop(frames, (t) => {
      costs(b, ['int', planar ? 6 : 7], ['branch', 2]);
      if (!planar) b.cost('it', 1);
      for (const c of upTo(channels)) {
        const value = b.load(b.at(stack, c * frames, t.times(1)), 1);
        b.store(value, b.at(ring, 0, t.times(1)), 1);
        // Half of a straddling tile's frames lie on a side that is stored twice.
        if (c % 2 === 0) b.store(value, b.at(ring, 0, t.times(1)), 1);
        costs(b, ['int', planar ? 3 : 2], ['branch', 1]);
      }
    });
  });
