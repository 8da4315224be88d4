/**
 * What NAM Core does frame by frame: gates, FiLM, batch norm and copies of some rows of a matrix. Eigen
 * goes through a block of strided columns one at a time and looks for the aligned part of each: beside
 * its loops, a column costs that search.
 */
import { type BufferId, offsetBy, type Reference, type Target } from '../../kernel/lowered.ts';
import type { Network } from '../../nam/network.ts';
import type { Operation } from '../../program/program.ts';
import type { FormOf } from '../common/compiled-code.ts';
import type { Label, Lowering } from '../common/lowering.ts';
import { appendCopy, appendPass, type Operand, type PassShape, passCode } from '../eigen/passes.ts';
import { appendCall } from './calls.ts';
import data from './compiled-code.json' with { type: 'json' };
import { type AppendOf, type ConvolutionPath, genericConvolution } from './convolution.ts';

const operandOf = (buffer: BufferId): Operand => ({ at: { buffer, offset: 0 }, stride: 1 });

/** Doubles of the host to float, and the copy that becomes the condition. */
export const appendInput = (low: Lowering, kind: Network['kind'], from: BufferId, to: Operand) => {
  const place = { layer: 'input', kind: 'input' };
  appendCall(low, kind === 'lstm' ? 'samples' : kind, place);
  const shape = { rows: 1, columns: low.blockFrames };
  const loop = passCode(low.target).narrow;
  const pass = { name: 'narrow', shape, loop, lanes: 1, wide: 'sources' } as const;
  appendPass(low, place, pass, [operandOf(from)], to, (b, [x]) => b.convert('narrow', x, 1));
  if (kind !== 'wavenet') return;
  appendCopy(low, place, shape, to, { at: low.scratch('condition', shape.columns), stride: 1 });
};

export const appendOutput = (low: Lowering, from: Operand, output: BufferId): void => {
  const shape = { rows: 1, columns: low.blockFrames };
  const loop = passCode(low.target).widen;
  const pass = { name: 'widen', shape, loop, lanes: 1, wide: 'result' } as const;
  const place = { layer: 'output', kind: 'output' };
  appendPass(low, place, pass, [from], operandOf(output), (b, [x]) => b.convert('widen', x, 1));
};

export const appendFilm = (
  low: Lowering,
  place: Label,
  { conv, rows, shift, src, dst, condition }: Extract<Operation, { op: 'film' }>,
  signalOf: (id: number) => Operand,
  convolution: ConvolutionPath,
): void => {
  const { blockFrames, target } = low;
  const stride = conv.outChannels;
  const scale = { at: low.scratch('film scale and shift', stride * blockFrames), stride };
  convolution(low, place, { role: 'film', conv }, signalOf(condition), scale);
  const shape = { rows, columns: blockFrames };
  const name = shift ? 'filmShift' : 'filmScale';
  const inline = convolution !== genericConvolution;
  const code = frameCode(target);
  const column = inline ? { column: code.inlineFilmColumn } : {};
  const pass = { ...code[name], ...column, name: `${name}/${inline}`, shape };
  const [from, to] = [signalOf(src), signalOf(dst)];
  const inPlace = src === dst;
  const own = (): Reference => low.scratch('film output', rows * blockFrames);
  const result = inPlace ? { at: own(), stride: rows } : to;
  if (shift) {
    const offset = { at: offsetBy(scale.at, rows), stride };
    appendPass(low, place, pass, [from, scale, offset], result, (b, [x, y, z], lanes) => {
      b.multiplyAdd(x, y, z, lanes);
      return z;
    });
  } else {
    appendPass(low, place, pass, [from, scale], result, (b, [x, y], lanes) =>
      b.binary('mul', x, y, lanes),
    );
  }
  if (inPlace) appendCopyRows(low, place, shape, result, to, 'filmBack');
};

type FrameCode = FormOf<typeof data.code.frames.vectors>;
const builds: Readonly<Record<'vectors' | 'scalar', FrameCode>> = data.code.frames;

export const frameCode = (target: Target): FrameCode =>
  target.lanes === 1 ? builds.scalar : builds.vectors;

type AppendRows = AppendOf<PassShape, [name?: 'copyRows' | 'filmBack']>;

/** The upper rows of a block, column by column. */
export const appendCopyRows: AppendRows = (low, place, shape, from, to, name = 'copyRows') => {
  const pass = { name, shape, ...frameCode(low.target)[name] };
  appendPass(low, place, pass, [from], to, (_, [x]) => x);
};
