/**
 * Eigen's packing: rows of weights and columns of the block are copied on every call into panels in
 * the order in which the micro kernel reads them.
 */
import type { MemoryOptions, Term } from '../../kernel/builder.ts';
import type { Address, Register } from '../../kernel/instruction.ts';
import { Code } from '../common/code.ts';
import type { TargetBuilder } from '../common/target-builder.ts';
import type { ProductCode } from './product-code.ts';
import { lanesOf, runsOf } from './registers.ts';

/** How single floats are moved. */
const singleFloats = ({ broadcast }: ProductCode): MemoryOptions =>
  broadcast === 'general' ? { general: true } : {};

/** Slots: stack, weights (column-major, `stride` floats a column), packed rows. */
export const writePackLhs = (
  b: TargetBuilder,
  product: ProductCode,
  { rows, depth, stride }: Readonly<Record<'rows' | 'depth' | 'stride', number>>,
): void => {
  const code = new Code(b);
  const [from, to] = [b.slot('weights'), b.slot('packed rows')];
  code.body(product.packLhs.call);
  for (const [row, height, panels] of runsOf(rows, product.rows)) {
    const { panel, step } = product.packLhs.panels[height] ?? { panel: {}, step: {} };
    const lanes = lanesOf(height, b.target);
    const single = lanes === 1 ? singleFloats(product) : {};
    b.loop(panels, (i) => {
      code.body(panel);
      b.loop(depth, (k) =>
        code.body(step, () => {
          const registers = b.registerList(height / lanes);
          for (const [v, register] of registers.entries()) {
            const at = b.at(from, row + v * lanes, i.times(height), k.times(stride));
            b.load(at, lanes, single, register);
          }
          const out = (v: number): Address =>
            b.at(to, row * depth + v * lanes, i.times(height * depth), k.times(height));
          if (lanes === 1) b.store(registers, out(0), 1, single);
          else b.storeRun(registers, out, lanes);
        }),
      );
    });
  }
};

/** A panel of `width` columns: where its values are in the block, and where they go. */
interface Panel {
  readonly width: number;
  readonly single: MemoryOptions;
  from(column: number, step: number, ...terms: Term[]): Address;
  to(column: number, step: number, ...terms: Term[]): Address;
}

/** Slots: stack, block (column-major, `stride` floats a column), packed columns. */
export const writePackRhs = (
  b: TargetBuilder,
  product: ProductCode,
  { depth, columns, stride }: Readonly<Record<'depth' | 'columns' | 'stride', number>>,
): void => {
  const code = new Code(b);
  const [block, packed] = [b.slot('block'), b.slot('packed columns')];
  code.body(product.packRhs.call);
  for (const [first, width, panels] of runsOf(columns, product.columns)) {
    const counts = product.packRhs.panels[width];
    if (!counts) throw new RangeError(`No packing of ${width} columns.`);
    const fours = counts.step4 !== null && b.target.lanes >= 4 ? Math.floor(depth / 4) : 0;
    const rest = depth - fours * 4;
    b.loop(panels, (j) => {
      const panel: Panel = {
        width,
        single: singleFloats(product),
        from: (column, step, ...terms) =>
          b.at(block, (first + column) * stride + step, j.times(width * stride), ...terms),
        to: (column, step, ...terms) =>
          b.at(packed, first * depth + step * width + column, j.times(width * depth), ...terms),
      };
      code.body((fours === 0 ? counts.shallowPanel : undefined) ?? counts.panel);
      b.loop(fours, (k) =>
        code.body(counts.step4 ?? {}, () => packFour(b, panel, k.times(4), k.times(4 * width))),
      );
      const together = counts.rests?.[rest];
      if (together) code.body(together, () => packRest(b, panel, fours * 4, rest));
      else {
        b.loop(rest, (k) =>
          code.body(counts.step, () =>
            packStep(b, panel, fours * 4, [k.times(1)], [k.times(width)]),
          ),
        );
      }
    });
  }
};

/** One value of every column. */
const packStep = (
  b: TargetBuilder,
  { width, single, from, to }: Panel,
  step: number,
  fromTerms: Term[] = [],
  toTerms: Term[] = [],
): void => {
  for (let c = 0; c < width; c++) {
    b.store(b.load(from(c, step, ...fromTerms), 1, single), to(c, step, ...toTerms), 1, single);
  }
};

/** Four values of every column: blocks of 4 x 4, of which eight columns are two. */
const packFour = (b: TargetBuilder, panel: Panel, from: Term, to: Term): void => {
  if (panel.width === 1) {
    b.store(b.load(panel.from(0, 0, from), 4), panel.to(0, 0, to), 4);
    return;
  }
  const blocks: Register[][] = [];
  for (let c = 0; c < panel.width; c += 4) {
    blocks.push(transpose4(b, (i) => b.load(panel.from(c + i, 0, from), 4)));
  }
  const [block] = blocks;
  if (block && blocks.length === 1) {
    b.storeRun(block, (step) => panel.to(0, step, to), 4);
    return;
  }
  for (let step = 0; step < 4; step++) {
    const row = blocks.flatMap((columns) => columns.slice(step, step + 1));
    b.storeRun(row, (v) => panel.to(v * 4, step, to), 4);
  }
};

/** Two or three values of every column: one store interleaves two of them. */
const packRest = (b: TargetBuilder, panel: Panel, step: number, rest: number): void => {
  const pair = Array.from({ length: panel.width }, (_, c) => b.load(panel.from(c, step), 2));
  b.store(pair, panel.to(0, step), 2, { form: 'structure' });
  if (rest === 3) packStep(b, panel, step + 2);
};

/** Four vectors of four, transposed by two rounds of interleaving. */
const transpose4 = (b: TargetBuilder, load: (i: number) => Register): Register[] => {
  const both = (x: Register, y: Register): [Register, Register] => [
    b.shuffle(x, y, 4, [0, 4, 1, 5]),
    b.shuffle(x, y, 4, [2, 6, 3, 7]),
  ];
  const [a0, a1, a2, a3] = [load(0), load(1), load(2), load(3)];
  const [t0, t1] = both(a0, a2);
  const [t2, t3] = both(a1, a3);
  return [...both(t0, t2), ...both(t1, t3)];
};
