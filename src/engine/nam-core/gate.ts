/** Gating and blending activations, FiLM: products and passes by element. */
import type { Lanes, Register } from '../../kernel/instruction.ts';
import type { Operation } from '../../program/program.ts';
import type { Lowering, Place } from '../common/lowering.ts';
import { appendActivation, resolveTanh } from '../eigen/activations.ts';
import { multiplyAdd } from '../eigen/gebp.ts';
import { passCode } from '../eigen/pass-code.ts';
import { appendMultiply, appendPass, type Operand } from '../eigen/passes.ts';
import type { TanhKind } from '../engine.ts';
import { appendConv1x1 } from './convolution.ts';
import { offsetBy, type Signals } from './signals.ts';

type Gate = Extract<Operation, { op: 'gate' }>;
type FilmOperation = Extract<Operation, { op: 'film' }>;

export const appendGate = (
  lowering: Lowering,
  place: Place,
  gate: Gate,
  signals: Signals,
  tanh: TanhKind,
): void => {
  const { target, blockFrames } = lowering;
  const shape = { rows: gate.rows, columns: blockFrames };
  const top = signals.get(gate.buf);
  const bottom: Operand = { at: offsetBy(top.at, gate.rows), stride: top.stride };
  const floats = gate.rows * blockFrames;
  const primary: Operand = { at: lowering.scratch('gate primary', floats), stride: gate.rows };
  const secondary: Operand = { at: lowering.scratch('gate secondary', floats), stride: gate.rows };
  appendActivation(lowering, place, shape, resolveTanh(gate.primary, tanh), top, primary);
  appendActivation(lowering, place, shape, resolveTanh(gate.secondary, tanh), bottom, secondary);
  if (gate.mode === 'gated') {
    appendMultiply(lowering, place, shape, [primary, secondary], top);
    return;
  }
  // a * primary + (1 - a) * input
  appendPass(
    lowering,
    place,
    {
      name: 'blend',
      shape,
      loop: passCode(target).multiply,
      call: {},
      lanes: target.lanes,
      constants: [1],
    },
    [primary, secondary, top],
    top,
    (b, [p, a, x], lanes: Lanes, [one]) => {
      const rest = b.binary('sub', one as Register, a as Register, lanes);
      const sum = b.binary('mul', rest, x as Register, lanes);
      multiplyAdd(b, target, a as Register, p as Register, sum, lanes);
      return sum;
    },
  );
};

export const appendFilm = (
  lowering: Lowering,
  place: Place,
  film: FilmOperation,
  signals: Signals,
): void => {
  const { blockFrames } = lowering;
  const outputs = film.conv.outChannels;
  const scaleShift: Operand = {
    at: lowering.scratch('film scale and shift', outputs * blockFrames),
    stride: outputs,
  };
  appendConv1x1(lowering, place, film.conv, signals.get(film.condition), scaleShift);
  const shift: Operand = { at: offsetBy(scaleShift.at, film.rows), stride: outputs };
  const sources = [signals.get(film.src), scaleShift, ...(film.shift ? [shift] : [])];
  const shape = { rows: film.rows, columns: blockFrames };
  appendMultiply(lowering, place, shape, sources, signals.get(film.dst));
};
