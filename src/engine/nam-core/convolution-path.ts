/** How a convolution is appended, in which the engines of NAM Core differ. */
import type { Operation } from '../../program/program.ts';
import type { Lowering, Place } from '../common/lowering.ts';
import type { Operand } from '../eigen/passes.ts';

type Conv = Extract<Operation, { op: 'conv' }>;

/** Appends a convolution; engines differ in this. */
export type ConvolutionPath = (
  lowering: Lowering,
  place: Place,
  conv: Conv,
  source: Operand,
  result: Operand,
) => void;
