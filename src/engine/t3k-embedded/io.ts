/** What surrounds the layers of the generated code, on both targets. */
import type { KernelBuilder, Term } from '../../kernel/builder.ts';
import type { Address, Register } from '../../kernel/instruction.ts';
import type { Template } from '../../kernel/template.ts';
import { costs } from '../common/code.ts';
import type { Lowering } from '../common/lowering.ts';
import { StackFrame } from '../common/stack-frame.ts';
import { upTo } from '../common/stack-layer.ts';

/** planar: a row per channel (AArch64); else the channels of a frame together (Cortex-M). */
export const isPlanar = (low: Lowering): boolean => low.target.isa === 'aarch64';

/** What passes depend on besides their target. */
interface Pass {
  readonly b: KernelBuilder;
  readonly frame: StackFrame;
  readonly frames: number;
  readonly planar: boolean;
}

/** A template for this number of channels, whose first slot is the stack. */
const pass = (low: Lowering, name: string, channels: number, write: (pass: Pass) => void) =>
  low.template(`t3k-embedded/${name}/${channels}/${low.blockFrames}`, (b) =>
    write({ b, frame: new StackFrame(b), frames: low.blockFrames, planar: isPlanar(low) }),
  );

/**
 * Slots: weights, input, layer 0's ring (its planes, or the columns). A frame at a time, its ring
 * column tested for the mirror; the weights are read again for each, as the stores may alias them.
 */
export const rechannelPass = (low: Lowering, channels: number): Template =>
  pass(low, 'rechannel', channels, ({ b, frame, frames, planar }) => {
    const [weights, input] = [b.slot('weights'), b.slot('input')];
    const rings = upTo(planar ? channels : 1).map((c) => b.slot(`ring ${c}`));
    b.loop(frames, (f) => {
      const x = b.load(b.at(input, 0, f.times(1)), 1);
      for (const c of upTo(channels)) {
        const y = b.binary('mul', x, b.load(b.at(weights, c), 1), 1);
        const row = rings[c];
        const column = b.at(rings[0] as number, c, f.times(channels)); // at least one
        b.store(y, planar && row !== undefined ? b.at(row, 0, f.times(1)) : column, 1);
      }
      frame.overhead({ int: planar ? 4 + channels : 6, branch: 3 });
      if (!planar) b.cost('it', 1);
    });
  });

/** Slots: ring, mirror. The second store of a rechannelled frame. */
export const mirrorFrame = (low: Lowering, channels: number): Template =>
  low.template(`t3k-embedded/mirror frame/${channels}`, (b) => {
    const ring = b.slot('ring');
    const value = b.const(0, 1);
    for (const c of upTo(channels)) b.store(value, b.at(ring, c), 1);
    b.cost('int', 2);
  });

/** Slots: head rows (or columns). Clears the window of the block; `history` columns stay. */
export const clearHead = (low: Lowering, channels: number, history: number): Template =>
  pass(low, `clear head/${history}`, channels, ({ b, frame, frames, planar }) => {
    const head = b.slot('head');
    if (planar) {
      const zero = b.const(0, 4);
      for (const c of upTo(channels)) {
        const row = c * (history + frames) + history;
        frame.overhead({ int: 10, branch: 8 });
        b.cost('libraryCall', 1);
        b.loop(Math.floor(frames / 8), (i) => {
          b.store([zero, zero], b.at(head, row, i.times(8)), 4, { form: 'pair' });
          if (frames > 32) b.cost('int', 1);
        });
        b.loop(frames % 8, (i) => {
          b.store(zero, b.at(head, row + frames - (frames % 8), i.times(1)), 1);
        });
      }
      return;
    }
    const floats = channels * frames;
    const zero = b.const(0, 1);
    b.cost('libraryCall', 1);
    frame.overhead({ int: 12, branch: 6 });
    b.loop(Math.floor(floats / 2), (i) => {
      b.store(zero, b.at(head, channels * history, i.times(2)), 2);
      b.cost('int', 1);
    });
    b.loop(floats % 2, () => {
      b.store(zero, b.at(head, channels * history + floats - 1), 1);
    });
  });

/** Frames whose sums the head keeps in registers. */
const headTile = (planar: boolean, channels: number) => (planar ? 16 : channels % 2 === 0 ? 8 : 12);

/**
 * Slots: weights ([tap][in], bias), head, out. The taps are a run-time loop; a tile's sums stay in
 * registers over all of them.
 */
export const headPass = (low: Lowering, channels: number, taps: number): Template =>
  pass(low, `head/${taps}`, channels, ({ b, frame, frames, planar }) => {
    const [weights, head, out] = [b.slot('weights'), b.slot('head'), b.slot('out')];
    const tile = headTile(planar, channels);
    const lanes = planar ? 4 : 1;
    const rest = frames % tile;
    const [row, column] = planar ? [taps - 1 + frames, 1] : [1, channels];
    /** A channel's value in frame `at` of the block, by the counters of frames and taps. */
    const value = (c: number, at: number, ...terms: readonly Term[]): Address =>
      b.address(head, c * row + at * column, terms);
    costs(b, ['int', 20], ['loadInt', 8], ['storeInt', 8]);
    b.loop(Math.floor(frames / tile), (f) => {
      const dup = planar ? ({ form: 'dup' } as const) : {};
      const bias = b.load(b.at(weights, channels * taps), lanes, dup);
      const sums = upTo(tile / lanes).map(() => b.unary('mov', bias, lanes));
      b.loop(taps, (k) => {
        const vectors = planar ? upTo(Math.ceil(channels / 4)) : [];
        const at = (c: number): Address => b.at(weights, c, k.times(channels));
        const w = vectors.map((i) => b.load(at(4 * i), 4));
        for (const c of upTo(channels)) {
          const x = sums.map((_, i) =>
            b.load(value(c, lanes * i, f.times(tile * column), k.times(column)), lanes),
          );
          const weight = w[c >> 2] ?? b.load(at(c), 1);
          sums.forEach((sum, i) => {
            b.accumulate(sum, x[i] as Register, weight, lanes, planar ? c & 3 : undefined);
          });
        }
        frame.overhead({ int: planar ? 2 + channels : 3, branch: 1 });
      });
      sums.forEach((sum, i) => {
        b.store(sum, b.at(out, lanes * i, f.times(tile)), lanes);
      });
      b.cost('int', 6);
      frame.overhead({ load_int: 2, branch: 1 });
    });
    b.loop(rest, (f) => {
      const sum = b.load(b.at(weights, channels * taps), 1);
      const first = frames - rest;
      b.loop(taps, (k) => {
        for (const c of upTo(channels)) {
          const place = value(c, first, f.times(column), k.times(column));
          const w = b.load(b.at(weights, c, k.times(channels)), 1);
          b.accumulate(sum, b.load(place, 1), w, 1);
        }
        frame.overhead({ int: 3, branch: 1 });
      });
      b.store(sum, b.at(out, first, f.times(1)), 1);
      frame.overhead({ int: 4, branch: 1 });
    });
  });

/** Slots: head. Moves the last `history` columns to the front: memmove a row, or an unrolled loop. */
export const shiftHead = (low: Lowering, channels: number, history: number): Template =>
  pass(low, `shift head/${history}`, channels, ({ b, frame, frames, planar }) => {
    const head = b.slot('head');
    if (planar) {
      for (const c of upTo(channels)) {
        const row = c * (history + frames);
        b.cost('libraryCall', 1);
        frame.overhead({ int: 12, branch: 7 });
        b.loop(history, (i) => {
          b.store(b.load(b.at(head, row + frames, i.times(1)), 1), b.at(head, row, i.times(1)), 1);
        });
      }
      return;
    }
    const floats = channels * history;
    b.loop(Math.floor(floats / 4), (i) => {
      const values = b.registerList(4);
      b.loadMany(values, b.at(head, channels * frames, i.times(4)), 1, { form: 'multi' });
      b.store(values, b.at(head, 0, i.times(4)), 1, { form: 'multi' });
      frame.overhead({ int: 3, branch: 1 });
    });
    b.loop(floats % 4, (i) => {
      const at = floats - (floats % 4);
      const value = b.load(b.at(head, channels * frames + at, i.times(1)), 1);
      b.store(value, b.at(head, at, i.times(1)), 1);
    });
  });

/** Slots: weights (the scale alone), out, output. */
export const scalePass = (low: Lowering): Template =>
  pass(low, 'scale', 1, ({ b, frame, frames, planar }) => {
    const [scale, from, to] = [b.slot('scale'), b.slot('head out'), b.slot('output')];
    const gain = b.load(b.at(scale, 0), 1);
    const lanes = planar ? 4 : 1;
    b.cost('int', 6);
    frame.overhead({ load_int: 6, branch: 2 });
    b.loop(Math.floor(frames / lanes), (f) => {
      const x = b.load(b.at(from, 0, f.times(lanes)), lanes);
      b.store(b.binary('mul', x, gain, lanes, { element: 0 }), b.at(to, 0, f.times(lanes)), lanes);
      frame.overhead({ int: 2, branch: 1 });
    });
    b.loop(frames % lanes, (f) => {
      const at = frames - (frames % lanes);
      const x = b.load(b.at(from, at, f.times(1)), 1);
      b.store(b.binary('mul', x, gain, 1), b.at(to, at, f.times(1)), 1);
      frame.overhead({ int: 2, branch: 1 });
    });
  });
