/**
 * What a compiler made of Eigen's product code for one instruction set: instructions by class of
 * each loop level, counted in the compiled code (GCC 12.2 -O3, Eigen 5.0.1).
 */
import { type Counts, counts } from '../common/code.ts';

/** A micro tile of rows x columns: a body per tile, per step of the depth, per eight steps. */
export interface TileCode {
  readonly tile: Counts;
  /** The same where the depth reaches eight steps. */
  readonly deepTile: Counts;
  readonly step: Counts;
  readonly step8: Counts;
}

export interface PanelCode {
  readonly panel: Counts;
  /** The same where the depth does not reach four steps. */
  readonly shallowPanel?: Counts;
  readonly step: Counts;
  /** All steps that fours leave over, by their number, where one store interleaves two of them. */
  readonly rests?: Readonly<Record<number, Counts>>;
  /** Four steps at once, with transposes; null where there are none. */
  readonly step4: Counts | null;
}

export interface ProductCode {
  /** Rows and columns of micro tiles, widest first. */
  readonly rows: readonly number[];
  readonly columns: readonly number[];
  /** Rows that are blocked together: Eigen's mr. */
  readonly blockRows: number;
  /**
   * How one value of the packed block meets a vector of weights. general: copied to all lanes from a
   * general register, through which single floats pass on their way into packed panels, too.
   */
  readonly broadcast: 'element' | 'general' | 'load';
  /** A single row by four columns takes the columns as its vector. */
  readonly rowAcrossColumns: boolean;
  readonly tiles: Readonly<Record<string, TileCode>>;
  readonly call: Counts;
  readonly rowPanel: Readonly<Record<number, Counts>>;
  readonly packRhs: { readonly call: Counts; readonly panels: Readonly<Record<number, PanelCode>> };
  readonly packLhs: {
    readonly call: Counts;
    readonly panels: Readonly<Record<number, { readonly panel: Counts; readonly step: Counts }>>;
  };
  readonly driver: Counts;
  /** Each further block of rows. */
  readonly nextBlock: Counts;
  /** The choice of block sizes: below 48 in every direction it returns at once. */
  readonly blockingSmall: Counts;
  readonly blocking: Counts;
  /** generic_product_impl: the choice between gemv, gemm and coefficients. */
  readonly dispatch: Counts;
}

export interface TileText {
  readonly tile: string;
  readonly deepTile: string;
  readonly step: string;
  readonly step8: string;
}

const tileOf = (text: TileText): TileCode => ({
  tile: counts(text.tile),
  deepTile: counts(text.deepTile),
  step: counts(text.step),
  step8: counts(text.step8),
});

export const tilesOf = (
  texts: Readonly<Record<string, TileText>>,
): Readonly<Record<string, TileCode>> =>
  Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, tileOf(text)]));
