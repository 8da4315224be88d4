/** A matrix product as Eigen is asked for it. */
import type { Reference } from '../../kernel/lowered.ts';

export interface ProductOperands {
  readonly weights: Reference;
  readonly block: Reference;
  readonly result: Reference;
}

export interface ProductShape {
  readonly rows: number;
  readonly depth: number;
  readonly columns: number;
  /** Distances between columns, in floats. */
  readonly weightStride: number;
  readonly blockStride: number;
  readonly resultStride: number;
}
