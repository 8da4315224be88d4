/** Gating and blending activations: NAM Core goes through them frame by frame. */
import type { Register } from '../../kernel/instruction.ts';
import type { Activation } from '../../nam/network.ts';
import type { Operation } from '../../program/program.ts';
import { Code, plus, type TargetCode } from '../common/code.ts';
import type { Label, Lowering } from '../common/lowering.ts';
import type { TargetBuilder } from '../common/target-builder.ts';
import * as eigen from '../eigen/activation.ts';
import type { Operand } from '../eigen/passes.ts';
import type { TanhKind } from '../engine.ts';
import { frameCode } from './frames.ts';

type Gate = Extract<Operation, { op: 'gate' }>;

/** An activation over one column in a buffer of its own; one slope for all, or one for each row. */
const writeActivation = (code: TargetCode, rows: number, activation: Activation, slot: number) => {
  const { b } = code;
  const { target } = b;
  const loop = eigen.activationCode(target, activation.type);
  code.body(plus(frameCode(target).applyMatrix, loop.call));
  const ownSlopes = eigen.perRow(activation, rows);
  for (const [row, one] of ownSlopes?.entries() ?? []) {
    const apply = eigen.hold(b, one, 1);
    const at = b.at(slot, row);
    code.body(loop.scalar, () => b.store(apply(b.load(at, 1)), at, 1));
  }
  if (ownSlopes) return;
  const lanes = eigen.activationLanes(target, activation);
  const applyWide = eigen.hold(b, activation, lanes);
  const applyOne = eigen.hold(b, activation, 1);
  code.sweep(loop, rows, lanes, (offset, row, width) => {
    const at = b.at(slot, offset, row);
    b.store((width > 1 ? applyWide : applyOne)(b.load(at, width)), at, width);
  });
};

/** Slots: stack, signal (two halves of `rows`), the three columns of the gate. */
const writeGate = (b: TargetBuilder, gate: Gate, stride: number, frames: number): void => {
  const { mode, rows, primary, secondary } = gate;
  const { [mode]: pass, copy } = frameCode(b.target);
  const code = new Code(b);
  const signal = b.slot('signal');
  const [first, second, before] = [b.slot('primary'), b.slot('secondary'), b.slot('before')];
  const [ones, one] = [b.const(1, b.target.lanes), b.const(1, 1)];
  code.body(pass.call);
  b.loop(frames, (frame) => {
    code.body(pass.column);
    const copyHalf = (from: number, to: number): void =>
      code.sweep(copy, rows, b.target.lanes, (offset, row, lanes) => {
        const at = b.at(signal, from + offset, row, frame.times(stride));
        b.store(b.load(at, lanes), b.at(to, offset, row), lanes);
      });
    copyHalf(0, first);
    if (mode === 'blended') copyHalf(0, before);
    writeActivation(code, rows, primary, first);
    copyHalf(rows, second);
    writeActivation(code, rows, secondary, second);
    code.sweep(pass.loop, rows, b.target.lanes, (offset, row, lanes) => {
      const load = (slot: number): Register => b.load(b.at(slot, offset, row), lanes);
      const [p, s] = [load(first), load(second)];
      const to = b.at(signal, offset, row, frame.times(stride));
      if (mode === 'gated') {
        b.store(b.binary('mul', p, s, lanes), to, lanes);
        return;
      }
      // s * primary + (1 - s) * input
      const rest = b.binary('sub', lanes > 1 ? ones : one, s, lanes);
      const sum = b.binary('mul', rest, load(before), lanes);
      b.multiplyAdd(s, p, sum, lanes);
      b.store(sum, to, lanes);
    });
  });
};

export const appendGate = (
  low: Lowering,
  place: Label,
  gate: Gate,
  { at, stride }: Operand,
  tanh: TanhKind,
): void => {
  const { blockFrames } = low;
  const { mode, rows } = gate;
  const primary = eigen.resolveTanh(gate.primary, tanh);
  const secondary = eigen.resolveTanh(gate.secondary, tanh);
  const name = `nam-core/gate/${mode}/${rows}/${stride}/${blockFrames}/${JSON.stringify([primary, secondary])}`;
  const template = low.template(name, (b) =>
    writeGate(b, { ...gate, primary, secondary }, stride, blockFrames),
  );
  const columns = ['primary', 'secondary', 'before'].map((of) => low.scratch(`gate ${of}`, rows));
  low.kernel(place, template, [at, ...columns]);
};
