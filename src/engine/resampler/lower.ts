/** The Lanczos resampler as kernels: samples go into its ring twice, and each output is read by 24 taps. */
import type { KernelBuilder } from '../../kernel/builder.ts';
import type { Register } from '../../kernel/instruction.ts';
import type { Lowered, Reference, RingId, Target } from '../../kernel/lowered.ts';
import type { Template } from '../../kernel/template.ts';
import { counted, IrProgram, irTemplates } from '../convolver/kit.ts';
import { type Ratio, ratioOf, readBehind, ringFrames, tablePlace, taps } from './lanczos.ts';

/** Floats that a double takes in memory. Values are float32 all the same. */
const double = 2;
const wide = { wide: true } as const;
const rowFloats = double * taps;

/**
 * Integer work of one sample, read off the source: the two places in the ring, the mask, the phase in memory.
 * An estimate: nobody has counted it.
 */
const pushOverhead = { int: 6, loadInt: 2, storeInt: 2 } as const;
/** Of one output: the phase to an index, its wrap by a comparison, addresses of two tables, the loop. */
const readOverhead = { int: 18, loadInt: 4, storeInt: 1, branch: 2, moveFpInt: 2 } as const;

const overhead = (
  b: KernelBuilder,
  counts: Readonly<Partial<Record<keyof typeof readOverhead, number>>>,
): void => {
  for (const kind of ['int', 'loadInt', 'storeInt', 'branch', 'moveFpInt'] as const) {
    b.cost(kind, counts[kind] ?? 0);
  }
};

/** Slots: in, the ring, its second copy. */
const push = (frames: number): Template =>
  irTemplates.get(`resampler/push/${frames}`, (b) => {
    const [input, ring, again] = [b.slot('in'), b.slot('ring'), b.slot('again')];
    counted(b, frames, 1, (counter) => {
      const value = b.load(b.at(input, 0, counter.times(1)), 1, wide);
      for (const copy of [ring, again])
        b.store(value, b.at(copy, 0, counter.times(double)), 1, wide);
      overhead(b, pushOverhead);
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
  const off = (group: number): number =>
    Math.abs(Math.round((group * from) / to) - (group * from) / to);
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
const read = (run: Run, rowStep: number, fused: boolean): Template =>
  irTemplates.get(
    `resampler/read/${run.trips}x${run.places.join('+')}/${run.stride}/${rowStep}/${fused}`,
    (b) => {
      const [position, table, delta, ring, out] = ['position', 'table', 'delta', 'ring', 'out'].map(
        (name) => b.slot(name),
      ) as [number, number, number, number, number];
      const size = run.places.length;
      counted(b, run.trips, 0, (counter) => {
        run.places.forEach((place, i) => {
          const at = (slot: number, offset: number): Register =>
            b.load(b.at(slot, i * rowFloats + double * offset, counter.times(rowStep)), 1, wide);
          const sample = (tap: number): Register =>
            b.load(b.at(ring, double * (place + tap), counter.times(double * run.stride)), 1, wide);
          overhead(b, readOverhead);
          const share = shareAt(
            b,
            b.load(b.at(position, i, counter.times(rowStep / rowFloats)), 1, wide),
          );
          const weight = (tap: number): Register =>
            b.fma(at(delta, tap), share, at(table, tap), 1, { fused });
          const sum = b.const(0, 1);
          for (let tap = 0; tap < taps / 2; tap++) {
            const second = b.binary('mul', weight(taps / 2 + tap), sample(taps / 2 + tap), 1);
            const both = b.fma(weight(tap), sample(tap), second, 1, { fused });
            b.binary('add', sum, both, 1, { into: sum });
          }
          b.store(sum, b.at(out, i, counter.times(size)), 1, wide);
        });
      });
    },
  );

/**
 * One block from `fromHz` to `toHz`: `framesIn` are pushed, then `framesOut` read. Scalar, as compilers leave sums
 * of doubles that must not be reordered. Every block begins at the same phase, which is so where the rates divide;
 * elsewhere a block touches fewer rows of the table than all blocks together.
 */
export const lowerLanczos = (
  fromHz: number,
  toHz: number,
  framesIn: number,
  framesOut: number,
  target: Target,
): Lowered => {
  const ratio = ratioOf(fromHz, toHz);
  const program = new IrProgram('resampler');
  const input = program.buffer('input', framesIn, 'io');
  const output = program.buffer('output', Math.max(framesIn, framesOut), 'io');
  const lookback = taps + readBehind;
  // A read that begins before the end of the first copy may end in the second.
  const [history, again] = [taps + framesOut * Math.ceil(fromHz / toHz), 0].map((past) => {
    const columns = ringFrames + framesIn + past;
    const buffer = program.buffer('history', double * columns, 'history');
    const policy = { kind: 'mirrored', start: lookback, period: ringFrames } as const;
    const form = { name: 'history', channels: double, layout: 'interleaved', lookback } as const;
    return program.rings.push({ ...form, buffer, columns, policy }) - 1;
  }) as [RingId, RingId];
  const outputs = Array.from({ length: Math.min(framesOut, ratio.to) }, (_, i) =>
    tablePlace((i * ratio.from) % ratio.to, ratio.to),
  );
  const weights = (name: string, values: readonly number[]): number => {
    const data = Float32Array.from(values);
    return program.buffer(name, data.length, 'weights', data);
  };
  const doubles = (row: Float64Array): number[] => [...row].flatMap((value) => [value, 0]);
  const position = weights(
    'position',
    outputs.map((place) => place.position),
  );
  const table = weights(
    'table',
    outputs.flatMap((place) => doubles(place.coefficients)),
  );
  const delta = weights(
    'delta',
    outputs.flatMap((place) => doubles(place.deltas)),
  );
  const inRing = (id: RingId, delay: number): Reference => {
    const buffer = program.rings[id]?.buffer ?? id;
    return { buffer, offset: 0, ring: { id, delay } };
  };
  const pushed = [{ buffer: input, offset: 0 }, inRing(history, 0), inRing(again, 0)];
  program.kernel('resample', push(framesIn), pushed);
  program.ring('settle', 1);
  for (const run of runsOf(framesOut, ratio)) {
    const size = run.places.length;
    // A ratio of few phases comes back to the same rows in every trip.
    const rowStep = ratio.to === size ? 0 : size * rowFloats;
    const row = ratio.to === size ? 0 : run.first;
    const back = taps / 2 + readBehind - placeOf(run.first, ratio);
    program.kernel('resample', read(run, rowStep, target.fma), [
      { buffer: position, offset: row },
      { buffer: table, offset: row * rowFloats },
      { buffer: delta, offset: row * rowFloats },
      inRing(history, back),
      { buffer: output, offset: run.first },
    ]);
  }
  for (const id of [history, again]) program.ring('advance', 1, [], undefined, id);
  return { ...program.finish(target, framesIn, input, output), engine: 'lanczos' };
};
