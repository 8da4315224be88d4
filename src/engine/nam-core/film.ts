/** FiLM: a signal times a scale, plus a shift, both made of the condition, frame by frame. */
import type { Operation } from '../../program/program.ts';
import type { Lowering, Place } from '../common/lowering.ts';
import { appendPass, type Operand } from '../eigen/passes.ts';
import { offsetBy } from '../eigen/product.ts';
import { type ConvolutionPath, genericConvolution } from './convolution.ts';
import { appendCopyRows, frameCode } from './frames.ts';

type Film = Extract<Operation, { op: 'film' }>;

export const appendFilm = (
  low: Lowering,
  place: Place,
  { conv, rows, shift, src, dst, condition }: Film,
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
  const pass = {
    ...code[name],
    ...(inline ? { column: code.inlineFilmColumn } : {}),
    name: `${name}/${inline}`,
    shape,
  };
  const [from, to] = [signalOf(src), signalOf(dst)];
  const inPlace = src === dst;
  const result = inPlace
    ? { at: low.scratch('film output', rows * blockFrames), stride: rows }
    : to;
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
