/**
 * A cabinet impulse response as a direct convolution, the way microcontroller players run it: tiles
 * of outputs whose accumulators stay in registers over all taps.
 */
import type { KernelBuilder } from '../../kernel/builder.ts';
import type { Register } from '../../kernel/instruction.ts';
import type { Lowered, Target } from '../../kernel/lowered.ts';
import type { Template } from '../../kernel/template.ts';
import { copyTemplate, counted, IrProgram, irTemplates, type Piece, piecesOf } from './kit.ts';

const unrolledTaps = 4;

/** Taps in steps of four, then one by one: `write(offset, counterTerm)`. */
const overTaps = (
  b: KernelBuilder,
  taps: number,
  write: (tap: number, terms: { readonly loop: number; readonly stride: number }[]) => void,
): void => {
  const loops = Math.floor(taps / unrolledTaps);
  if (loops > 0) {
    counted(b, loops, 2, (counter) => {
      for (let t = 0; t < unrolledTaps; t += 1) write(t, [counter.times(unrolledTaps)]);
    });
  }
  for (let t = loops * unrolledTaps; t < taps; t += 1) write(t, []);
};

/** Vectors: per tap one coefficient for all lanes, and one unaligned load for each vector of outputs. */
const vectorTile = (b: KernelBuilder, piece: Piece, taps: number, fused: boolean): void => {
  const [x, h, y] = [0, 1, 2];
  const tile = piece.lanes * piece.vectors;
  counted(b, piece.trips, 2, (counter) => {
    const frame = counter.times(tile);
    const acc = b.registerList(piece.vectors);
    for (const a of acc) b.const(0, piece.lanes, a);
    overTaps(b, taps, (tap, terms) => {
      const form = piece.lanes === 1 ? 'plain' : 'dup';
      const c = b.load(b.at(h, tap, ...terms), piece.lanes, { form });
      acc.forEach((a, v) => {
        const at = b.at(x, piece.start + v * piece.lanes + tap, frame, ...terms);
        b.fma(b.load(at, piece.lanes), c, a, piece.lanes, { fused, into: a });
      });
    });
    acc.forEach((a, v) => {
      b.store(a, b.at(y, piece.start + v * piece.lanes, frame), piece.lanes);
    });
  });
};

/** Scalars: four outputs share a window of four samples, so that a tap costs two loads and four products. */
const scalarTile = (b: KernelBuilder, piece: Piece, taps: number, fused: boolean): void => {
  const [x, h, y] = [0, 1, 2];
  counted(b, piece.trips, 2, (counter) => {
    const frame = counter.times(4);
    const acc = b.registerList(4);
    for (const a of acc) b.const(0, 1, a);
    const window = b.registerList(4);
    for (let i = 0; i < 3; i += 1) b.load(b.at(x, piece.start + i, frame), 1, {}, window[i]!);
    overTaps(b, taps, (tap, terms) => {
      const c = b.load(b.at(h, tap, ...terms), 1);
      // The window turns: after four taps the names are where they were.
      const slot = (i: number): Register => window[(tap + i) % 4]!;
      b.load(b.at(x, piece.start + tap + 3, frame, ...terms), 1, {}, slot(3));
      acc.forEach((a, i) => {
        b.fma(slot(i), c, a, 1, { fused, into: a });
      });
    });
    acc.forEach((a, i) => {
      b.store(a, b.at(y, piece.start + i, frame), 1);
    });
  });
};

/** Slots: x (the oldest sample that the first output needs), h (oldest tap first), y. */
const convolution = (taps: number, frames: number, target: Target): Template =>
  irTemplates.get(`ir/direct/${taps}/${frames}/${target.lanes}/${target.fma}`, (b) => {
    for (const name of ['x', 'h', 'y']) b.slot(name);
    if (target.lanes > 1) {
      for (const piece of piecesOf(0, frames, target.lanes, 4)) {
        vectorTile(b, piece, taps, target.fma);
      }
      return;
    }
    const tiles = Math.floor(frames / 4);
    if (tiles > 0) {
      scalarTile(b, { start: 0, trips: tiles, lanes: 1, vectors: 1 }, taps, target.fma);
    }
    for (const piece of piecesOf(tiles * 4, frames - tiles * 4, 1, 1)) {
      vectorTile(b, piece, taps, target.fma);
    }
  });

/** `impulse`: newest sample's tap first, as impulse responses are stored. */
export const lowerDirect = (
  impulse: Float32Array,
  target: Target,
  blockFrames: number,
): Lowered => {
  const taps = impulse.length;
  const lookback = taps - 1;
  const program = new IrProgram('ir');
  const input = program.buffer('input', blockFrames, 'io');
  const output = program.buffer('output', blockFrames, 'io');
  // Room for as many samples as are kept, so that a rewind moves each of them about once.
  const columns = 2 * lookback + blockFrames;
  const history = program.buffer('history', columns, 'history');
  const weights = program.buffer('impulse', taps, 'weights', impulse.slice().reverse());
  program.rings.push({
    name: 'history',
    buffer: history,
    channels: 1,
    layout: 'planar',
    columns,
    lookback,
    policy: { kind: 'linear', start: lookback },
  });
  const blocksPerRewind = Math.max(1, Math.floor((columns - lookback) / blockFrames));
  const at = { buffer: history, offset: 0 };
  if (lookback > 0) {
    const move = copyTemplate(lookback, target);
    program.ring('rewind', 1 / blocksPerRewind, [{ template: move, times: 1, slots: [at, at] }]);
  } else {
    program.ring('rewind', 1 / blocksPerRewind);
  }
  const newest = { buffer: history, offset: 0, ring: { id: 0, delay: 0 } };
  const source = { buffer: input, offset: 0 };
  program.ring(
    'write',
    1,
    [{ template: copyTemplate(blockFrames, target), times: 1, slots: [source, newest] }],
    source,
  );
  program.kernel('convolve', convolution(taps, blockFrames, target), [
    { buffer: history, offset: 0, ring: { id: 0, delay: lookback } },
    { buffer: weights, offset: 0 },
    { buffer: output, offset: 0 },
  ]);
  program.ring('advance', 1);
  return program.finish(target, blockFrames, input, output);
};
