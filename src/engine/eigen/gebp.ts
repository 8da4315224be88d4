/**
 * Eigen's micro kernel: packed rows x packed columns, accumulated in registers, then added to the
 * result. Packed panels follow one another: rows [panel][step][row], columns [panel][step][column].
 */

import type { Counter, KernelBuilder } from '../../kernel/builder.ts';
import type { Address, Lanes, Register } from '../../kernel/instruction.ts';
import type { Target } from '../../kernel/lowered.ts';
import { Code, type counts, plus } from '../common/code.ts';
import type { ProductCode, TileCode } from './product-code.ts';

export interface GebpShape {
  readonly rows: number;
  readonly depth: number;
  readonly columns: number;
  /** Distance between columns of the result, in floats. */
  readonly resultStride: number;
}

/** Splits `total` greedily into panels of the given sizes: [offset, size] in order. */
const panelsOf = (total: number, sizes: readonly number[]): [number, number][] => {
  const panels: [number, number][] = [];
  let at = 0;
  for (const size of sizes) {
    for (; total - at >= size; at += size) panels.push([at, size]);
  }
  return panels;
};

/** Runs of equal panels: [offset, size, count]. */
export const runsOf = (total: number, sizes: readonly number[]): [number, number, number][] => {
  const runs: [number, number, number][] = [];
  for (const [offset, size] of panelsOf(total, sizes)) {
    const last = runs.at(-1);
    if (last && last[1] === size) last[2] += 1;
    else runs.push([offset, size, 1]);
  }
  return runs;
};

/** c += a * b, in one or two roundings as the target has it. */
export const multiplyAdd = (
  b: KernelBuilder,
  target: Target,
  x: Register,
  y: Register,
  c: Register,
  lanes: Lanes,
  element?: number,
): void => {
  if (target.fma) b.accumulate(c, x, y, lanes, element);
  else b.binary('add', c, b.binary('mul', x, y, lanes, { element }), lanes, { into: c });
};

const lanesOf = (rows: number, target: Target): Lanes => Math.min(rows, target.lanes) as Lanes;

/** Slots: stack, packed rows, packed columns, result. */
export const writeGebp = (
  b: KernelBuilder,
  target: Target,
  product: ProductCode,
  shape: GebpShape,
): void => {
  const code = new Code(b);
  const lhs = b.slot('packed rows');
  const rhs = b.slot('packed columns');
  const result = b.slot('result');
  const { rows, depth, columns, resultStride } = shape;
  code.body(product.call);
  for (const [row, height, rowPanels] of runsOf(rows, product.rows)) {
    const panelCode = product.rowPanel[height] ?? {};
    b.loop(rowPanels, (i) => {
      code.body(panelCode);
      for (const [column, width, columnPanels] of runsOf(columns, product.columns)) {
        const tile = product.tiles[`${height}x${width}`];
        if (!tile) throw new RangeError(`No micro tile of ${height}x${width}.`);
        b.loop(columnPanels, (j) => {
          const write =
            product.rowAcrossColumns && height === 1 && width === 4 ? writeRowTile : writeTile;
          write(code, target, product, tile, {
            height,
            width,
            depth,
            resultStride,
            lhsAt: (offset, ...terms) =>
              b.at(lhs, row * depth + offset, i.times(height * depth), ...terms),
            rhsAt: (offset, ...terms) =>
              b.at(rhs, column * depth + offset, j.times(width * depth), ...terms),
            resultAt: (r, c) =>
              b.at(
                result,
                row + r + (column + c) * resultStride,
                i.times(height),
                j.times(width * resultStride),
              ),
          });
        });
      }
    });
  }
};

interface TilePlace {
  readonly height: number;
  readonly width: number;
  readonly depth: number;
  readonly resultStride: number;
  lhsAt(offset: number, ...terms: ReturnType<Counter['times']>[]): Address;
  rhsAt(offset: number, ...terms: ReturnType<Counter['times']>[]): Address;
  resultAt(row: number, column: number): Address;
}

const writeTile = (
  code: Code,
  target: Target,
  product: ProductCode,
  tile: TileCode,
  place: TilePlace,
): void => {
  const { b } = code;
  const { height, width, depth } = place;
  const lanes = lanesOf(height, target);
  const vectors = height / lanes;
  const accumulators = Array.from({ length: width }, () => b.registerList(vectors));
  const deep = depth >= 8;
  const alpha = b.register();
  const [before, after] = code.pieces(deep ? tile.deepTile : tile.tile, [
    () => {
      for (const column of accumulators) for (const r of column) b.const(0, lanes, r);
      b.const(1, lanes, alpha);
    },
    () => {
      accumulators.forEach((column, c) => {
        const old = b.registerList(vectors);
        loadRun(b, target, old, (v) => place.resultAt(v * lanes, c), lanes);
        column.forEach((sum, v) => {
          const r = old[v] as Register;
          multiplyAdd(b, target, sum, alpha, r, lanes);
        });
        storeRun(b, target, old, (v) => place.resultAt(v * lanes, c), lanes);
      });
    },
  ]);
  before?.();
  const step = (k: number, counter: Counter, perTrip: number): void => {
    const a = b.registerList(vectors);
    loadRun(
      b,
      target,
      a,
      (v) => place.lhsAt(k * height + v * lanes, counter.times(perTrip * height)),
      lanes,
    );
    columnsOf(code, target, product, place, k, counter, perTrip, lanes).forEach((y, c) => {
      a.forEach((x, v) => {
        const sum = accumulators[c]?.[v] as Register;
        multiplyAdd(b, target, x, y.register, sum, lanes, y.element);
      });
    });
  };
  const eights = Math.floor(depth / 8);
  b.loop(eights, (counter) => {
    code.body(tile.step8, () => {
      for (let k = 0; k < 8; k++) step(k, counter, 8);
    });
  });
  b.loop(depth % 8, (counter) => {
    code.body(tile.step, () => step(eights * 8, counter, 1));
  });
  after?.();
};

/** One row by four columns: the columns are a vector, apart again where they meet the result. */
const writeRowTile = (
  code: Code,
  target: Target,
  _product: ProductCode,
  tile: TileCode,
  place: TilePlace,
): void => {
  const { b } = code;
  const { depth } = place;
  const sums = b.register();
  const alpha = b.register();
  const [before, after] = code.pieces(depth >= 8 ? tile.deepTile : tile.tile, [
    () => {
      b.const(0, 4, sums);
      b.const(1, 1, alpha);
    },
    () => {
      for (let c = 0; c < 4; c++) {
        const sum = c === 0 ? sums : b.shuffle(sums, sums, 4, [c, c, c, c]);
        const old = b.load(place.resultAt(0, c), 1);
        multiplyAdd(b, target, sum, alpha, old, 1);
        b.store(old, place.resultAt(0, c), 1);
      }
    },
  ]);
  before?.();
  const step = (k: number, counter: Counter, perTrip: number): void => {
    const weight = b.load(place.lhsAt(k, counter.times(perTrip)), 4, { form: 'dup' });
    const columns = b.load(place.rhsAt(k * 4, counter.times(perTrip * 4)), 4);
    multiplyAdd(b, target, columns, weight, sums, 4);
  };
  const eights = Math.floor(depth / 8);
  b.loop(eights, (counter) => {
    code.body(tile.step8, () => {
      for (let k = 0; k < 8; k++) step(k, counter, 8);
    });
  });
  b.loop(depth % 8, (counter) => {
    code.body(tile.step, () => step(eights * 8, counter, 1));
  });
  after?.();
};

interface Column {
  readonly register: Register;
  readonly element?: number;
}

/** The values of one step of the packed columns, as operands of multiply-adds. */
const columnsOf = (
  code: Code,
  target: Target,
  product: ProductCode,
  place: TilePlace,
  k: number,
  counter: Counter,
  perTrip: number,
  lanes: Lanes,
): Column[] => {
  const { b } = code;
  const { width } = place;
  const at = (c: number): Address => place.rhsAt(k * width + c, counter.times(perTrip * width));
  // AArch64 reads four columns at once and multiplies by element; a single row has nothing to gain.
  if (lanes === 4 && width >= 4 && product.broadcast === 'element') {
    const quads = b.registerList(width / 4);
    loadRun(b, target, quads, (q) => at(q * 4), 4);
    return Array.from({ length: width }, (_, c) => ({
      register: quads[c >> 2] as Register,
      element: c & 3,
    }));
  }
  if (lanes > 1 && width >= 4 && product.broadcast === 'general') {
    const first = Array.from({ length: lanes }, () => 0);
    return Array.from({ length: width }, (_, c) => {
      const value = b.load(at(c), 1, { general: true });
      return { register: b.shuffle(value, value, lanes, first) };
    });
  }
  if (lanes === 1 || product.broadcast === 'element') {
    const values = b.registerList(width);
    if (target.isa === 'aarch64') loadRun(b, target, values, at, 1);
    else for (const [c, r] of values.entries()) b.load(at(c), 1, {}, r);
    return values.map((register) => (lanes === 1 ? { register } : { register, element: 0 }));
  }
  return Array.from({ length: width }, (_, c) => ({
    register: b.load(at(c), lanes, { form: 'dup' }),
  }));
};

/** Registers from memory one after the other, two per instruction (ldp) where there are two. */
export const loadRun = (
  b: KernelBuilder,
  target: Target,
  registers: readonly Register[],
  at: (index: number) => Address,
  lanes: Lanes,
): void => {
  const width = target.isa === 'aarch64' ? 2 : 1;
  for (let i = 0; i < registers.length; i += width) {
    const pair = registers.slice(i, i + width);
    b.loadMany(pair, at(i), lanes, { form: pair.length > 1 ? 'pair' : 'plain' });
  }
};

export const storeRun = (
  b: KernelBuilder,
  target: Target,
  registers: readonly Register[],
  at: (index: number) => Address,
  lanes: Lanes,
): void => {
  const width = target.isa === 'aarch64' ? 2 : 1;
  for (let i = 0; i < registers.length; i += width) {
    const pair = registers.slice(i, i + width);
    b.store(pair, at(i), lanes, { form: pair.length > 1 ? 'pair' : 'plain' });
  }
};

/** Nothing but overhead: instructions without a value. */
export const writeOverhead = (b: KernelBuilder, total: ReturnType<typeof counts>): void => {
  const code = new Code(b);
  code.body(plus(total, {}));
};
