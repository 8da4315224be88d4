/**
 * A cabinet impulse response as a uniformly partitioned convolution in the frequency domain, the way
 * players on Linux run it: one real transform of two blocks in, a product for each partition, one
 * transform out. Real transforms run as complex ones of half the length (Stockham's order, radix 2).
 */
import type { Term } from '../../kernel/builder.ts';
import type { Lanes, Register } from '../../kernel/instruction.ts';
import type { BufferId, Lowered, Reference, Target } from '../../kernel/lowered.ts';
import type { Template } from '../../kernel/template.ts';
import { copyTemplate, counted, IrProgram, irTemplates, piecesOf, slotsOf } from './ir-program.ts';
import { type ComplexArrays, forwardPacked, splitTwiddles, stageTwiddles } from './spectrum.ts';

export const isPartitionable = (blockFrames: number): boolean =>
  blockFrames >= 16 && Number.isInteger(Math.log2(blockFrames));

/** At least four vectors a block. */
const lanesFor = (target: Target, size: number): Lanes => {
  let lanes = target.lanes;
  while (lanes > 1 && lanes * 4 > size) lanes = (lanes / 2) as Lanes;
  return lanes;
};

interface Shape {
  /** Complex points: a block. */
  readonly size: number;
  readonly lanes: Lanes;
  readonly fused: boolean;
}

/** One stage: butterflies of x[k + j m] and x[k + j m + size / 2]. Slots: xr xi yr yi wr wi. */
const stage = ({ size, lanes, fused }: Shape, m: number): Template =>
  irTemplates.get(`ir/fft/${size}/${m}/${lanes}/${fused}`, (b) => {
    const [xr, xi, yr, yi, wr, wi] = slotsOf(b, 'xr', 'xi', 'yr', 'yi', 'wr', 'wi');
    const half = size / 2;
    /** For each plane the sum, and the difference times w. */
    const butterfly = (terms: readonly Term[], re: Register, im: Register) => {
      const load = (slot: number, offset: number): Register =>
        b.load(b.address(slot, offset, terms), lanes);
      const [ar, ai, br, bi] = [load(xr, 0), load(xi, 0), load(xr, half), load(xi, half)];
      const [dr, di] = [b.binary('sub', ar, br, lanes), b.binary('sub', ai, bi, lanes)];
      const pr = b.fma(di, im, b.binary('mul', dr, re, lanes), lanes, { negate: true, fused });
      const pi = b.fma(di, re, b.binary('mul', dr, im, lanes), lanes, { fused });
      return [
        { to: yr, sum: b.binary('add', ar, br, lanes), product: pr },
        { to: yi, sum: b.binary('add', ai, bi, lanes), product: pi },
      ];
    };
    if (m >= lanes) {
      const form = lanes === 1 ? 'plain' : 'dup';
      counted(b, half / m, 3, (j) => {
        const w = (slot: number): Register => b.load(b.at(slot, 0, j.times(m)), lanes, { form });
        const [re, im] = [w(wr), w(wi)];
        counted(b, m / lanes, 2, (k) => {
          for (const { to, sum, product } of butterfly([j.times(m), k.times(lanes)], re, im)) {
            b.store(sum, b.at(to, 0, j.times(2 * m), k.times(lanes)), lanes);
            b.store(product, b.at(to, m, j.times(2 * m), k.times(lanes)), lanes);
          }
        });
      });
      return;
    }
    // Several j in one vector: sums and products are woven together on the way out.
    const weave = (first: boolean): number[] =>
      Array.from({ length: lanes }, (_, p) => {
        const group = Math.floor(p / (2 * m)) + (first ? 0 : lanes / (2 * m));
        const r = p % (2 * m);
        return r < m ? group * m + r : lanes + group * m + r - m;
      });
    counted(b, half / lanes, 4, (v) => {
      const step = v.times(lanes);
      const [re, im] = [b.load(b.at(wr, 0, step), lanes), b.load(b.at(wi, 0, step), lanes)];
      for (const { to, sum, product } of butterfly([step], re, im)) {
        for (const first of [true, false]) {
          const woven = b.shuffle(sum, product, lanes, weave(first));
          b.store(woven, b.at(to, first ? 0 : lanes, v.times(2 * lanes)), lanes);
        }
      }
    });
  });

/**
 * Between the transform of packed reals and their spectrum, either way. Bin 0 holds the constant part
 * and, as its imaginary part, the highest frequency. Slots: xr xi yr yi wr wi.
 */
const untangle = ({ size, lanes, fused }: Shape, inverse: boolean): Template =>
  irTemplates.get(`ir/untangle/${size}/${inverse}/${lanes}/${fused}`, (b) => {
    const [xr, xi, yr, yi, wr, wi] = slotsOf(b, 'xr', 'xi', 'yr', 'yi', 'wr', 'wi');
    const half = (n: Lanes): Register => b.const(0.5, n);
    const scaled = (x: Register): Register => (inverse ? b.binary('mul', x, half(1), 1) : x);
    const [re, im] = [b.load(b.at(xr), 1), b.load(b.at(xi), 1)];
    const [sum, rest] = [b.binary('add', re, im, 1), b.binary('sub', re, im, 1)];
    const [first, last] = [scaled(sum), scaled(rest)];
    b.store(first, b.at(yr), 1);
    b.store(last, b.at(yi), 1);
    for (const { start, trips, lanes: n } of piecesOf(1, size - 1, lanes, 1)) {
      const backwards = Array.from({ length: n }, (_, i) => n - 1 - i);
      const h = half(n);
      counted(b, trips, 4, (counter) => {
        const up = counter.times(n);
        const mirrored = (slot: number): Register => {
          const value = b.load(b.at(slot, size - start - n + 1, counter.times(-n)), n);
          return n === 1 ? value : b.shuffle(value, value, n, backwards);
        };
        const forwards = (slot: number): Register => b.load(b.at(slot, start, up), n);
        const halved = (fn: 'add' | 'sub', x: Register, y: Register): Register =>
          b.binary('mul', b.binary(fn, x, y, n), h, n);
        const [ar, ai, cr, ci] = [forwards(xr), forwards(xi), mirrored(xr), mirrored(xi)];
        const [tr, ti] = [forwards(wr), forwards(wi)];
        const [er, ei] = [halved('add', ar, cr), halved('sub', ai, ci)];
        const [dr, di] = [halved('sub', ar, cr), halved('add', ai, ci)];
        // forward: e - i w d; inverse: e + i conj(w) d. i (p + i q) = -q + i p.
        const pr = b.fma(di, ti, b.binary('mul', dr, tr, n), n, { negate: !inverse, fused });
        const minus = b.fma(dr, ti, b.binary('mul', di, tr, n), n, { negate: inverse, fused });
        const outR = b.binary(inverse ? 'sub' : 'add', er, minus, n);
        const outI = b.binary(inverse ? 'add' : 'sub', ei, pr, n);
        b.store(outR, b.at(yr, start, up), n);
        b.store(outI, b.at(yi, start, up), n);
      });
    }
  });

/** acc (+)= X x H for one partition. Slots: x h acc; each real parts, then imaginary ones. */
const product = ({ size, lanes, fused }: Shape, first: boolean): Template =>
  irTemplates.get(`ir/product/${size}/${first}/${lanes}/${fused}`, (b) => {
    const [x, h, acc] = slotsOf(b, 'x', 'h', 'acc');
    for (const { start, trips, lanes: n, vectors } of piecesOf(0, size, lanes, 2)) {
      counted(b, trips, 3, (counter) => {
        const step = counter.times(n * vectors);
        for (let at = start; at < start + n * vectors; at += n) {
          const load = (slot: number, plane: number): Register =>
            b.load(b.at(slot, at + plane * size, step), n);
          const [ar, ai, br, bi] = [load(x, 0), load(x, 1), load(h, 0), load(h, 1)];
          const r0 = first ? b.binary('mul', ar, br, n) : b.fma(ar, br, load(acc, 0), n, { fused });
          const i0 = first ? b.binary('mul', ar, bi, n) : b.fma(ar, bi, load(acc, 1), n, { fused });
          const r = b.fma(ai, bi, r0, n, { negate: true, fused });
          const i = b.fma(ai, br, i0, n, { fused });
          b.store(r, b.at(acc, at, step), n);
          b.store(i, b.at(acc, at + size, step), n);
        }
      });
    }
    // Bin 0 is two real bins: its imaginary part was multiplied by the wrong one.
    const i = b.load(b.at(acc, size), 1);
    const fixed = b.fma(b.load(b.at(x, size), 1), b.load(b.at(h, 2 * size), 1), i, 1, { fused });
    b.store(fixed, b.at(acc, size), 1);
  });

/** Reals to even and odd planes; the block before stays in front. Slots: in, saved, zr, zi. */
const pack = ({ size, lanes }: Shape): Template =>
  irTemplates.get(`ir/pack/${size}/${lanes}`, (b) => {
    const [input, saved, zr, zi] = slotsOf(b, 'in', 'saved', 'zr', 'zi');
    const half = size / 2;
    counted(b, half / lanes, 4, (counter) => {
      const [step, twice] = [counter.times(lanes), counter.times(2 * lanes)];
      for (const [c, z] of [zr, zi].entries()) {
        b.store(b.load(b.at(saved, c * half, step), lanes), b.at(z, 0, step), lanes);
      }
      const pair = b.registerList(2);
      if (lanes > 1) b.loadMany(pair, b.at(input, 0, twice), lanes, { form: 'structure' });
      else for (const [c, into] of pair.entries()) b.load(b.at(input, c, twice), 1, {}, into);
      for (const [c, value] of pair.entries()) {
        b.store(value, b.at(saved, c * half, step), lanes);
        b.store(value, b.at(c === 0 ? zr : zi, half, step), lanes);
      }
    });
  });

/** The newer half of the planes to reals. Slots: zr, zi, out. */
const unpack = ({ size, lanes }: Shape): Template =>
  irTemplates.get(`ir/unpack/${size}/${lanes}`, (b) => {
    const [zr, zi, out] = slotsOf(b, 'zr', 'zi', 'out');
    const half = size / 2;
    counted(b, half / lanes, 3, (counter) => {
      const step = counter.times(lanes);
      const pair = [zr, zi].map((z) => b.load(b.at(z, half, step), lanes));
      const to = counter.times(2 * lanes);
      if (lanes > 1) b.store(pair, b.at(out, 0, to), lanes, { form: 'structure' });
      else for (const [c, value] of pair.entries()) b.store(value, b.at(out, c, to), 1);
    });
  });

/** The spectrum of a partition: bin 0 apart, its second half behind all others. */
const partitionOf = (impulse: Float32Array, part: number, size: number): Float32Array => {
  const taps = new Float32Array(2 * size);
  taps.set(impulse.subarray(part * size, (part + 1) * size));
  const h = new Float32Array(2 * size + 1);
  // The transforms multiply by their length; the inverse of the packed form is size points.
  for (const [k, value] of forwardPacked(taps).entries()) h[k] = value / size;
  h[2 * size] = (h[size] ?? 0) - (h[0] ?? 0);
  h[size] = 0;
  return h;
};

/** Buffers of real and imaginary parts. */
type Pair = readonly [BufferId, BufferId];

/** `impulse`: newest sample's tap first. Blocks must be powers of two, 16 or longer. */
export const lowerPartitioned = (impulse: Float32Array, target: Target, size: number): Lowered => {
  const shape: Shape = { size, lanes: lanesFor(target, size), fused: target.fma };
  const partitions = Math.ceil(impulse.length / size);
  const p = new IrProgram('ir');
  const at = (buffer: BufferId, offset = 0): Reference => ({ buffer, offset });
  const table = (name: string, data: Float32Array) => p.buffer(name, data.length, 'weights', data);
  const tables = (name: string, { re, im }: ComplexArrays): Pair => [
    table(`${name} re`, re),
    table(`${name} im`, im),
  ];
  const planes = (name: string): Pair => [
    p.buffer(`${name} re`, size, 'scratch'),
    p.buffer(`${name} im`, size, 'scratch'),
  ];
  const input = p.buffer('input', size, 'io');
  const output = p.buffer('output', size, 'io');
  const saved = p.buffer('block before', size, 'history');
  const [ping, pong] = [planes('ping'), planes('pong')];
  const spectrum = p.buffer('spectrum', 2 * size, 'scratch');
  const sum = p.buffer('sum', 2 * size, 'scratch');
  const history = p.buffer('spectra', 2 * size * partitions, 'history');
  const split = tables('split', splitTwiddles(size)).map((half) => at(half));
  const id = p.ring({
    name: 'spectra',
    buffer: history,
    channels: 2,
    layout: 'interleaved',
    columns: size * partitions,
    lookback: size * (partitions - 1),
    policy: { kind: 'mirrored', start: 0, period: size * partitions },
  });
  const twiddles = Array.from({ length: Math.log2(size) }, (_, s) =>
    tables(`stage ${s}`, stageTwiddles(size, 2 ** s)),
  );
  /** Runs from ping; with real and imaginary parts exchanged it is the inverse. */
  const transform = (swap: boolean): Reference[] => {
    let [from, to] = [ping, pong];
    const order = ([re, im]: Pair): Pair => (swap ? [im, re] : [re, im]);
    for (const [s, factors] of twiddles.entries()) {
      const slots = [...order(from), ...order(to), ...factors].map((buffer) => at(buffer));
      p.kernel('transform', stage(shape, 2 ** s), slots);
      [from, to] = [to, from];
    }
    return from.map((plane) => at(plane));
  };
  const [pingR, pingI] = [at(ping[0]), at(ping[1])];

  p.kernel('pack', pack(shape), [at(input), at(saved), pingR, pingI]);
  const packed = [...transform(false), at(spectrum), at(spectrum, size), ...split];
  p.kernel('transform', untangle(shape, false), packed);
  const slots = [at(spectrum), p.history(id)];
  const copy = { template: copyTemplate(2 * size, target), times: 1, slots };
  p.ringStep('write', 1, [copy], { src: at(spectrum) });
  for (let part = 0; part < partitions; part += 1) {
    const h = table(`partition ${part}`, partitionOf(impulse, part, size));
    const factors = [p.history(id, part * size), at(h), at(sum)];
    p.kernel('product', product(shape, part === 0), factors);
  }
  const summed = [at(sum), at(sum, size), pingR, pingI, ...split];
  p.kernel('transform', untangle(shape, true), summed);
  p.kernel('unpack', unpack(shape), [...transform(true), at(output)]);
  p.ringStep('advance', 1);
  return p.finish(target, size, input, output);
};
