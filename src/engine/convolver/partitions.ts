/**
 * An impulse response in partitions of one length: when as many samples are together as a partition has
 * taps, their spectrum is multiplied with those of all partitions, in one burst. Its sum is heard from
 * the next partition on.
 */
import type { Address, Lanes } from '../../kernel/instruction.ts';
import type { Reference, Region, RingId } from '../../kernel/lowered.ts';
import { offsetBy } from '../../kernel/lowered.ts';
import type { Template } from '../../kernel/template.ts';
import { Code, type Counts, type TargetCode } from '../common/code.ts';
import type { Label, Lowering } from '../common/lowering.ts';
import type { TargetBuilder } from '../common/target-builder.ts';
import { piecesOf, slotsOf } from './ir-program.ts';
import { forwardPacked } from './spectrum.ts';
import type { RealTransform, SpectrumForm } from './transform.ts';
import { arithmetic, ComplexPlane, transformOf } from './transform.ts';

export interface PartitionForm extends SpectrumForm {
  /** Instructions of a trip, and of a burst beside its loops. */
  readonly loops: Readonly<Record<'product' | 'sum' | 'keep' | 'clear' | 'burst', Counts>>;
}

/** Bins of the spectrum of 2 x size reals. */
const binsOf = ({ bins }: SpectrumForm, size: number) => (bins === 'all' ? 2 * size : size + 1);

type WriteProduct = (b: TargetBuilder, form: PartitionForm, size: number, first: boolean) => void;

/** sum = (or +=) spectrum x partition, bin by bin. Slots: stack, from, to, table. */
const writeBins: WriteProduct = (b, form, size, first) => {
  const of = new Code(b);
  const { add, mul } = arithmetic(b);
  const [from, to] = [new ComplexPlane(b, 'from'), new ComplexPlane(b, 'to')];
  const table = new ComplexPlane(b, 'table');
  b.loop(binsOf(form, size), (k) =>
    of.body(form.loops.product, () => {
      const at = k.times(1);
      const product = mul(from.load(0, at), table.load(0, at));
      to.store(first ? product : add(to.load(0, at), product), 0, at);
    }),
  );
};

/** The same of planes, a vector at a time. */
const writePlanes: WriteProduct = (b, form, size, first) => {
  const of = new Code(b);
  const { lanes, fma: fused } = b.target;
  const [from, to, table] = slotsOf(b, 'from', 'to', 'table');
  for (const { start, trips, lanes: n } of piecesOf(0, size + 1, lanes, 1)) {
    b.loop(trips, (k) =>
      of.body(form.loops.product, () => {
        const at = (slot: number, part: number) =>
          b.at(slot, start + part * (size + 1), k.times(n));
        const load = (slot: number, plane: number) => b.load(at(slot, plane), n);
        const [xr, xi, hr, hi] = [load(from, 0), load(from, 1), load(table, 0), load(table, 1)];
        const re = b.fma(xi, hi, b.binary('mul', xr, hr, n), n, { negate: true, fused });
        const im = b.fma(xi, hr, b.binary('mul', xr, hi, n), n, { fused });
        for (const [plane, part] of [re, im].entries()) {
          const sum = first ? part : b.binary('add', load(to, plane), part, n);
          b.store(sum, at(to, plane), n);
        }
      }),
    );
  }
};

/** A loop over floats, by vectors where the library's loops become such. */
const overFloats = (
  of: TargetCode,
  { planar }: SpectrumForm,
  length: number,
  counts: Counts,
  write: (at: (slot: number, offset?: number) => Address, lanes: Lanes) => void,
): void => {
  const { b } = of;
  for (const { start, trips, lanes } of piecesOf(0, length, planar ? b.target.lanes : 1, 1)) {
    b.loop(trips, (i) =>
      of.body(counts, () =>
        write((slot, offset = 0) => b.at(slot, start + offset, i.times(lanes)), lanes),
      ),
    );
  }
};

/** to = x + y. Slots: stack, x, y, to. */
export const writeSum = (b: TargetBuilder, form: PartitionForm, length: number): void => {
  const of = new Code(b);
  const [x, y, to] = slotsOf(b, 'x', 'y', 'to');
  overFloats(of, form, length, form.loops.sum, (at, n) => {
    b.store(b.binary('add', b.load(at(x), n), b.load(at(y), n), n), at(to), n);
  });
};

/** What comes after the transform is kept, and the samples that wait are gone. Slots: stack, from, kept, time. */
const writeKeep = (b: TargetBuilder, form: PartitionForm, size: number): void => {
  const of = new Code(b);
  const [from, kept, time] = slotsOf(b, 'from', 'kept', 'time');
  overFloats(of, form, size, form.loops.keep, (at, n) => {
    b.store(b.load(at(from, size), n), at(kept), n);
  });
  overFloats(of, form, size, form.loops.clear, (at, n) => {
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
  const apart = form.planar ? bins : 1;
  for (let i = 0; i < bins; i += 1) {
    const k = i <= size ? i : 2 * size - i;
    const re = packed[k] ?? 0; // of bin `size` where the imaginary part of bin 0 would be
    const im = k % size === 0 ? 0 : (packed[size + k] ?? 0);
    const at = form.planar ? i : 2 * i;
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

export class Partitions {
  /** A block of several partitions goes through them one by one; a short one fills its part of one. */
  readonly rounds: number;
  readonly frames: number;
  /** Samples that wait with zeros behind them, and what of the last sum is still to come. */
  readonly time: Reference;
  readonly kept: Reference;
  readonly sum: Reference;
  readonly transform: RealTransform;
  readonly kernels: readonly Reference[];
  private readonly lowering: Lowering;
  private readonly place: Label;
  private readonly shape: Required<PartitionShape>;
  /** Blocks to a burst. */
  private readonly every: number;
  private readonly rings: RingId[] = [];
  private readonly waiting: Reference;
  private readonly spectra: Reference;
  private readonly spectraRing: RingId;

  constructor(lowering: Lowering, place: Label, shape: PartitionShape) {
    this.lowering = lowering;
    this.place = place;
    this.shape = { delay: 0, ...shape };
    const { form, name, size, impulse, delay } = this.shape;
    this.rounds = lowering.blockFrames % size === 0 ? lowering.blockFrames / size : 1;
    this.frames = lowering.blockFrames / this.rounds;
    this.every = size / this.frames;
    this.waiting = this.playing('waiting');
    this.time = { buffer: this.waiting.buffer, offset: 0 };
    this.kept = this.buffer('overlap', size, 'history');
    this.sum = this.buffer('sum', 4 * size, 'scratch');
    this.kernels = Array.from({ length: Math.ceil(impulse.length / size) }, (_, p) => {
      const spectrum = spectrumOf(impulse.subarray(p * size, (p + 1) * size), size, form);
      return lowering.weights(`${place.layer} ${name} partition ${p}`, spectrum);
    });
    // As far apart as the samples, so that they move on with them.
    const period = (this.kernels.length + delay) * size;
    this.spectra = this.buffer('spectra', 4 * (period + this.slack), 'history');
    this.spectraRing = this.ring('spectra', this.spectra, 4, period);
    this.transform = transformOf(lowering, place, form, size, this.every);
  }

  private get slack(): number {
    return Math.max(this.shape.size, this.lowering.blockFrames);
  }

  private buffer(what: string, floats: number, region: Region): Reference {
    const name = `${this.place.layer} ${this.shape.name} ${what}`;
    return this.lowering.memory(name, floats, region);
  }

  private ring(what: string, { buffer }: Reference, channels: number, period: number): RingId {
    const name = `${this.place.layer} ${this.shape.name} ${what}`;
    const policy = { kind: 'mirrored', start: 0, period } as const;
    const form = { layout: 'interleaved', columns: period + this.slack, lookback: 0 } as const;
    const id = this.lowering.ring({ name, buffer, channels, ...form, policy });
    this.rings.push(id);
    return id;
  }

  /** A buffer of a partition and a block, at the frame of its partition that is played. */
  playing(what: string, known?: Reference): Reference {
    const { size } = this.shape;
    const at = known ?? this.buffer(what, size + this.slack, 'history');
    const id = this.ring(what, at, 1, size);
    return this.every > 1 ? { ...at, ring: { id, delay: 0 } } : at;
  }

  /** `costs`: what the library calls; none where it is part of another loop. */
  collect(source: Reference, round: number, costs?: Template): void {
    const { lowering, place, waiting, every, shape } = this;
    const src = offsetBy(source, round * shape.size);
    if (every > 1 && waiting.ring !== undefined) {
      const slots = [lowering.stack, src, waiting];
      const templates = costs ? [{ template: costs, times: 1, slots }] : [];
      const at = { layer: place.layer, kind: 'ring', perBlock: 1, ring: waiting.ring.id } as const;
      lowering.ringStep({ ...at, action: 'write', src, templates });
      return;
    }
    lowering.kernel({ ...place, kind: 'copy' }, costs ?? this.plainCopy(), [src, this.time]);
  }

  private plainCopy(): Template {
    const { form, size } = this.shape;
    return this.lowering.template(`${form.library}/collect/${size}`, (b) => {
      new Code(b);
      const [from, to] = slotsOf(b, 'from', 'to');
      b.loop(this.frames, (i) =>
        b.store(b.load(b.at(from, 0, i.times(1)), 1), b.at(to, 0, i.times(1)), 1),
      );
    });
  }

  /** The spectrum of so many partitions ago. */
  spectrum(age: number, round: number): Reference {
    const { every, lowering, spectra, spectraRing: id, shape } = this;
    const isLong = every > 1;
    const sinceStart = isLong ? (Math.ceil(every) - 1) * lowering.blockFrames : -round * shape.size;
    return { ...spectra, ring: { id, delay: sinceStart + age * shape.size } };
  }

  product(first: boolean, slots: readonly Reference[], { step } = this.transform): void {
    const { form, size } = this.shape;
    const write = form.planar ? writePlanes : writeBins;
    step('product', `product/${first}`, (b) => write(b, form, size, first), slots);
  }

  /** What comes after the partition is kept, and none waits any more. */
  keep(reals: Reference): void {
    const { form, size } = this.shape;
    const slots = [reals, this.kept, this.time];
    this.transform.step('overlap', 'keep', (b) => writeKeep(b, form, size), slots);
  }

  /** Spectrum, products and the sum of what is heard next, to `tail`. */
  burst(round: number, { buffer }: Reference): void {
    const { transform, time, sum, kept } = this;
    const { form, size, delay } = this.shape;
    transform.step('overhead', 'burst', (b) => new Code(b).body(form.loops.burst), []);
    transform.forward(time, this.spectrum(0, round));
    for (const [p, kernel] of this.kernels.entries()) {
      this.product(p === 0, [this.spectrum(p + delay, round), sum, kernel]);
    }
    transform.inverse(sum);
    const slots = [transform.reals, kept, { buffer, offset: 0 }];
    transform.step('overlap', 'sum', (b) => writeSum(b, form, size), slots);
    this.keep(transform.reals);
  }

  advance(): void {
    for (const id of this.rings) this.lowering.advance(this.place.layer, id);
  }
}
