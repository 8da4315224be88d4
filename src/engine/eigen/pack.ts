/**
 * Eigen's packing: rows of weights and columns of the block are copied on every call into panels in
 * the order in which the micro kernel reads them.
 */
import type { KernelBuilder, MemoryOptions, Term } from '../../kernel/builder.ts';
import type { Lanes, Register } from '../../kernel/instruction.ts';
import type { Target } from '../../kernel/lowered.ts';
import { Code } from '../common/code.ts';
import { runsOf, storeRun } from './gebp.ts';
import type { ProductCode } from './product-code.ts';

/** How single floats are moved. */
const singleFloats = (product: ProductCode): MemoryOptions =>
  product.broadcast === 'general' ? { general: true } : {};

/** Slots: stack, weights (column-major, `stride` floats a column), packed rows. */
export const writePackLhs = (
  b: KernelBuilder,
  target: Target,
  product: ProductCode,
  shape: { readonly rows: number; readonly depth: number; readonly stride: number },
): void => {
  const code = new Code(b);
  const from = b.slot('weights');
  const to = b.slot('packed rows');
  const single = singleFloats(product);
  code.body(product.packLhs.call);
  for (const [row, height, panels] of runsOf(shape.rows, product.rows)) {
    const { panel, step } = product.packLhs.panels[height] ?? { panel: {}, step: {} };
    const lanes = Math.min(height, target.lanes) as Lanes;
    const vectors = height / lanes;
    b.loop(panels, (i) => {
      code.body(panel);
      b.loop(shape.depth, (k) => {
        code.body(step, () => {
          const r = b.registerList(vectors);
          r.forEach((register, v) => {
            const at = b.at(from, row + v * lanes, i.times(height), k.times(shape.stride));
            b.load(at, lanes, lanes === 1 ? single : {}, register);
          });
          const out = (v: number): ReturnType<typeof b.at> =>
            b.at(to, row * shape.depth + v * lanes, i.times(height * shape.depth), k.times(height));
          if (lanes === 1) b.store(r, out(0), 1, single);
          else storeRun(b, target, r, out, lanes);
        });
      });
    });
  }
};

/** Slots: stack, block (column-major, `stride` floats a column), packed columns. */
export const writePackRhs = (
  b: KernelBuilder,
  target: Target,
  product: ProductCode,
  shape: { readonly depth: number; readonly columns: number; readonly stride: number },
): void => {
  const code = new Code(b);
  const from = b.slot('block');
  const to = b.slot('packed columns');
  const { depth, columns, stride } = shape;
  const single = singleFloats(product);
  code.body(product.packRhs.call);
  for (const [column, width, panels] of runsOf(columns, product.columns)) {
    const panelCode = product.packRhs.panels[width];
    if (!panelCode) throw new RangeError(`No packing of ${width} columns.`);
    // Eight columns of one vector unit of four lanes are two blocks of 4 x 4.
    const vectorised = panelCode.step4 !== null && target.lanes >= 4;
    const fours = vectorised ? Math.floor(depth / 4) : 0;
    const rest = depth - fours * 4;
    const restCode = panelCode.rests?.[rest];
    const fromBase = column * stride;
    const toBase = column * depth;
    b.loop(panels, (j) => {
      code.body((fours === 0 ? panelCode.shallowPanel : undefined) ?? panelCode.panel);
      b.loop(fours, (k) => {
        code.body(panelCode.step4 ?? {}, () => {
          const source = (c: number): ReturnType<typeof b.at> =>
            b.at(from, fromBase + c * stride, j.times(width * stride), k.times(4));
          const target4 = (offset: number): ReturnType<typeof b.at> =>
            b.at(to, toBase + offset, j.times(width * depth), k.times(4 * width));
          if (width === 1) {
            b.store(b.load(source(0), 4), target4(0), 4);
            return;
          }
          const blocks: Register[][] = [];
          for (let c = 0; c < width; c += 4) {
            const loaded = [0, 1, 2, 3].map((i) => b.load(source(c + i), 4));
            blocks.push(transpose4(b, loaded));
          }
          if (width === 4) {
            storeRun(b, target, blocks[0] ?? [], (step) => target4(step * 4), 4);
            return;
          }
          for (let step = 0; step < 4; step++) {
            const row = blocks.map((block) => block[step] as Register);
            storeRun(b, target, row, (v) => target4(step * width + v * 4), 4);
          }
        });
      });
      const source = (c: number, step: number, ...terms: Term[]) =>
        b.at(from, fromBase + fours * 4 + step + c * stride, j.times(width * stride), ...terms);
      const target1 = (c: number, step: number, ...terms: Term[]) =>
        b.at(to, toBase + (fours * 4 + step) * width + c, j.times(width * depth), ...terms);
      if (restCode) {
        code.body(restCode, () => {
          const pair = Array.from({ length: width }, (_, c) => b.load(source(c, 0), 2));
          b.store(pair, target1(0, 0), 2, { form: 'structure' });
          for (let c = 0; c < (rest === 3 ? width : 0); c++) {
            b.store(b.load(source(c, 2), 1, single), target1(c, 2), 1, single);
          }
        });
        return;
      }
      b.loop(rest, (k) => {
        code.body(panelCode.step, () => {
          for (let c = 0; c < width; c++) {
            const r = b.load(source(c, 0, k.times(1)), 1, single);
            b.store(r, target1(c, 0, k.times(width)), 1, single);
          }
        });
      });
    });
  }
};

/** Four vectors of four, transposed by two rounds of interleaving. */
const transpose4 = (b: KernelBuilder, r: readonly Register[]): Register[] => {
  const [a0, a1, a2, a3] = r as [Register, Register, Register, Register];
  const low = [0, 4, 1, 5];
  const high = [2, 6, 3, 7];
  const t0 = b.shuffle(a0, a2, 4, low);
  const t1 = b.shuffle(a0, a2, 4, high);
  const t2 = b.shuffle(a1, a3, 4, low);
  const t3 = b.shuffle(a1, a3, 4, high);
  return [
    b.shuffle(t0, t2, 4, low),
    b.shuffle(t0, t2, 4, high),
    b.shuffle(t1, t3, 4, low),
    b.shuffle(t1, t3, 4, high),
  ];
};
