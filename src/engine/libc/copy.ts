/** Copies of contiguous floats: Eigen's block assignment, and memcpy. */
import type { KernelBuilder } from '../../kernel/builder.ts';
import type { Target } from '../../kernel/lowered.ts';
import { Code, type Counts } from '../common/code.ts';
import { passCode } from '../eigen/passes.ts';

/** Slots: stack, source, destination. */
export const writeCopy = (b: KernelBuilder, target: Target, floats: number, call: Counts): void => {
  const code = new Code(b);
  const from = b.slot('source');
  const to = b.slot('destination');
  const loop = passCode(target).copy;
  code.body(call);
  const { lanes } = target;
  const vectors = lanes > 1 ? Math.floor(floats / lanes) : 0;
  b.loop(vectors, (i) =>
    code.body(loop.vector, () =>
      b.store(b.load(b.at(from, 0, i.times(lanes)), lanes), b.at(to, 0, i.times(lanes)), lanes),
    ),
  );
  const done = vectors * lanes;
  b.loop(floats - done, (i) =>
    code.body(loop.scalar, () =>
      b.store(b.load(b.at(from, done, i.times(1)), 1), b.at(to, done, i.times(1)), 1),
    ),
  );
};
