// biome-ignore-all lint/style/noNonNullAssertion: both lists have a place for each tap
/** The Lanczos resampler as kernels: samples go into its ring twice, and each output is read by 24 taps. */
import type { Counter, KernelBuilder } from '../../kernel/builder.ts';
import type { Register } from '../../kernel/instruction.ts';
import type { BufferId, Lowered, Reference, RingId, Target } from '../../kernel/lowered.ts';
import type { Template } from '../../kernel/template.ts';
import { costs } from '../common/code.ts';
import { counted, IrProgram, irTemplates, slotsOf } from '../convolver/ir-program.ts';
import compiled from './compiled-code.json' with { type: 'json' };
import type { Ratio, TablePlace } from './lanczos.ts';
import { ratioOf, readBehind, ringFrames, tablePlace, taps } from './lanczos.ts';

/** Floats that a double takes in memory. Values are float32 all the same. */
const double = 2;
const wide = { wide: true } as const;
const rowFloats = double * taps;

const { push: pushed, read: reads, container } = compiled.code;

/** What ResamplingContainer does once a block on each side of the model. */
const call = (): Template =>
  irTemplates.get('resampler/call', (b) => {
    costs(b, ['int', container.int], ['loadInt', container.load_int]);
    costs(b, ['storeInt', container.store_int], ['branch', container.branch]);
  });

/** Slots: in, the ring, its second copy. */
const push = (frames: number): Template =>
  irTemplates.get(`resampler/push/${frames}`, (b) => {
    const [input, ...rings] = slotsOf(b, 'in', 'ring', 'again');
    counted(b, frames, 1, (counter) => {
      const value = b.load(b.at(input, 0, counter.times(1)), 1, wide);
      for (const ring of rings) b.store(value, b.at(ring, 0, counter.times(double)), 1, wide);
      costs(b, ['int', pushed.int]);
    });
  });

/** Outputs that repeat after `stride` inputs: of each, in floats, the place of its first tap. */
interface Run {
  readonly first: number;
  readonly trips: number;
  readonly places: readonly number[];
  readonly stride: number;
}

const placeOf = (output: number, { from, to }: Ratio): number => Math.floor((output * from) / to);

/** As many outputs a trip as come nearest to whole steps, so that trips differ as seldom as can be. */
const outputsPerTrip = ({ from, to }: Ratio): number => {
  const off = (group: number) => Math.abs(Math.round((group * from) / to) - (group * from) / to);
  return [1, 2, 3, 4].reduce((best, group) => (off(group) < off(best) - 1e-9 ? group : best));
};

/** Affine addresses cannot turn with the phase: a run ends where the steps between its outputs change. */
const runsOf = (outputs: number, ratio: Ratio): Run[] => {
  const runs: Run[] = [];
  const group = outputsPerTrip(ratio);
  for (let first = 0; first < outputs; ) {
    const size = Math.min(group, outputs - first);
    const places = (at: number): number[] =>
      Array.from({ length: size }, (_, i) => placeOf(at + i, ratio) - placeOf(first, ratio));
    const stride = placeOf(first + size, ratio) - placeOf(first, ratio);
    let trips = 1;
    const repeats = (): boolean =>
      first + (trips + 1) * size <= outputs &&
      places(first + trips * size).every((p, i) => p === places(first)[i]! + trips * stride);
    while (repeats()) trips++;
    runs.push({ first, trips, places: places(first), stride });
    first += trips * size;
  }
  return runs;
};

/** From a place in the table to the share of the way to the next row, by the source's own arithmetic. */
const shareAt = (b: KernelBuilder, position: Register): Register => {
  const back = b.binary('div', position, b.const(1, 1), 1);
  const whole = b.convert('float', b.convert('int', back, 1), 1);
  return b.binary('sub', b.binary('mul', back, b.const(1, 1), 1), whole, 1);
};

/** `rowStep`: floats of the table from one output to the next trip's. Slots: position, table, delta, ring, out. */
const read = ({ trips, places, stride }: Run, rowStep: number, fused: boolean): Template => {
  const name = `resampler/read/${trips}x${places.join('+')}/${stride}/${rowStep}/${fused}`;
  return irTemplates.get(name, (b) => {
    const [at, table, delta, ring, out] = slotsOf(b, 'position', 'table', 'delta', 'ring', 'out');
    const write = (counter: Counter, place: number, i: number): void => {
      const load = (slot: number, offset: number, step: number): Register =>
        b.load(b.at(slot, offset, counter.times(step)), 1, wide);
      const row = (slot: number, tap: number): Register =>
        load(slot, i * rowFloats + double * tap, rowStep);
      const sample = (tap: number): Register => load(ring, double * (place + tap), double * stride);
      costs(b, ['int', reads.int], ['loadInt', reads.load_int], ['storeInt', reads.store_int]);
      costs(b, ['branch', reads.branch]);
      const share = shareAt(b, load(at, i, rowStep / rowFloats));
      const weight = (tap: number) => b.fma(row(delta, tap), share, row(table, tap), 1, { fused });
      const sum = b.const(0, 1);
      for (let tap = 0; tap < taps / 2; tap++) {
        const second = b.binary('mul', weight(taps / 2 + tap), sample(taps / 2 + tap), 1);
        const both = b.fma(weight(tap), sample(tap), second, 1, { fused });
        b.binary('add', sum, both, 1, { into: sum });
      }
      b.store(sum, b.at(out, i, counter.times(places.length)), 1, wide);
    };
    counted(b, trips, 0, (counter) => {
      for (const [i, place] of places.entries()) write(counter, place, i);
    });
  });
};

/**
 * One block from `fromHz` to `toHz`: `framesIn` are pushed, then `framesOut` read. Every block begins at the same
 * phase, which is so where the rates divide; elsewhere a block touches fewer rows of the table than all together.
 */
export type LowerResampler = (
  fromHz: number,
  toHz: number,
  framesIn: number,
  framesOut: number,
  target: Target,
) => Lowered;

/** Scalar, as compilers leave sums of doubles that must not be reordered. */
export const lowerLanczos: LowerResampler = (fromHz, toHz, framesIn, framesOut, target) => {
  const ratio = ratioOf(fromHz, toHz);
  const program = new IrProgram('resampler');
  const at = (buffer: BufferId, offset = 0): Reference => ({ buffer, offset });
  const input = program.buffer('input', framesIn, 'io');
  const output = program.buffer('output', Math.max(framesIn, framesOut), 'io');
  const lookback = taps + readBehind;
  const ring = (past: number): RingId => {
    const policy = { kind: 'mirrored', start: lookback, period: ringFrames } as const;
    const form = { name: 'history', channels: double, layout: 'interleaved', lookback } as const;
    return program.ownRing({ ...form, columns: ringFrames + framesIn + past, policy });
  };
  // A read that begins before the end of the first copy may end in the second.
  const [history, again] = [ring(taps + framesOut * Math.ceil(fromHz / toHz)), ring(0)];
  const outputs = Array.from({ length: Math.min(framesOut, ratio.to) }, (_, i) =>
    tablePlace((i * ratio.from) % ratio.to, ratio.to),
  );
  const weights = (name: string, of: (place: TablePlace) => number | number[]): BufferId => {
    const data = Float32Array.from(outputs.flatMap(of));
    return program.buffer(name, data.length, 'weights', data);
  };
  const doubles = (row: Float64Array): number[] => [...row].flatMap((value) => [value, 0]);
  const position = weights('position', (place) => place.position);
  const table = weights('table', (place) => doubles(place.coefficients));
  const delta = weights('delta', (place) => doubles(place.deltas));
  const into = [at(input), program.history(history), program.history(again)];
  program.kernel('resample', call(), []);
  program.kernel('resample', push(framesIn), into);
  program.ringStep('settle', 1);
  for (const run of runsOf(framesOut, ratio)) {
    const size = run.places.length;
    // A ratio of few phases comes back to the same rows in every trip.
    const [rowStep, row] = ratio.to === size ? [0, 0] : [size * rowFloats, run.first];
    const back = taps / 2 + readBehind - placeOf(run.first, ratio);
    program.kernel('resample', read(run, rowStep, target.fma), [
      ...[at(position, row), at(table, row * rowFloats), at(delta, row * rowFloats)],
      ...[program.history(history, back), at(output, run.first)],
    ]);
  }
  for (const id of [history, again]) program.ringStep('advance', 1, [], { ring: id });
  return { ...program.finish(target, framesIn, input, output), engine: 'lanczos' };
};
