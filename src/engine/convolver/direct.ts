// biome-ignore-all lint/style/noNonNullAssertion: the window has four registers
/**
 * A cabinet impulse response as a direct convolution, the way microcontroller players run it: tiles
 * of outputs whose accumulators stay in registers over all taps.
 */
import type { KernelBuilder, Term } from '../../kernel/builder.ts';
import type { Register } from '../../kernel/instruction.ts';
import type { Lowered, Reference, Target } from '../../kernel/lowered.ts';
import type { Template } from '../../kernel/template.ts';
import type { Piece } from './ir-program.ts';
import { copyTemplate, counted, IrProgram, irTemplates, piecesOf, slotsOf } from './ir-program.ts';

const unrolledTaps = 4;

/** Taps in steps of four, then one by one: `write(offset, counterTerm)`. */
const overTaps = (
  b: KernelBuilder,
  taps: number,
  write: (tap: number, terms: readonly Term[]) => void,
): void => {
  const loops = Math.floor(taps / unrolledTaps);
  if (loops > 0) {
    counted(b, loops, 2, (counter) => {
      for (let t = 0; t < unrolledTaps; t += 1) write(t, [counter.times(unrolledTaps)]);
    });
  }
  for (let t = loops * unrolledTaps; t < taps; t += 1) write(t, []);
};

/** Slots: x, h, y. */
type Slots = readonly [number, number, number];

/** Vectors: per tap one coefficient for all lanes, and one unaligned load for each vector of outputs. */
const vectorTile = (
  b: KernelBuilder,
  [x, h, y]: Slots,
  piece: Piece,
  taps: number,
  fused: boolean,
): void => {
  const { start, trips, lanes, vectors } = piece;
  counted(b, trips, 2, (counter) => {
    const frame = counter.times(lanes * vectors);
    const acc = b.registerList(vectors);
    for (const a of acc) b.const(0, lanes, a);
    overTaps(b, taps, (tap, terms) => {
      const c = b.load(b.at(h, tap, ...terms), lanes, { form: lanes === 1 ? 'plain' : 'dup' });
      for (const [v, into] of acc.entries()) {
        const at = b.at(x, start + v * lanes + tap, frame, ...terms);
        b.fma(b.load(at, lanes), c, into, lanes, { fused, into });
      }
    });
    for (const [v, a] of acc.entries()) b.store(a, b.at(y, start + v * lanes, frame), lanes);
  });
};

/** Scalars from the first output on: four share a window of four samples, so that a tap costs two loads and four products. */
const scalarTiles = (
  b: KernelBuilder,
  [x, h, y]: Slots,
  trips: number,
  taps: number,
  fused: boolean,
): void =>
  counted(b, trips, 2, (counter) => {
    const frame = counter.times(4);
    const acc = b.registerList(4);
    for (const a of acc) b.const(0, 1, a);
    const window = b.registerList(4);
    for (const [i, into] of window.slice(0, 3).entries()) b.load(b.at(x, i, frame), 1, {}, into);
    overTaps(b, taps, (tap, terms) => {
      const c = b.load(b.at(h, tap, ...terms), 1);
      // The window turns: after four taps the names are where they were.
      const slot = (i: number): Register => window[(tap + i) % 4]!;
      b.load(b.at(x, tap + 3, frame, ...terms), 1, {}, slot(3));
      for (const [i, into] of acc.entries()) b.fma(slot(i), c, into, 1, { fused, into });
    });
    for (const [i, a] of acc.entries()) b.store(a, b.at(y, i, frame), 1);
  });

/** Slots: x (the oldest sample that the first output needs), h (oldest tap first), y. */
const convolution = (taps: number, frames: number, { lanes, fma }: Target): Template =>
  irTemplates.get(`ir/direct/${taps}/${frames}/${lanes}/${fma}`, (b) => {
    const slots = slotsOf(b, 'x', 'h', 'y');
    const tiles = lanes > 1 ? 0 : Math.floor(frames / 4);
    if (tiles > 0) scalarTiles(b, slots, tiles, taps, fma);
    for (const piece of piecesOf(tiles * 4, frames - tiles * 4, lanes, lanes > 1 ? 4 : 1)) {
      vectorTile(b, slots, piece, taps, fma);
    }
  });

/** `impulse`: newest sample's tap first, as impulse responses are stored. */
export const lowerDirect = (impulse: Float32Array, target: Target, frames: number): Lowered => {
  const taps = impulse.length;
  const lookback = taps - 1;
  const program = new IrProgram('ir');
  const source = program.memory('input', frames, 'io');
  const result = program.memory('output', frames, 'io');
  // Room for as many samples as are kept, so that a rewind moves each of them about once.
  const columns = 2 * lookback + frames;
  const policy = { kind: 'linear', start: lookback } as const;
  const form = { name: 'history', channels: 1, layout: 'planar', lookback } as const;
  const id = program.ownRing({ ...form, columns, policy });
  const weights = program.weights('impulse', impulse.slice().reverse());
  const blocksPerRewind = Math.max(1, Math.floor((columns - lookback) / frames));
  const history = program.frontOf(id);
  const copy = (floats: number, slots: readonly Reference[]) => [
    { template: copyTemplate(floats, target), times: 1, slots },
  ];
  const move = lookback > 0 ? copy(lookback, [history, history]) : [];
  program.ringStep('rewind', 1 / blocksPerRewind, move);
  const write = copy(frames, [source, program.history(id)]);
  program.ringStep('write', 1, write, { src: source });
  const slots = [program.history(id, lookback), weights, result];
  program.kernel('convolve', convolution(taps, frames, target), slots);
  program.ringStep('advance', 1);
  return program.finish(target, frames, source.buffer, result.buffer);
};
