/**
 * Eigen's micro kernel: packed rows x packed columns, accumulated in registers, then added to the
 * result. Packed panels follow one another: rows [panel][step][row], columns [panel][step][column].
 */
import type { Counter, Term } from '../../kernel/builder.ts';
import type { Address, Lanes } from '../../kernel/instruction.ts';
import { Code, type TargetCode } from '../common/code.ts';
import type { TargetBuilder, Weight } from '../common/target-builder.ts';
import type { ProductCode, ProductShape, TileCode } from './product-code.ts';
import { lanesOf, runsOf, zip } from './registers.ts';

type GebpShape = Pick<ProductShape, 'rows' | 'depth' | 'columns' | 'resultStride'>;

/** Where a tile reads and writes. */
interface Tile {
  readonly height: number;
  readonly width: number;
  lhsAt(offset: number, term: Term): Address;
  rhsAt(offset: number, term: Term): Address;
  resultAt(row: number, column: number): Address;
}

/** Slots: stack, packed rows, packed columns, result. */
export const writeGebp = (b: TargetBuilder, product: ProductCode, shape: GebpShape): void => {
  const { rows, depth, columns, resultStride } = shape;
  const code = new Code(b);
  const [lhs, rhs, result] = [b.slot('packed rows'), b.slot('packed columns'), b.slot('result')];
  code.body(product.call);
  for (const [row, height, rowPanels] of runsOf(rows, product.rows)) {
    b.loop(rowPanels, (i) => {
      code.body(product.rowPanel[height] ?? {});
      for (const [column, width, columnPanels] of runsOf(columns, product.columns)) {
        const counts = product.tiles[`${height}x${width}`];
        if (!counts) throw new RangeError(`No micro tile of ${height}x${width}.`);
        b.loop(columnPanels, (j) => {
          const across = product.rowAcrossColumns && height === 1 && width === 4;
          const [down, right] = [i.times(height), j.times(width * resultStride)];
          const tile: Tile = {
            height,
            width,
            lhsAt: (offset, term) => b.at(lhs, row * depth + offset, i.times(height * depth), term),
            rhsAt: (offset, term) =>
              b.at(rhs, column * depth + offset, j.times(width * depth), term),
            resultAt: (r, c) => b.at(result, row + r + (column + c) * resultStride, down, right),
          };
          writeTile(code, counts, depth, (across ? rowTile : blockTile)(b, product, tile));
        });
      }
    });
  }
};

/** What a tile does before, in and behind the steps of its depth. */
interface TileParts {
  clear(): void;
  /** Step `k` of the round that the counter counts, of rounds of so many steps. */
  step(k: number, counter: Counter, perRound: number): void;
  add(): void;
}

const writeTile = (code: TargetCode, counts: TileCode, depth: number, parts: TileParts): void => {
  const eights = Math.floor(depth / 8);
  const steps = (): void => {
    code.b.loop(eights, (counter) =>
      code.body(counts.step8, () => {
        for (let k = 0; k < 8; k++) parts.step(k, counter, 8);
      }),
    );
    code.b.loop(depth % 8, (counter) =>
      code.body(counts.step, () => parts.step(eights * 8, counter, 1)),
    );
  };
  code.around(eights > 0 ? counts.deepTile : counts.tile, parts.clear, steps, parts.add);
};

/** Vectors of rows, one accumulator for each of them and column. */
const blockTile = (b: TargetBuilder, product: ProductCode, tile: Tile): TileParts => {
  const { height, width } = tile;
  const lanes = lanesOf(height, b.target);
  const vectors = height / lanes;
  const columns = Array.from({ length: width }, () => b.registerList(vectors));
  const alpha = b.register();
  return {
    clear: () => {
      for (const sum of columns.flat()) b.const(0, lanes, sum);
      b.const(1, lanes, alpha);
    },
    step: (k, counter, perRound) => {
      const weights = b.registerList(vectors);
      const rows = counter.times(perRound * height);
      b.loadRun(weights, (v) => tile.lhsAt(k * height + v * lanes, rows), lanes);
      const values = valuesOf(b, product, tile, k, counter.times(perRound * width), lanes);
      for (const [sums, { register, element }] of zip(columns, values)) {
        for (const [weight, sum] of zip(weights, sums)) {
          b.multiplyAdd(weight, register, sum, lanes, element);
        }
      }
    },
    add: () => {
      for (const [c, sums] of columns.entries()) {
        const at = (v: number): Address => tile.resultAt(v * lanes, c);
        const old = b.registerList(vectors);
        b.loadRun(old, at, lanes);
        for (const [sum, into] of zip(sums, old)) b.multiplyAdd(sum, alpha, into, lanes);
        b.storeRun(old, at, lanes);
      }
    },
  };
};

/** One row by four columns: the columns are a vector, apart again where they meet the result. */
const rowTile = (b: TargetBuilder, _: ProductCode, tile: Tile): TileParts => {
  const [sums, alpha] = [b.register(), b.register()];
  return {
    clear: () => {
      b.const(0, 4, sums);
      b.const(1, 1, alpha);
    },
    step: (k, counter, perRound) => {
      const weight = b.load(tile.lhsAt(k, counter.times(perRound)), 4, { form: 'dup' });
      b.multiplyAdd(b.load(tile.rhsAt(k * 4, counter.times(perRound * 4)), 4), weight, sums, 4);
    },
    add: () => {
      for (let c = 0; c < 4; c++) {
        const sum = c === 0 ? sums : b.shuffle(sums, sums, 4, [c, c, c, c]);
        const old = b.load(tile.resultAt(0, c), 1);
        b.multiplyAdd(sum, alpha, old, 1);
        b.store(old, tile.resultAt(0, c), 1);
      }
    },
  };
};

/** The values of step `k` of the packed columns, as operands of multiply-adds. */
const valuesOf = (
  b: TargetBuilder,
  { broadcast }: ProductCode,
  { width, rhsAt }: Tile,
  k: number,
  term: Term,
  lanes: Lanes,
): Weight[] => {
  const at = (c: number): Address => rhsAt(k * width + c, term);
  const each = (value: (c: number) => Weight) => Array.from({ length: width }, (_, c) => value(c));
  // AArch64 reads four columns at once and multiplies by element; a single row has nothing to gain.
  if (lanes === 4 && width >= 4 && broadcast === 'element') {
    const quads = b.registerList(width / 4);
    b.loadRun(quads, (q) => at(q * 4), 4);
    return quads.flatMap((register) => [0, 1, 2, 3].map((element) => ({ register, element })));
  }
  if (lanes > 1 && width >= 4 && broadcast === 'general') {
    return each((c) => ({ register: b.spread(at(c), lanes, true) }));
  }
  if (lanes > 1 && broadcast !== 'element') {
    return each((c) => ({ register: b.spread(at(c), lanes) }));
  }
  const values = b.registerList(width);
  // Elsewhere `loadRun` loads one by one.
  b.loadRun(values, at, 1);
  return values.map((register) => (lanes === 1 ? { register } : { register, element: 0 }));
};
