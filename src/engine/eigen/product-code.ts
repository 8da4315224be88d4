/** What a compiler made of Eigen's product code for one instruction set: counts of each loop level, in compiled-code.json. */
import type { Reference, Target } from '../../kernel/lowered.ts';
import { memoize } from '../../units/memoize.ts';
import { type Counts, plus } from '../common/code.ts';
import { type Builds, type FormOf, grown } from '../common/compiled-code.ts';
import type { Label, Lowering } from '../common/lowering.ts';
import { tuneGroupOf } from '../common/tune-group.ts';
import data from './compiled-code.json' with { type: 'json' };

/** A matrix product as Eigen is asked for it. */
export type ProductOperands = Readonly<Record<'weights' | 'block' | 'result', Reference>>;

export interface ProductShape {
  readonly rows: number;
  readonly depth: number;
  readonly columns: number;
  /** Distances between columns, in floats. */
  readonly weightStride: number;
  readonly blockStride: number;
  readonly resultStride: number;
}

/** Appends dst += weights * block by one of Eigen's ways. */
export type ProductPath = (
  low: Lowering,
  place: Label,
  shape: ProductShape,
  at: ProductOperands,
) => void;

/** A micro tile of rows x columns: a body per tile, per step of the depth, per eight steps. */
export interface TileCode {
  readonly tile: Counts;
  /** The same where the depth reaches eight steps. */
  readonly deepTile: Counts;
  readonly step: Counts;
  readonly step8: Counts;
}

interface PanelCode {
  readonly panel: Counts;
  /** The same where the depth does not reach four steps. */
  readonly shallowPanel?: Counts;
  readonly step: Counts;
  /** All steps that fours leave over, by their number, where one store interleaves two of them. */
  readonly rests?: Readonly<Record<number, Counts>>;
  /** Four steps at once, with transposes; null where there are none. */
  readonly step4: Counts | null;
}

type Written = FormOf<(typeof data.code.products)['aarch64' | 'armv7' | 'thumb2']>;

/** What the parts of a product's code are stands in the data's notes; here are those that are looked up by size. */
interface CountedProduct extends Omit<Written, 'tiles' | 'rowPanel' | 'packRhs' | 'packLhs'> {
  readonly tiles: Readonly<Record<string, TileCode>>;
  readonly rowPanel: Readonly<Record<number, Counts>>;
  readonly packRhs: { readonly call: Counts; readonly panels: Readonly<Record<number, PanelCode>> };
  readonly packLhs: {
    readonly call: Counts;
    readonly panels: Readonly<Record<number, { readonly panel: Counts; readonly step: Counts }>>;
  };
}

export interface ProductCode extends CountedProduct {
  /**
   * How one value of the packed block meets a vector of weights. general: copied to all lanes from a
   * general register, through which single floats pass on their way into packed panels, too.
   */
  readonly broadcast: 'element' | 'general' | 'load';
}

const counted: Builds<CountedProduct> = data.code.products;
const aarch64: ProductCode = { ...counted.aarch64, broadcast: 'element' };
/** Clang's, of eight by eight; the rest as GCC writes it. */
const apple = ((): ProductCode => {
  const { tile, packRhs, packLhs } = data.code.appleProducts;
  const { tiles, packRhs: rhs } = aarch64;
  const [eight, panel] = [tiles['8x8'], rhs.panels[8]];
  if (!eight || !panel) throw new RangeError('Expected tiles of 8x8.');
  return {
    ...aarch64,
    tiles: { ...tiles, '8x8': { ...eight, ...tile } },
    packRhs: {
      call: packRhs.call,
      panels: { ...rhs.panels, 8: { ...panel, panel: packRhs.panel, step4: packRhs.step4 } },
    },
    packLhs: { call: packLhs.call, panels: { ...aarch64.packLhs.panels, 8: packLhs } },
  };
})();
const armv7: ProductCode = { ...counted.armv7, broadcast: 'general' };
const thumb2: ProductCode = { ...counted.thumb2, broadcast: 'element' };
const x86 = new Map<string, ProductCode>();

/** Which compiled code a target's products run. */
export const productCode = (target: Target): ProductCode => {
  const { isa, lanes, fma } = target;
  if (lanes === 1) return thumb2;
  if (lanes <= 4 && isa === 'aarch64') return tuneGroupOf(target) === 'apple' ? apple : aarch64;
  if (lanes <= 4 && isa === 'armv7-neon') return armv7;
  return memoize(x86, `${lanes}/${fma}`, () => x86Products(lanes, fma));
};

const x86Tile = (vectors: number, columns: number): TileCode => {
  const { tile, step, step8 } = data.code.x86;
  const accumulators = vectors * columns;
  const whole = grown(tile, accumulators);
  const steps = (count: number): Counts => ({
    vec_fma: accumulators * count,
    load_vec: (vectors + columns) * count,
  });
  return { tile: whole, deepTile: whole, step: plus(step, steps(1)), step8: plus(step8, steps(8)) };
};

/** Tiles of three vectors of rows with fused multiply-add, of two without; then halves of a vector, then single rows. */
const x86Products = (lanes: number, fma: boolean): ProductCode => {
  const { tile: _, step: __, step8: ___, rowPanel, packLhs, ...rest } = data.code.x86;
  const vectors = fma ? [3, 2, 1] : [2, 1];
  const halves = lanes === 16 ? [8, 4] : lanes === 8 ? [4] : [];
  const rows = [...vectors.map((count) => count * lanes), ...halves, 1];
  const vectorsOf = (row: number): number => Math.max(1, row / lanes);
  const perRows = <T>(make: (row: number) => T): Record<number, T> =>
    Object.fromEntries(rows.map((row) => [row, make(row)]));
  const columns = [4, 1];
  const tiles = rows.flatMap((row) =>
    columns.map((column) => [`${row}x${column}`, x86Tile(vectorsOf(row), column)] as const),
  );
  return {
    ...rest,
    rows,
    columns,
    blockRows: Math.max(...rows),
    broadcast: 'load',
    rowAcrossColumns: lanes === 4,
    tiles: Object.fromEntries(tiles),
    rowPanel: perRows(() => rowPanel),
    packLhs: {
      call: packLhs.call,
      panels: perRows((row) => ({
        panel: packLhs.panel,
        step: row === 1 ? packLhs.row : grown(packLhs.rows, vectorsOf(row)),
      })),
    },
  };
};
