/** Gating and blending activations, FiLM: NAM Core goes through them frame by frame. */
import type { Counter, KernelBuilder } from '../../kernel/builder.ts';
import type { Lanes, Register } from '../../kernel/instruction.ts';
import type { Target } from '../../kernel/lowered.ts';
import type { Activation } from '../../nam/network.ts';
import type { Operation } from '../../program/program.ts';
import type { LoopCode } from '../common/code.ts';
import { Code, counts, plus } from '../common/code.ts';
import type { Lowering, Place } from '../common/lowering.ts';
import {
  activationCode,
  activationLanes,
  formulaOf,
  perRow,
  resolveTanh,
} from '../eigen/activations.ts';
import { appendPass, type Operand, type PassShape } from '../eigen/passes.ts';
import { multiplyAdd } from '../eigen/registers.ts';
import type { TanhKind } from '../engine.ts';
import type { ConvolutionPath } from './convolution-path.ts';
import { frameCode, type StridedPass } from './frame-code.ts';
import { offsetBy, type Signals } from './signals.ts';

type Gate = Extract<Operation, { op: 'gate' }>;
type FilmOperation = Extract<Operation, { op: 'film' }>;

interface Sweep {
  readonly b: KernelBuilder;
  readonly code: Code;
  readonly rows: number;
}

/** Vectors of a column as far as they go, then values. */
const sweep = (
  { b, code, rows }: Sweep,
  loop: LoopCode,
  lanes: Lanes,
  write: (offset: number, i: Counter, lanes: Lanes) => void,
): void => {
  const vectors = lanes > 1 ? Math.floor(rows / lanes) : 0;
  b.loop(vectors, (i) => code.body(loop.vector, () => write(0, i, lanes)));
  const done = vectors * lanes;
  b.loop(rows - done, (i) => code.body(loop.scalar, () => write(done, i, 1)));
};

/** An activation over one column in a buffer of its own; one slope for all, or one for each row. */
const writeColumnActivation = (
  of: Sweep,
  target: Target,
  activation: Activation,
  buffer: number,
): void => {
  const { b, code, rows } = of;
  const loop = activationCode(target, activation.type);
  code.body(plus(frameCode(target).applyMatrix, loop.call));
  const ownSlopes = perRow(activation, rows);
  for (const [row, one] of ownSlopes?.entries() ?? []) {
    const { constants, apply } = formulaOf(target, one);
    const held = constants.map((value) => b.const(value, 1));
    const at = b.at(buffer, row);
    code.body(loop.scalar, () => b.store(apply(b, b.load(at, 1), held, 1), at, 1));
  }
  if (ownSlopes) return;
  const { constants, apply } = formulaOf(target, activation);
  const lanes = activationLanes(target, activation);
  const held = new Map<Lanes, Register[]>();
  for (const l of [lanes, 1] as const)
    held.set(
      l,
      constants.map((value) => b.const(value, l)),
    );
  sweep(of, loop, lanes, (offset, i, l) => {
    const at = b.at(buffer, offset, i.times(l));
    b.store(apply(b, b.load(at, l), held.get(l) ?? [], l), at, l);
  });
};

/** Slots: stack, signal (two halves of `rows`), the three columns of the gate. */
const writeGate = (
  b: KernelBuilder,
  target: Target,
  { mode, rows, primary, secondary }: Gate,
  stride: number,
  frames: number,
): void => {
  const own = frameCode(target);
  const of: Sweep = { b, code: new Code(b), rows };
  const [signal, first, second, before] = [
    b.slot('signal'),
    b.slot('primary'),
    b.slot('secondary'),
    b.slot('before'),
  ];
  const pass: StridedPass = mode === 'gated' ? own.gated : own.blended;
  const one = new Map<Lanes, Register>(([target.lanes, 1] as const).map((l) => [l, b.const(1, l)]));
  of.code.body(pass.call);
  b.loop(frames, (frame) => {
    of.code.body(pass.column);
    const copy = (from: number, to: number): void =>
      sweep(of, own.copy, target.lanes, (offset, i, l) => {
        const at = b.at(signal, from + offset, i.times(l), frame.times(stride));
        b.store(b.load(at, l), b.at(to, offset, i.times(l)), l);
      });
    copy(0, first);
    if (mode === 'blended') copy(0, before);
    writeColumnActivation(of, target, primary, first);
    copy(rows, second);
    writeColumnActivation(of, target, secondary, second);
    sweep(of, pass.loop, target.lanes, (offset, i, l) => {
      const load = (slot: number): Register => b.load(b.at(slot, offset, i.times(l)), l);
      const [p, s] = [load(first), load(second)];
      const to = b.at(signal, offset, i.times(l), frame.times(stride));
      if (mode === 'gated') {
        b.store(b.binary('mul', p, s, l), to, l);
        return;
      }
      // s * primary + (1 - s) * input
      const rest = b.binary('sub', one.get(l) ?? 0, s, l);
      const sum = b.binary('mul', rest, load(before), l);
      multiplyAdd(b, target, s, p, sum, l);
      b.store(sum, to, l);
    });
  });
};

export const appendGate = (
  lowering: Lowering,
  place: Place,
  gate: Gate,
  signals: Signals,
  tanh: TanhKind,
): void => {
  const { target, blockFrames } = lowering;
  const signal = signals.get(gate.buf);
  const { mode, rows } = gate;
  const primary = resolveTanh(gate.primary, tanh);
  const secondary = resolveTanh(gate.secondary, tanh);
  const name = `nam-core/gate/${mode}/${rows}/${signal.stride}/${blockFrames}/${JSON.stringify([primary, secondary])}`;
  const template = lowering.template(name, (b) =>
    writeGate(b, target, { ...gate, primary, secondary }, signal.stride, blockFrames),
  );
  const columns = ['primary', 'secondary', 'before'].map((of) =>
    lowering.scratch(`gate ${of}`, rows),
  );
  lowering.kernel(place, template, [signal.at, ...columns]);
};

/** A statement on some rows of a block, column by column. */
const appendStrided = (
  lowering: Lowering,
  place: Place,
  name: string,
  shape: PassShape,
  sources: readonly Operand[],
  result: Operand,
  own: StridedPass,
): void => {
  const { target } = lowering;
  appendPass(
    lowering,
    place,
    { name, shape, loop: own.loop, call: own.call, column: own.column, lanes: target.lanes },
    sources,
    result,
    (b, [x, y, z], lanes) => {
      if (y === undefined) return x as Register;
      if (z === undefined) return b.binary('mul', x as Register, y, lanes);
      multiplyAdd(b, target, x as Register, y, z, lanes);
      return z;
    },
  );
};

export const appendCopyRows = (
  lowering: Lowering,
  place: Place,
  shape: PassShape,
  from: Operand,
  to: Operand,
): void =>
  appendStrided(
    lowering,
    place,
    'copyRows',
    shape,
    [from],
    to,
    frameCode(lowering.target).copyRows,
  );

/** NAM_USE_INLINE_GEMM writes the scale and the shift out, four rows at a time: nothing is searched for. */
const inlineFilm = ({ call, loop }: StridedPass): StridedPass => ({
  call,
  column: counts('int 6 branch 1'),
  loop,
});

export const appendFilm = (
  lowering: Lowering,
  place: Place,
  film: FilmOperation,
  signals: Signals,
  convolution: ConvolutionPath,
  inline: boolean,
): void => {
  const { blockFrames, target } = lowering;
  const outputs = film.conv.outChannels;
  const { rows } = film;
  const scaleShift: Operand = {
    at: lowering.scratch('film scale and shift', outputs * blockFrames),
    stride: outputs,
  };
  const { conv, layer } = film;
  const product = {
    op: 'conv',
    role: 'film',
    src: film.condition,
    dst: film.dst,
    conv,
    layer,
  } as const;
  convolution(lowering, place, product, signals.get(film.condition), scaleShift);
  const shift: Operand = { at: offsetBy(scaleShift.at, rows), stride: outputs };
  const sources = [signals.get(film.src), scaleShift, ...(film.shift ? [shift] : [])];
  const shape = { rows, columns: blockFrames };
  const name = film.shift ? 'filmShift' : 'filmScale';
  const own = frameCode(target);
  const pass = inline ? inlineFilm(own[name]) : own[name];
  const to = signals.get(film.dst);
  if (film.src !== film.dst) {
    appendStrided(lowering, place, `${name}/${inline}`, shape, sources, to, pass);
    return;
  }
  const output = { at: lowering.scratch('film output', rows * blockFrames), stride: rows };
  appendStrided(lowering, place, `${name}/${inline}`, shape, sources, output, pass);
  appendStrided(lowering, place, 'filmBack', shape, [output], to, own.filmBack);
};
