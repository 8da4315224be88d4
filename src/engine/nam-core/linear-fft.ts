/**
 * nam::Linear of a long impulse response (June 2026 on): its first taps as dot products, the rest as a
 * partitioned convolution with Eigen's kissfft, zero latency, in bursts: when as many samples are
 * together as a partition has taps. Loops count as GCC 12.2 -O3 compiled them for AArch64.
 */
import type { Counter, KernelBuilder } from '../../kernel/builder.ts';
import type { Register } from '../../kernel/instruction.ts';
import type { Reference, Target } from '../../kernel/lowered.ts';
import type { Convolution, Network } from '../../nam/network.ts';
import { Code, counts, plus } from '../common/code.ts';
import type { Lowering, Place } from '../common/lowering.ts';
import { forwardPacked, splitTwiddles } from '../convolver/spectrum.ts';

import type { Operand } from '../eigen/passes.ts';
import { dotsOf, longRemainder } from './linear.ts';

/** _LINEAR_AUTO_DIRECT_MAX_TAPS. */
const directTaps = 256;

/** Taps of a partition, and of the direct part. */
const partitionOf = (taps: number): number => (taps <= 2048 ? 256 : taps <= 8192 ? 512 : 1024);

/** Whether NAM Core convolves by FFT: as the file says, else from 257 taps on. */
export const takesFft = (network: Network, conv: Convolution): boolean => {
  const asked = network.kind === 'linear' ? (network.implementation ?? 'auto') : 'auto';
  if (conv.inChannels !== 1 || conv.kernelSize <= partitionOf(conv.kernelSize)) return false;
  return asked === 'fft' || (asked === 'auto' && conv.kernelSize > directTaps);
};

const code = {
  butterfly: counts(
    'scalar_fparith 18 load_fp32 13 scalar_fma 10 store_fp32 10 int 6 branch 4 scalar_fcmp_sel 3',
  ),
  butterflies: counts(
    'int 17 load_int 8 store_int 6 store_fp64 3 load_fp64 3 branch 2 scalar_fcvt 1',
  ),
  pair: counts(
    'int 19 branch 9 load_int 6 scalar_fparith 6 load_fp32 4 store_fp32 2 scalar_fma 2 scalar_fcmp_sel 1',
  ),
  gather: counts('int 5 branch 1 load_fp32 2 store_fp32 2 load_int 1'),
  split: counts(
    'scalar_fparith 14 int 4 load_fp32 3 scalar_fma 2 branch 2 store_fp32 2 scalar_fcmp_sel 1',
  ),
  join: counts(
    'scalar_fparith 12 int 6 load_fp32 5 store_fp32 4 branch 3 scalar_fma 2 scalar_fcmp_sel 1',
  ),
  product: counts(
    'load_fp32 6 scalar_fparith 4 int 3 scalar_fma 2 branch 2 store_fp32 2 scalar_fcmp_sel 1',
  ),
  overlap: counts('int 4 load_fp32 2 scalar_fparith 1 store_fp32 1 branch 1'),
  store: counts('int 3 load_fp32 1 store_fp32 1 branch 1'),
  block: counts('int 120 load_int 60 branch 40 store_int 20'),
};

/** kissfft's factors of a power of two: fours, then a two. */
const factorsOf = (size: number): number[] =>
  size === 1 ? [] : size % 4 === 0 ? [4, ...factorsOf(size / 4)] : [size];

type Complex = readonly [re: Register, im: Register];

/** Complex numbers of one buffer, real and imaginary part side by side. */
class ComplexPlane {
  private readonly b: KernelBuilder;
  private readonly slot: number;

  constructor(b: KernelBuilder, slot: number) {
    this.b = b;
    this.slot = slot;
  }

  load(index: number, ...terms: Parameters<KernelBuilder['at']>[2][]): Complex {
    const pair = this.b.registerList(2);
    this.b.loadMany(pair, this.b.at(this.slot, 2 * index, ...terms), 1, { form: 'pair' });
    return pair as unknown as Complex; // registerList made two
  }

  store(value: Complex, index: number, ...terms: Parameters<KernelBuilder['at']>[2][]): void {
    this.b.store(value, this.b.at(this.slot, 2 * index, ...terms), 1, { form: 'pair' });
  }
}

const arithmetic = (b: KernelBuilder, target: Target) => {
  const add = (x: Complex, y: Complex): Complex => [
    b.binary('add', x[0], y[0], 1),
    b.binary('add', x[1], y[1], 1),
  ];
  const sub = (x: Complex, y: Complex): Complex => [
    b.binary('sub', x[0], y[0], 1),
    b.binary('sub', x[1], y[1], 1),
  ];
  const mul = (x: Complex, y: Complex): Complex => [
    b.fma(x[1], y[1], b.binary('mul', x[0], y[0], 1), 1, { negate: true, fused: target.fma }),
    b.fma(x[1], y[0], b.binary('mul', x[0], y[1], 1), 1, { fused: target.fma }),
  ];
  const conj = (x: Complex): Complex => [x[0], b.unary('neg', x[1], 1)];
  return { add, sub, mul, conj };
};

type Slots = readonly [from: ComplexPlane, to: ComplexPlane, table: ComplexPlane];

const slotsOf = (b: KernelBuilder): Slots => [
  new ComplexPlane(b, b.slot('from')),
  new ComplexPlane(b, b.slot('to')),
  new ComplexPlane(b, b.slot('table')),
];

/** The leaves of kissfft's recursion: digits of the index in reverse. Slots: from, to. */
const writeGather = (b: KernelBuilder, size: number): void => {
  const of = new Code(b);
  const [from, to] = [new ComplexPlane(b, b.slot('from')), new ComplexPlane(b, b.slot('to'))];
  const factors = factorsOf(size);
  const nest = (
    level: number,
    stride: number,
    rest: number,
    counters: Counter[],
    strides: number[][],
  ): void => {
    const factor = factors[level];
    if (factor === undefined) {
      of.body(code.gather, () => {
        const terms = (side: 0 | 1) =>
          counters.map((c, i) => c.times(2 * (strides[i]?.[side] ?? 0)));
        to.store(from.load(0, ...terms(0)), 0, ...terms(1));
      });
      return;
    }
    b.loop(factor, (counter) =>
      nest(
        level + 1,
        stride * factor,
        rest / factor,
        [...counters, counter],
        [...strides, [stride, rest / factor]],
      ),
    );
  };
  nest(0, 1, size, [], []);
};

/** One stage of butterflies of `radix` on groups of radix x m, in place. Slots: from, to, table. */
const writeStage = (
  b: KernelBuilder,
  target: Target,
  size: number,
  radix: number,
  m: number,
  inverse: boolean,
): void => {
  const of = new Code(b);
  const { add, sub, mul } = arithmetic(b, target);
  const [data, , table] = slotsOf(b);
  const step = size / (radix * m);
  b.loop(step, (group) => {
    if (radix === 4) of.body(code.butterflies);
    b.loop(m, (k) => {
      const at = [group.times(2 * radix * m), k.times(2)] as const;
      of.body(radix === 4 ? code.butterfly : code.pair, () => {
        const first = data.load(0, ...at);
        const turned = Array.from({ length: radix - 1 }, (_, q) =>
          mul(data.load((q + 1) * m, ...at), table.load(0, k.times(2 * step * (q + 1)))),
        );
        const [x, y, z] = turned as [Complex, Complex, Complex];
        if (radix === 2) {
          data.store(add(first, x), 0, ...at);
          data.store(sub(first, x), m, ...at);
          return;
        }
        const even = add(first, y);
        const odd = sub(first, y);
        const sum = add(x, z);
        const rest = sub(x, z);
        data.store(add(even, sum), 0, ...at);
        data.store(sub(even, sum), 2 * m, ...at);
        // odd -+ i rest
        const minus: Complex = [
          b.binary('add', odd[0], rest[1], 1),
          b.binary('sub', odd[1], rest[0], 1),
        ];
        const plus: Complex = [
          b.binary('sub', odd[0], rest[1], 1),
          b.binary('add', odd[1], rest[0], 1),
        ];
        data.store(inverse ? plus : minus, m, ...at);
        data.store(inverse ? minus : plus, 3 * m, ...at);
      });
    });
  });
};

/** From the transform of packed reals to all bins of their spectrum. Slots: from, to, table. */
const writeSplit = (b: KernelBuilder, target: Target, size: number): void => {
  const of = new Code(b);
  const { add, sub, mul, conj } = arithmetic(b, target);
  const [from, to, table] = slotsOf(b);
  const half = b.const(0.5, 1);
  const zero = b.const(0, 1);
  const halved = (x: Complex): Complex => [
    b.binary('mul', x[0], half, 1),
    b.binary('mul', x[1], half, 1),
  ];
  const [re, im] = from.load(0);
  to.store([b.binary('add', re, im, 1), zero], 0);
  to.store([b.binary('sub', re, im, 1), zero], size);
  b.loop(size / 2, (k) =>
    of.body(code.split, () => {
      const x = from.load(1, k.times(2));
      const y = conj(from.load(size - 1, k.times(-2)));
      const sum = add(x, y);
      const turned = mul(sub(x, y), table.load(1, k.times(2)));
      const low = halved(add(sum, turned));
      const high = halved(sub(sum, turned));
      to.store(low, 1, k.times(2));
      to.store(conj(high), size - 1, k.times(-2));
      to.store(conj(low), 2 * size - 1, k.times(-2));
      to.store(high, size + 1, k.times(2));
    }),
  );
};

/** Back: from a spectrum's bins to the transform of packed reals, times two. Slots: from, to, table. */
const writeJoin = (b: KernelBuilder, target: Target, size: number): void => {
  const of = new Code(b);
  const { add, sub, mul, conj } = arithmetic(b, target);
  const [from, to, table] = slotsOf(b);
  const first = from.load(0)[0];
  const last = from.load(size)[0];
  to.store([b.binary('add', first, last, 1), b.binary('sub', first, last, 1)], 0);
  b.loop(size / 2, (k) =>
    of.body(code.join, () => {
      const x = from.load(1, k.times(2));
      const y = conj(from.load(size - 1, k.times(-2)));
      const sum = add(x, y);
      const turned = mul(sub(x, y), conj(table.load(1, k.times(2))));
      to.store(add(sum, turned), 1, k.times(2));
      to.store(conj(sub(sum, turned)), size - 1, k.times(-2));
    }),
  );
};

/** sum = (or +=) spectrum x partition, bin by bin. Slots: from, to, table. */
const writeProduct = (b: KernelBuilder, target: Target, bins: number, first: boolean): void => {
  const of = new Code(b);
  const { add, mul } = arithmetic(b, target);
  const [from, to, table] = slotsOf(b);
  b.loop(bins, (k) =>
    of.body(code.product, () => {
      const product = mul(from.load(0, k.times(2)), table.load(0, k.times(2)));
      to.store(first ? product : add(to.load(0, k.times(2)), product), 0, k.times(2));
    }),
  );
};

/** Slots: the new samples, tail, what overlaps the next, the samples that wait. */
const writeOverlap = (b: KernelBuilder, target: Target, partition: number): void => {
  const of = new Code(b);
  const overlap = plus(code.overlap, longRemainder(target));
  const [from, tail, kept, time] = [b.slot('from'), b.slot('tail'), b.slot('kept'), b.slot('time')];
  b.loop(partition, (i) =>
    of.body(overlap, () => {
      const x = b.load(b.at(from, 0, i.times(1)), 1);
      b.store(
        b.binary('add', x, b.load(b.at(kept, 0, i.times(1)), 1), 1),
        b.at(tail, 0, i.times(1)),
        1,
      );
    }),
  );
  b.loop(partition, (i) =>
    of.body(overlap, () => {
      b.store(b.load(b.at(from, partition, i.times(1)), 1), b.at(kept, 0, i.times(1)), 1);
    }),
  );
  b.loop(partition, (i) =>
    of.body(code.store, () => b.store(b.const(0, 1), b.at(time, 0, i.times(1)), 1)),
  );
};

const interleaved = (size: number, of: (i: number) => readonly [number, number]): Float32Array =>
  Float32Array.from({ length: 2 * size }, (_, i) => of(Math.floor(i / 2))[i % 2] ?? 0);

/** exp(-+2 pi i k / size). */
const turns = (size: number, inverse: boolean): Float32Array =>
  interleaved(size, (i) => {
    const angle = ((inverse ? 2 : -2) * Math.PI * i) / size;
    return [Math.cos(angle), Math.sin(angle)];
  });

/** exp(-pi i k / size) / i: between the transform of packed reals and their spectrum. */
const splitTable = (size: number): Float32Array => {
  const { re, im } = splitTwiddles(size);
  return interleaved(size, (i) => [im[i] ?? 0, -(re[i] ?? 0)]);
};

/** All bins of a partition, over the length of the transform. */
const spectrumOf = (taps: Float32Array, partition: number): Float32Array => {
  const padded = new Float32Array(2 * partition);
  padded.set(taps);
  const packed = forwardPacked(padded);
  return interleaved(2 * partition, (i) => {
    const k = i <= partition ? i : 2 * partition - i;
    const re = k === partition ? packed[partition] : packed[k];
    const im = k === 0 || k === partition ? 0 : packed[partition + k];
    const scale = 1 / (2 * partition);
    return [(re ?? 0) * scale, (i <= partition ? 1 : -1) * (im ?? 0) * scale];
  });
};

export const appendLinearFft = (
  lowering: Lowering,
  place: Place,
  conv: Convolution,
  source: Operand,
  result: Operand,
): void => {
  const { blockFrames } = lowering;
  const taps = conv.kernelSize;
  const partition = partitionOf(taps);
  const partitions = Math.ceil((taps - partition) / partition);
  // A block of several partitions goes through them one by one; a short one fills its part of one.
  const rounds = blockFrames % partition === 0 ? blockFrames / partition : 1;
  const frames = blockFrames / rounds;
  const every = partition / frames;
  const writer = new FftWriter(lowering, place, conv, partition, partitions, every);
  const bias = conv.bias?.[0] ?? 0;
  const dots = dotsOf(lowering, place, source, { taps: partition, frames, bias, tail: true });
  const newest = lowering.weights(`${place.layer} impulse`, conv.weights.slice(taps - partition));
  for (let round = 0; round < rounds; round++) {
    dots.append(result.at, newest, writer.tail(), round * frames);
    writer.collect(source, round * frames, frames);
    writer.transform(round);
  }
  writer.advance();
  dots.advance();
};

class FftWriter {
  private readonly lowering: Lowering;
  private readonly place: Place;
  private readonly partition: number;
  private readonly every: number;
  private readonly spectra: number;
  private readonly tailRing: number;
  private readonly timeRing: number;
  private readonly at: Readonly<Record<'time' | 'tail' | 'kept' | 'a' | 'b' | 'sum', Reference>>;
  private readonly tables: Readonly<Record<'forward' | 'inverse' | 'split', Reference>>;
  private readonly kernels: readonly Reference[];

  constructor(
    lowering: Lowering,
    place: Place,
    conv: Convolution,
    partition: number,
    partitions: number,
    every: number,
  ) {
    this.lowering = lowering;
    this.place = place;
    this.partition = partition;
    this.every = every;
    const { layer } = place;
    const { blockFrames } = lowering;
    const buffer = (name: string, floats: number, region: 'history' | 'scratch'): Reference => ({
      buffer: lowering.buffer(`${layer} ${name}`, floats, region),
      offset: 0,
    });
    const slack = Math.max(partition, blockFrames);
    this.at = {
      time: buffer('waiting', partition + slack, 'history'),
      tail: buffer('tail', partition + slack, 'history'),
      kept: buffer('overlap', partition, 'history'),
      a: buffer('transform', 2 * partition, 'scratch'),
      b: buffer('packed', 2 * partition, 'scratch'),
      sum: buffer('sum', 4 * partition, 'scratch'),
    };
    const ring = (name: string, at: Reference, channels: number, period: number): number =>
      lowering.ring({
        name: `${layer} ${name}`,
        buffer: at.buffer,
        channels,
        layout: 'interleaved',
        columns: period + slack,
        lookback: 0,
        policy: { kind: 'mirrored', start: 0, period },
      });
    this.timeRing = ring('waiting', this.at.time, 1, partition);
    this.tailRing = ring('tail', this.at.tail, 1, partition);
    const spectra = buffer('spectra', 4 * (partitions * partition + slack), 'history');
    this.spectra = ring('spectra', spectra, 4, partitions * partition);
    const table = (name: string, data: Float32Array) => lowering.weights(`${layer} ${name}`, data);
    this.tables = {
      forward: table('turns', turns(partition, false)),
      inverse: table('turns back', turns(partition, true)),
      split: table('split', splitTable(partition)),
    };
    const taps = conv.kernelSize;
    // conv.weights begins with the oldest tap.
    const impulse = conv.weights.slice().reverse();
    this.kernels = Array.from({ length: partitions }, (_, p) => {
      const from = (p + 1) * partition;
      const part = impulse.slice(from, Math.min(taps, from + partition));
      return table(`partition ${p}`, spectrumOf(part, partition));
    });
  }

  /** Where the block's part of the sum is that earlier transforms have made. */
  tail(): Reference {
    return this.every > 1
      ? { ...this.at.tail, ring: { id: this.tailRing, delay: 0 } }
      : this.at.tail;
  }

  /** The samples of the block, to those that wait; what it costs is part of the loop over frames. */
  collect(source: Operand, offset: number, frames: number): void {
    const { lowering, place, partition } = this;
    const from = { ...source.at, offset: source.at.offset + offset };
    if (this.every > 1) {
      const step = { layer: place.layer, kind: 'ring', perBlock: 1, ring: this.timeRing } as const;
      lowering.ringStep({ ...step, action: 'write', src: from, templates: [] });
      return;
    }
    const template = lowering.template(`nam-core/linear/collect/${partition}`, (b) => {
      b.slot('stack');
      const [read, write] = [b.slot('from'), b.slot('to')];
      b.loop(frames, (i) =>
        b.store(b.load(b.at(read, 0, i.times(1)), 1), b.at(write, 0, i.times(1)), 1),
      );
    });
    lowering.kernel({ ...place, kind: 'copy' }, template, [from, this.at.time]);
  }

  /** What NAM Core does when a partition's samples are together. */
  transform(round: number): void {
    const { at, tables, partition } = this;
    const spectrum = (part: number): Reference => ({
      buffer: this.lowering.rings[this.spectra]?.buffer ?? 0,
      offset: 0,
      ring: { id: this.spectra, delay: this.sinceStart(round) + part * partition },
    });
    this.step('overhead', 'block', (b) => new Code(b).body(code.block), []);
    this.complexTransform(at.time, tables.forward, false);
    this.step('transform', 'split', (b, t) => writeSplit(b, t, partition), [
      at.a,
      spectrum(0),
      tables.split,
    ]);
    this.kernels.forEach((kernel, p) => {
      const first = p === 0;
      this.step('product', `product/${first}`, (b, t) => writeProduct(b, t, 2 * partition, first), [
        spectrum(p),
        at.sum,
        kernel,
      ]);
    });
    this.step('transform', 'join', (b, t) => writeJoin(b, t, partition), [
      at.sum,
      at.b,
      tables.split,
    ]);
    this.complexTransform(at.b, tables.inverse, true);
    this.step('overlap', 'overlap', (b, t) => writeOverlap(b, t, partition), [
      at.a,
      at.tail,
      at.kept,
      at.time,
    ]);
  }

  advance(): void {
    for (const ring of [this.timeRing, this.tailRing, this.spectra]) {
      this.lowering.advance(this.place.layer, ring);
    }
  }

  /** Frames from where the transform's first sample lies to the ring's position. */
  private sinceStart(round: number): number {
    const { every, partition, lowering } = this;
    return every > 1 ? (Math.ceil(every) - 1) * lowering.blockFrames : -round * partition;
  }

  private complexTransform(from: Reference, table: Reference, inverse: boolean): void {
    const { partition } = this;
    this.step('transform', 'gather', (b) => writeGather(b, partition), [from, this.at.a]);
    let m = 1;
    for (const radix of factorsOf(partition).reverse()) {
      const own = m;
      this.step(
        'transform',
        `stage/${radix}/${own}/${inverse}`,
        (b, t) => writeStage(b, t, partition, radix, own, inverse),
        [this.at.a, this.at.a, table],
      );
      m *= radix;
    }
  }

  private step(
    kind: string,
    name: string,
    write: (b: KernelBuilder, target: Target) => void,
    slots: readonly Reference[],
  ): void {
    const { lowering, place, partition, every } = this;
    const template = lowering.template(`nam-core/linear/${name}/${partition}`, (b) =>
      write(b, lowering.target),
    );
    const costOnly = kind === 'overhead';
    lowering.kernel({ ...place, kind }, template, slots, { costOnly, perBlock: 1 / every, every });
  }
}
