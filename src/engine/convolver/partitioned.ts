/**
 * A cabinet impulse response as a uniformly partitioned convolution in the frequency domain, the way
 * players on Linux run it: one real transform of two blocks in, a product for each partition, one
 * transform out. Real transforms run as complex ones of half the length (Stockham's order, radix 2).
 */
import type { KernelBuilder } from '../../kernel/builder.ts';
import type { Lanes, Register } from '../../kernel/instruction.ts';
import type { BufferId, Lowered, Target } from '../../kernel/lowered.ts';
import type { Template } from '../../kernel/template.ts';
import { copyTemplate, counted, IrProgram, irTemplates, piecesOf } from './kit.ts';
import { forwardPacked, splitTwiddles, stageTwiddles } from './spectrum.ts';

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
    const [xr, xi, yr, yi, wr, wi] = ['xr', 'xi', 'yr', 'yi', 'wr', 'wi'].map((n) => b.slot(n)) as [
      number,
      number,
      number,
      number,
      number,
      number,
    ];
    const half = size / 2;
    type Terms = { readonly loop: number; readonly stride: number }[];
    const butterfly = (at: number, terms: Terms, w: [Register, Register]) => {
      const load = (slot: number, offset: number): Register =>
        b.load(b.at(slot, offset, ...terms), lanes);
      const [ar, ai, br, bi] = [
        load(xr, at),
        load(xi, at),
        load(xr, at + half),
        load(xi, at + half),
      ];
      const dr = b.binary('sub', ar, br, lanes);
      const di = b.binary('sub', ai, bi, lanes);
      // (dr + i di) x (wr + i wi)
      const pr = b.fma(di, w[1], b.binary('mul', dr, w[0], lanes), lanes, { negate: true, fused });
      const pi = b.fma(di, w[0], b.binary('mul', dr, w[1], lanes), lanes, { fused });
      return {
        sum: [b.binary('add', ar, br, lanes), b.binary('add', ai, bi, lanes)] as const,
        product: [pr, pi] as const,
      };
    };
    if (m >= lanes) {
      counted(b, half / m, 3, (j) => {
        const form = lanes === 1 ? 'plain' : 'dup';
        const w: [Register, Register] = [
          b.load(b.at(wr, 0, j.times(m)), lanes, { form }),
          b.load(b.at(wi, 0, j.times(m)), lanes, { form }),
        ];
        counted(b, m / lanes, 2, (k) => {
          const { sum, product } = butterfly(0, [j.times(m), k.times(lanes)], w);
          [yr, yi].forEach((y, c) => {
            b.store(sum[c]!, b.at(y, 0, j.times(2 * m), k.times(lanes)), lanes);
            b.store(product[c]!, b.at(y, m, j.times(2 * m), k.times(lanes)), lanes);
          });
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
      const w: [Register, Register] = [
        b.load(b.at(wr, 0, step), lanes),
        b.load(b.at(wi, 0, step), lanes),
      ];
      const { sum, product } = butterfly(0, [step], w);
      [yr, yi].forEach((y, c) => {
        for (const first of [true, false]) {
          const woven = b.shuffle(sum[c]!, product[c]!, lanes, weave(first));
          b.store(woven, b.at(y, first ? 0 : lanes, v.times(2 * lanes)), lanes);
        }
      });
    });
  });

/**
 * Between the transform of packed reals and their spectrum, either way. Bin 0 holds the constant part
 * and, as its imaginary part, the highest frequency. Slots: xr xi yr yi wr wi.
 */
const untangle = ({ size, lanes, fused }: Shape, inverse: boolean): Template =>
  irTemplates.get(`ir/untangle/${size}/${inverse}/${lanes}/${fused}`, (b) => {
    const [xr, xi, yr, yi, wr, wi] = ['xr', 'xi', 'yr', 'yi', 'wr', 'wi'].map((n) => b.slot(n)) as [
      number,
      number,
      number,
      number,
      number,
      number,
    ];
    const half = (n: Lanes): Register => b.const(0.5, n);
    const re = b.load(b.at(xr), 1);
    const im = b.load(b.at(xi), 1);
    const both = [b.binary('add', re, im, 1), b.binary('sub', re, im, 1)];
    const scaled = inverse ? both.map((x) => b.binary('mul', x, half(1), 1)) : both;
    b.store(scaled[0]!, b.at(yr), 1);
    b.store(scaled[1]!, b.at(yi), 1);
    for (const piece of piecesOf(1, size - 1, lanes, 1)) {
      const n = piece.lanes;
      const backwards = Array.from({ length: n }, (_, i) => n - 1 - i);
      const h = half(n);
      counted(b, piece.trips, 4, (counter) => {
        const up = counter.times(n);
        const mirrored = (slot: number): Register => {
          const at = b.at(slot, size - piece.start - n + 1, counter.times(-n));
          const value = b.load(at, n);
          return n === 1 ? value : b.shuffle(value, value, n, backwards);
        };
        const forwards = (slot: number): Register => b.load(b.at(slot, piece.start, up), n);
        const [ar, ai, cr, ci] = [forwards(xr), forwards(xi), mirrored(xr), mirrored(xi)];
        const [tr, ti] = [forwards(wr), forwards(wi)];
        const er = b.binary('mul', b.binary('add', ar, cr, n), h, n);
        const ei = b.binary('mul', b.binary('sub', ai, ci, n), h, n);
        const dr = b.binary('mul', b.binary('sub', ar, cr, n), h, n);
        const di = b.binary('mul', b.binary('add', ai, ci, n), h, n);
        // forward: e - i w d; inverse: e + i conj(w) d. i (p + i q) = -q + i p.
        const pr = b.fma(di, ti, b.binary('mul', dr, tr, n), n, { negate: !inverse, fused });
        const minus = b.fma(dr, ti, b.binary('mul', di, tr, n), n, { negate: inverse, fused });
        const outR = b.binary(inverse ? 'sub' : 'add', er, minus, n);
        const outI = b.binary(inverse ? 'add' : 'sub', ei, pr, n);
        b.store(outR, b.at(yr, piece.start, up), n);
        b.store(outI, b.at(yi, piece.start, up), n);
      });
    }
  });

/** acc (+)= X x H for one partition. Slots: x h acc; each real parts, then imaginary ones. */
const product = ({ size, lanes, fused }: Shape, first: boolean): Template =>
  irTemplates.get(`ir/product/${size}/${first}/${lanes}/${fused}`, (b) => {
    const [x, h, acc] = ['x', 'h', 'acc'].map((n) => b.slot(n)) as [number, number, number];
    for (const piece of piecesOf(0, size, lanes, 2)) {
      const n = piece.lanes;
      counted(b, piece.trips, 3, (counter) => {
        for (let v = 0; v < piece.vectors; v += 1) {
          const at = piece.start + v * n;
          const step = counter.times(n * piece.vectors);
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
    const [input, saved, zr, zi] = ['in', 'saved', 'zr', 'zi'].map((n) => b.slot(n)) as [
      number,
      number,
      number,
      number,
    ];
    const half = size / 2;
    counted(b, half / lanes, 4, (counter) => {
      const step = counter.times(lanes);
      [zr, zi].forEach((z, c) => {
        b.store(b.load(b.at(saved, c * half, step), lanes), b.at(z, 0, step), lanes);
      });
      const pair = loadPairs(b, input, counter.times(2 * lanes), lanes);
      [zr, zi].forEach((z, c) => {
        b.store(pair[c]!, b.at(saved, c * half, step), lanes);
        b.store(pair[c]!, b.at(z, half, step), lanes);
      });
    });
  });

const loadPairs = (
  b: KernelBuilder,
  slot: number,
  step: { readonly loop: number; readonly stride: number },
  lanes: Lanes,
): Register[] => {
  const pair = b.registerList(2);
  if (lanes > 1) b.loadMany(pair, b.at(slot, 0, step), lanes, { form: 'structure' });
  else for (const [c, register] of pair.entries()) b.load(b.at(slot, c, step), 1, {}, register);
  return pair;
};

/** The newer half of the planes to reals. Slots: zr, zi, out. */
const unpack = ({ size, lanes }: Shape): Template =>
  irTemplates.get(`ir/unpack/${size}/${lanes}`, (b) => {
    const [zr, zi, out] = ['zr', 'zi', 'out'].map((n) => b.slot(n)) as [number, number, number];
    const half = size / 2;
    counted(b, half / lanes, 3, (counter) => {
      const step = counter.times(lanes);
      const pair = [zr, zi].map((z) => b.load(b.at(z, half, step), lanes));
      const to = counter.times(2 * lanes);
      if (lanes > 1) b.store(pair, b.at(out, 0, to), lanes, { form: 'structure' });
      else for (const [c, value] of pair.entries()) b.store(value, b.at(out, c, to), 1);
    });
  });

/** `impulse`: newest sample's tap first. Blocks must be powers of two, 16 or longer. */
export const lowerPartitioned = (
  impulse: Float32Array,
  target: Target,
  blockFrames: number,
): Lowered => {
  const size = blockFrames;
  const shape: Shape = { size, lanes: lanesFor(target, size), fused: target.fma };
  const partitions = Math.ceil(impulse.length / size);
  const p = new IrProgram('ir');
  const input = p.buffer('input', size, 'io');
  const output = p.buffer('output', size, 'io');
  const saved = p.buffer('block before', size, 'history');
  const planes = (name: string): [BufferId, BufferId] => [
    p.buffer(`${name} re`, size, 'scratch'),
    p.buffer(`${name} im`, size, 'scratch'),
  ];
  const ping = planes('ping');
  const pong = planes('pong');
  const spectrum = p.buffer('spectrum', 2 * size, 'scratch');
  const sum = p.buffer('sum', 2 * size, 'scratch');
  const history = p.buffer('spectra', 2 * size * partitions, 'history');
  const table = (name: string, data: Float32Array): BufferId =>
    p.buffer(name, data.length, 'weights', data);
  const split = splitTwiddles(size);
  const [splitR, splitI] = [table('split re', split.re), table('split im', split.im)];
  p.rings.push({
    name: 'spectra',
    buffer: history,
    channels: 2,
    layout: 'interleaved',
    columns: size * partitions,
    lookback: size * (partitions - 1),
    policy: { kind: 'mirrored', start: 0, period: size * partitions },
  });
  const at = (buffer: BufferId, offset = 0): { buffer: BufferId; offset: number } => ({
    buffer,
    offset,
  });
  const stages = Math.log2(size);
  const twiddles = Array.from({ length: stages }, (_, s) => {
    const { re, im } = stageTwiddles(size, 2 ** s);
    return [table(`stage ${s} re`, re), table(`stage ${s} im`, im)] as const;
  });
  /** Runs from ping; with real and imaginary parts exchanged it is the inverse. */
  const transform = (swap: boolean): [BufferId, BufferId] => {
    let [from, to] = [ping, pong];
    const order = ([re, im]: [BufferId, BufferId]): [BufferId, BufferId] =>
      swap ? [im, re] : [re, im];
    twiddles.forEach(([wr, wi], s) => {
      const slots = [...order(from), ...order(to), wr, wi].map((buffer) => at(buffer));
      p.kernel('transform', stage(shape, 2 ** s), slots);
      [from, to] = [to, from];
    });
    return from;
  };

  p.kernel('pack', pack(shape), [at(input), at(saved), at(ping[0]), at(ping[1])]);
  const [fr, fi] = transform(false);
  p.kernel('transform', untangle(shape, false), [
    ...[at(fr), at(fi), at(spectrum), at(spectrum, size), at(splitR), at(splitI)],
  ]);
  const newest = { ...at(history), ring: { id: 0, delay: 0 } };
  const copy = copyTemplate(2 * size, target);
  p.ring('write', 1, [{ template: copy, times: 1, slots: [at(spectrum), newest] }], at(spectrum));
  for (let part = 0; part < partitions; part += 1) {
    const taps = new Float32Array(2 * size);
    taps.set(impulse.subarray(part * size, (part + 1) * size));
    const packed = forwardPacked(taps);
    const h = new Float32Array(2 * size + 1);
    // The transforms multiply by their length; the inverse of the packed form is size points.
    for (let k = 0; k < 2 * size; k += 1) h[k] = (packed[k] ?? 0) / size;
    h[2 * size] = (h[size] ?? 0) - (h[0] ?? 0);
    h[size] = 0;
    p.kernel('product', product(shape, part === 0), [
      { ...at(history), ring: { id: 0, delay: part * size } },
      at(table(`partition ${part}`, h)),
      at(sum),
    ]);
  }
  p.kernel('transform', untangle(shape, true), [
    ...[at(sum), at(sum, size), at(ping[0]), at(ping[1]), at(splitR), at(splitI)],
  ]);
  const [ir, ii] = transform(true);
  p.kernel('unpack', unpack(shape), [at(ir), at(ii), at(output)]);
  p.ring('advance', 1);
  return p.finish(target, size, input, output);
};
