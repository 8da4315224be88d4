/**
 * An impulse response in partitions of one length: when as many samples are together as a partition has
 * taps, their spectrum is multiplied with those of all partitions, in one burst. Its sum is heard from
 * the next partition on.
 */
import type { KernelBuilder } from '../../kernel/builder.ts';
import type { Address, Lanes } from '../../kernel/instruction.ts';
import type { Reference, Region, RingId, Target } from '../../kernel/lowered.ts';
import type { Template } from '../../kernel/template.ts';
import { Code, type Counts } from '../common/code.ts';
import type { Lowering, Place } from '../common/lowering.ts';
import { piecesOf } from './kit.ts';
import { forwardPacked } from './spectrum.ts';
import {
  arithmetic,
  ComplexPlane,
  type RealTransform,
  type SpectrumForm,
  transformOf,
} from './transform.ts';

export interface PartitionForm extends SpectrumForm {
  /** Instructions of a trip, and of a burst beside its loops. */
  readonly loops: Readonly<Record<'product' | 'sum' | 'keep' | 'clear' | 'burst', Counts>>;
}

/** Bins of the spectrum of 2 x size reals. */
const binsOf = ({ bins }: SpectrumForm, size: number): number =>
  bins === 'all' ? 2 * size : size + 1;

/** sum = (or +=) spectrum x partition, bin by bin. Slots: stack, from, to, table. */
const writeBins = (
  b: KernelBuilder,
  target: Target,
  form: PartitionForm,
  size: number,
  first: boolean,
): void => {
  const of = new Code(b);
  const { add, mul } = arithmetic(b, target);
  const from = new ComplexPlane(b, 'from');
  const to = new ComplexPlane(b, 'to');
  const table = new ComplexPlane(b, 'table');
  b.loop(binsOf(form, size), (k) =>
    of.body(form.loops.product, () => {
      const product = mul(from.load(0, k.times(1)), table.load(0, k.times(1)));
      to.store(first ? product : add(to.load(0, k.times(1)), product), 0, k.times(1));
    }),
  );
};

/** The same of planes, a vector at a time. */
const writePlanes = (
  b: KernelBuilder,
  { lanes, fma: fused }: Target,
  form: PartitionForm,
  size: number,
  first: boolean,
): void => {
  const of = new Code(b);
  const [from, to, table] = [b.slot('from'), b.slot('to'), b.slot('table')];
  for (const { start, trips, lanes: n } of piecesOf(0, size + 1, lanes, 1)) {
    b.loop(trips, (k) =>
      of.body(form.loops.product, () => {
        const at = (slot: number, plane: number) =>
          b.at(slot, start + plane * (size + 1), k.times(n));
        const load = (slot: number, plane: number) => b.load(at(slot, plane), n);
        const [xr, xi, hr, hi] = [load(from, 0), load(from, 1), load(table, 0), load(table, 1)];
        const parts = [
          b.fma(xi, hi, b.binary('mul', xr, hr, n), n, { negate: true, fused }),
          b.fma(xi, hr, b.binary('mul', xr, hi, n), n, { fused }),
        ];
        parts.forEach((part, plane) => {
          const sum = first ? part : b.binary('add', load(to, plane), part, n);
          b.store(sum, at(to, plane), n);
        });
      }),
    );
  }
};

/** A loop over floats, by vectors where the library's loops become such. */
const overFloats = (
  of: Code,
  target: Target,
  { planar }: SpectrumForm,
  length: number,
  counts: Counts,
  write: (at: (slot: number, offset?: number) => Address, lanes: Lanes) => void,
): void => {
  const { b } = of;
  for (const { start, trips, lanes } of piecesOf(0, length, planar ? target.lanes : 1, 1)) {
    b.loop(trips, (i) =>
      of.body(counts, () =>
        write((slot, offset = 0) => b.at(slot, start + offset, i.times(lanes)), lanes),
      ),
    );
  }
};

/** to = x + y. Slots: stack, x, y, to. */
export const writeSum = (
  b: KernelBuilder,
  target: Target,
  form: PartitionForm,
  length: number,
): void => {
  const of = new Code(b);
  const [x, y, to] = [b.slot('x'), b.slot('y'), b.slot('to')];
  overFloats(of, target, form, length, form.loops.sum, (at, n) => {
    b.store(b.binary('add', b.load(at(x), n), b.load(at(y), n), n), at(to), n);
  });
};

/** What comes after the transform is kept, and the samples that wait are gone. Slots: stack, from, kept, time. */
const writeKeep = (b: KernelBuilder, target: Target, form: PartitionForm, size: number): void => {
  const of = new Code(b);
  const [from, kept, time] = [b.slot('from'), b.slot('kept'), b.slot('time')];
  overFloats(of, target, form, size, form.loops.keep, (at, n) => {
    b.store(b.load(at(from, size), n), at(kept), n);
  });
  overFloats(of, target, form, size, form.loops.clear, (at, n) => {
    b.store(b.const(0, n), at(time), n);
  });
};

/** All bins of a partition that are worked on, over the length of the transform. */
const spectrumOf = (taps: Float32Array, size: number, form: PartitionForm): Float32Array => {
  const padded = new Float32Array(2 * size);
  padded.set(taps);
  const packed = forwardPacked(padded);
  const scale = 1 / (2 * size);
  const bins = binsOf(form, size);
  const spectrum = new Float32Array(2 * bins);
  for (let i = 0; i < bins; i += 1) {
    const k = i <= size ? i : 2 * size - i;
    const re = packed[k] ?? 0; // of bin `size` where the imaginary part of bin 0 would be
    const im = k % size === 0 ? 0 : (packed[size + k] ?? 0);
    const [at, apart] = form.planar ? [i, bins] : [2 * i, 1];
    spectrum[at] = re * scale;
    spectrum[at + apart] = (i <= size ? im : -im) * scale;
  }
  return spectrum;
};

export interface PartitionShape {
  readonly form: PartitionForm;
  readonly name: string;
  /** Taps of a partition. */
  readonly size: number;
  /** The newest sample's tap first; zeros fill its last partition. */
  readonly impulse: Float32Array;
  /** Partitions from the one that fills to the one in which its sum is heard, less one. @default 0 */
  readonly delay?: number;
}

export interface Partitions {
  /** A block of several partitions goes through them one by one; a short one fills its part of one. */
  readonly rounds: number;
  readonly frames: number;
  /** Blocks to a burst. */
  readonly every: number;
  /** Samples that wait with zeros behind them, and what of the last sum is still to come. */
  readonly time: Reference;
  readonly kept: Reference;
  readonly sum: Reference;
  readonly transform: RealTransform;
  readonly kernels: readonly Reference[];
  /** A buffer of a partition and a block, at the frame of its partition that is played. */
  playing(name: string, buffer?: Reference): Reference;
  /** `costs`: what the library calls; none where it is part of another loop. */
  collect(source: Reference, round: number, costs?: Template): void;
  /** The spectrum of so many partitions ago. */
  spectrum(age: number, round: number): Reference;
  product(first: boolean, slots: readonly Reference[], at?: RealTransform): void;
  /** What comes after the partition is kept, and none waits any more. */
  keep(reals: Reference): void;
  /** Spectrum, products and the sum of what is heard next, to `tail`. */
  burst(round: number, tail: Reference): void;
  advance(): void;
}

export const partitionsOf = (
  lowering: Lowering,
  place: Place,
  { form, name, size, impulse, delay = 0 }: PartitionShape,
): Partitions => {
  const { blockFrames } = lowering;
  const { library, loops } = form;
  const rounds = blockFrames % size === 0 ? blockFrames / size : 1;
  const frames = blockFrames / rounds;
  const every = size / frames;
  const slack = Math.max(size, blockFrames);
  const rings: RingId[] = [];
  const buffer = (what: string, floats: number, region: Region): Reference => ({
    buffer: lowering.buffer(`${place.layer} ${name} ${what}`, floats, region),
    offset: 0,
  });
  const ring = (what: string, at: Reference, channels: number, period: number): RingId => {
    const id = lowering.ring({
      name: `${place.layer} ${name} ${what}`,
      buffer: at.buffer,
      channels,
      layout: 'interleaved',
      columns: period + slack,
      lookback: 0,
      policy: { kind: 'mirrored', start: 0, period },
    });
    rings.push(id);
    return id;
  };
  const playing = (what: string, at = buffer(what, size + slack, 'history')): Reference => {
    const id = ring(what, at, 1, size);
    return every > 1 ? { ...at, ring: { id, delay: 0 } } : at;
  };
  const waiting = playing('waiting');
  const time = { buffer: waiting.buffer, offset: 0 };
  const kept = buffer('overlap', size, 'history');
  const sum = buffer('sum', 4 * size, 'scratch');
  const slices = Array.from({ length: Math.ceil(impulse.length / size) }, (_, p) =>
    impulse.slice(p * size, (p + 1) * size),
  );
  const kernels = slices.map((slice, p) =>
    lowering.weights(`${place.layer} ${name} partition ${p}`, spectrumOf(slice, size, form)),
  );
  // As far apart as the samples, so that they move on with them.
  const period = (slices.length + delay) * size;
  const spectra = buffer('spectra', 4 * (period + slack), 'history');
  const spectraRing = ring('spectra', spectra, 4, period);
  const transform = transformOf(lowering, place, form, size, every);
  const spectrum = (age: number, round: number): Reference => {
    const sinceStart = every > 1 ? (Math.ceil(every) - 1) * blockFrames : -round * size;
    return { ...spectra, ring: { id: spectraRing, delay: sinceStart + age * size } };
  };
  const product: Partitions['product'] = (first, slots, { step } = transform) => {
    const write = form.planar ? writePlanes : writeBins;
    step('product', `product/${first}`, (b, t) => write(b, t, form, size, first), slots);
  };
  const keep = (reals: Reference): void =>
    transform.step('overlap', 'keep', (b, t) => writeKeep(b, t, form, size), [reals, kept, time]);
  return {
    ...{ rounds, frames, every, time, kept, sum, transform, kernels },
    ...{ playing, spectrum, product, keep },
    collect: (source, round, costs) => {
      const from = { ...source, offset: source.offset + round * size };
      if (every > 1 && waiting.ring !== undefined) {
        const templates = costs
          ? [{ template: costs, times: 1, slots: [lowering.stack, from, waiting] }]
          : [];
        const at = {
          layer: place.layer,
          kind: 'ring',
          perBlock: 1,
          ring: waiting.ring.id,
        } as const;
        lowering.ringStep({ ...at, action: 'write', src: from, templates });
        return;
      }
      const template =
        costs ??
        lowering.template(`${library}/collect/${size}`, (b) => {
          new Code(b);
          const [read, write] = [b.slot('from'), b.slot('to')];
          b.loop(frames, (i) =>
            b.store(b.load(b.at(read, 0, i.times(1)), 1), b.at(write, 0, i.times(1)), 1),
          );
        });
      lowering.kernel({ ...place, kind: 'copy' }, template, [from, time]);
    },
    burst: (round, tail) => {
      transform.step('overhead', 'burst', (b) => new Code(b).body(loops.burst), []);
      transform.forward(time, spectrum(0, round));
      for (const [p, kernel] of kernels.entries()) {
        product(p === 0, [spectrum(p + delay, round), sum, kernel]);
      }
      transform.inverse(sum);
      const { reals } = transform;
      const at = { buffer: tail.buffer, offset: 0 };
      transform.step('overlap', 'sum', (b, t) => writeSum(b, t, form, size), [reals, kept, at]);
      keep(reals);
    },
    advance: () => {
      for (const id of rings) lowering.advance(place.layer, id);
    },
  };
};
