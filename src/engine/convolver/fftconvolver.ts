/**
 * FFTConvolver in two stages, as plugins of the MOD and DPF family set it up: blocks of 128 for the first
 * taps, transformed anew for every part of one that arrives, and of 1,024 for the rest. Both tails are
 * worked out when their block is full, in the callback. Transforms are Ooura's, in double precision.
 */
import type { InstructionClass } from '../../kernel/instruction-class.ts';
import { offsetBy, type Reference, type Target } from '../../kernel/lowered.ts';
import { Code, type Counts, plus } from '../common/code.ts';
import { type Label, Lowering } from '../common/lowering.ts';
import { writeCopy } from '../libc/memory.ts';
import compiled from './compiled-code.json' with { type: 'json' };
import { type Convolver, convolver } from './convolver.ts';
import { codeBytesOf } from './ir-program.ts';
import { type PartitionForm, type PartitionShape, Partitions, writeSum } from './partitions.ts';
import { type RealTransform, transformOf } from './transform.ts';

const headTaps = 128;
const tailTaps = 1024;

/** What stands for the vectors of a loop over floats where the target has none. */
const scalarNames: Readonly<Record<string, InstructionClass>> = {
  load_vec: 'load_fp32',
  store_vec: 'store_fp32',
  vec_fparith: 'scalar_fparith',
  vec_fma: 'scalar_fma',
  vec_other: 'fp_move',
};

const scalar = (counts: Counts): Counts =>
  Object.entries(counts).reduce<Counts>(
    (sum, [name, count]) => plus(sum, { [scalarNames[name] ?? name]: count }),
    {},
  );

const formOf = ({ lanes }: Target): PartitionForm => {
  const of = <T extends Readonly<Record<string, Counts>>>(group: T): T =>
    lanes > 1 ? group : (mapped(group, scalar) as T);
  const { code, loops } = compiled.code;
  return { library: 'fftconvolver', bins: 'half', planar: true, code: of(code), loops: of(loops) };
};

const mapped = <V, W>(group: Readonly<Record<string, V>>, of: (value: V) => W) =>
  Object.fromEntries(Object.entries(group).map(([name, value]) => [name, of(value)]));

interface Places {
  readonly form: PartitionForm;
  readonly source: Reference;
  readonly result: Reference;
}

/** Heard at once: every part of a block that arrives is transformed with what came before it. */
const appendHead = (low: Lowering, { form, source, result }: Places, impulse: Float32Array) => {
  const place: Label = { layer: 'head', kind: 'head' };
  const size = headTaps;
  const parts = new Partitions(low, place, { form, name: 'block', size, impulse });
  const { frames, rounds, kernels, sum } = parts;
  // A part that ends within a block of the host is two.
  const calls = 1 + (frames - Math.min(size, frames & -frames)) / size;
  const now = transformOf(low, place, form, size, 1 / calls);
  const floats = 2 * (size + 1);
  const arrived = low.template(`fftconvolver/arrived/${frames}`, (b) =>
    writeCopy(b, frames, compiled.code.copy),
  );
  const current = low.scratch('head current', floats, 'history');
  const before = low.scratch('head before', floats, 'history');
  const played = parts.playing('played', now.reals);
  const kept = parts.playing('kept', parts.kept);
  const copied = (step: RealTransform['step'], from: Reference, to: Reference): void =>
    step('copy', 'copy', (b) => writeCopy(b, floats, compiled.code.copy), [from, to]);
  for (let round = 0; round < rounds; round += 1) {
    parts.collect(source, round, arrived);
    now.step('overhead', 'burst', (b) => new Code(b).body(form.loops.burst), []);
    now.forward(parts.time, current);
    copied(now.step, before, sum);
    parts.product(false, [current, sum, ...kernels.slice(0, 1)], now);
    now.inverse(sum);
    const summed = [played, kept, offsetBy(result, round * frames)];
    now.step('overlap', `heard/${frames}`, (b) => writeSum(b, form, frames), summed);
    parts.keep(now.reals);
    copied(parts.transform.step, current, parts.spectrum(0, round));
    for (const [p, kernel] of kernels.slice(1).entries()) {
      parts.product(p === 0, [parts.spectrum(p, round), before, kernel]);
    }
  }
  parts.advance();
};

/** Heard `delay` partitions after the one that its block fills. */
const appendTail = (
  lowering: Lowering,
  { form, source, result }: Places,
  { name, ...tail }: Pick<PartitionShape, 'name' | 'size' | 'impulse' | 'delay'>,
): void => {
  const parts = new Partitions(lowering, { layer: name, kind: 'tail' }, { form, name, ...tail });
  const { frames, rounds } = parts;
  const heard = parts.playing('heard');
  const sum = lowering.template(`fftconvolver/added/${frames}`, (b) => writeSum(b, form, frames));
  for (let round = 0; round < rounds; round += 1) {
    const at = offsetBy(result, round * frames);
    lowering.kernel({ layer: name, kind: 'sum' }, sum, [heard, at, at]);
    parts.collect(source, round);
    parts.burst(round, heard);
  }
  parts.advance();
};

export const fftConvolver: Convolver = convolver(
  'fftconvolver',
  ({ network: { impulse } }, target, { blockFrames }) => {
    const lowering = new Lowering(target, blockFrames);
    const source = lowering.memory('input', blockFrames, 'io');
    const result = lowering.memory('output', blockFrames, 'io');
    const places = { form: formOf(target), source, result };
    const rest = (from: number, to?: number) => impulse.subarray(from, to);
    appendHead(lowering, places, rest(0, tailTaps));
    const delay = tailTaps / headTaps - 1;
    const first = { size: headTaps, impulse: rest(tailTaps, 2 * tailTaps), delay };
    const second = { size: tailTaps, impulse: rest(2 * tailTaps), delay: 1 };
    if (first.impulse.length > 0) appendTail(lowering, places, { name: 'tail 0', ...first });
    if (second.impulse.length > 0) appendTail(lowering, places, { name: 'tail', ...second });
    const codeBytes = codeBytesOf(lowering.steps, target);
    return lowering.finish('fftconvolver', source.buffer, result.buffer, codeBytes);
  },
);
