/** Finds the operation whose result is the first that is not a finite number. */
import type { BufferId, Operation, Program } from '../program/program.ts';

const destination = (operation: Operation): BufferId =>
  operation.op === 'activation' || operation.op === 'gate' || operation.op === 'affine'
    ? operation.buf
    : operation.dst;

export interface Watch {
  check(operation: number, frames: number): void;
  reset(): void;
}

export const watchForNonFinite = (
  program: Program,
  planes: readonly Float32Array[],
  stride: number,
  report: (layer: string, operation: string) => void,
): Watch => {
  let reported = false;
  return {
    check(index, frames) {
      const operation = program.operations[index];
      if (reported || operation === undefined) return;
      const plane = planes[destination(operation)];
      if (plane === undefined) return;
      for (let at = 0; at < plane.length; at += stride) {
        for (let i = at; i < at + frames; i++) {
          // x - x is 0 for finite numbers only.
          if (plane[i]! - plane[i]! === 0) continue;
          reported = true;
          report(operation.layer, operation.op === 'conv' ? operation.role : operation.op);
          return;
        }
      }
    },
    reset() {
      reported = false;
    },
  };
};
