/**
 * What surrounds the layers of the planar models on AArch64: the input from doubles, the rechannel,
 * the head convolution, the output to doubles.
 */
import type { TemplateCache } from '../../kernel/builder.ts';
import type { Register } from '../../kernel/instruction.ts';
import type { Template } from '../../kernel/template.ts';
import { Frame } from './compiled.ts';

export interface Edge {
  readonly channels: 3 | 8;
  readonly frames: number;
}

/**
 * Slots: stack, input, condition, weights (a float a channel), the planes of layer 0's ring. Three
 * channels are one loop of four frames; eight are a loop of their own each.
 */
export function inputPass(cache: TemplateCache, { channels, frames }: Edge): Template {
  return cache.get(`planar-neon/input/${channels}/${frames}`, (b) => {
    const frame = new Frame(b, 4);
    const input = b.slot('input');
    const cond = b.slot('condition');
    const weights = b.slot('rechannel');
    const planes = Array.from({ length: channels }, (_, c) => b.slot(`plane ${c}`));
    const fours = Math.floor(frames / 4);
    const fused = channels === 3;
    frame.glue({ int: 41, loadInt: 6, storeInt: 8, branch: 7, save: 4 });
    const gain = planes.map((_, c) => b.load(b.at(weights, c), 1));
    b.loop(fours, (f) => {
      const raw = b.registerList(1);
      b.loadMany(raw, b.at(input, 0, f.times(4)), 4, { form: 'pair', wide: true });
      b.convert('narrow', raw[0]!, 4);
      const x = b.convert('narrow', raw[0]!, 4);
      b.store(x, b.at(cond, 0, f.times(4)), 4);
      if (fused) {
        planes.forEach((plane, c) => {
          b.store(b.binary('mul', x, gain[c]!, 4, { element: 0 }), b.at(plane, 0, f.times(4)), 4);
        });
      }
      frame.glue({ int: fused ? 3 : 2, branch: 1 });
    });
    b.loop(frames % 4, (f) => {
      const raw = b.load(b.at(input, 4 * fours, f.times(1)), 1, { wide: true });
      const x = b.convert('narrow', raw, 1);
      b.store(x, b.at(cond, 4 * fours, f.times(1)), 1);
      if (fused) {
        planes.forEach((plane, c) => {
          b.store(b.binary('mul', x, gain[c]!, 1), b.at(plane, 4 * fours, f.times(1)), 1);
        });
      }
      frame.glue({ int: 5, branch: 1 });
    });
    if (fused) return;
    planes.forEach((plane, c) => {
      frame.glue({ int: 12, loadInt: 3, branch: 3 });
      b.shuffle(gain[c]!, gain[c]!, 4, [0, 0, 0, 0]);
      b.loop(fours, (f) => {
        const x = b.load(b.at(cond, 0, f.times(4)), 4);
        b.store(b.binary('mul', x, gain[c]!, 4, { element: 0 }), b.at(plane, 0, f.times(4)), 4);
        frame.glue({ int: 2, branch: 1 });
      });
      b.loop(frames % 4, (f) => {
        const x = b.load(b.at(cond, 4 * fours, f.times(1)), 1);
        b.store(b.binary('mul', x, gain[c]!, 1), b.at(plane, 4 * fours, f.times(1)), 1);
        frame.glue({ int: 3, branch: 1 });
      });
    });
  });
}

export interface Head extends Edge {
  readonly taps: number;
}

/**
 * Slots: stack, weights (tap by tap, channels padded to a multiple of 4, then bias, scale), out,
 * planes of the taps (tap by tap). Three channels: one chain of 48 products per 4 frames. Eight:
 * 8 chains at once over 32 frames, then one per 4 frames.
 */
export function headPass(cache: TemplateCache, { channels, frames, taps }: Head): Template {
  return cache.get(`planar-neon/head/${channels}/${taps}/${frames}`, (b) => {
    const frame = new Frame(b, 4);
    const weights = b.slot('weights');
    const out = b.slot('head out');
    const planes = Array.from({ length: taps }, (_, k) =>
      Array.from({ length: channels }, (_, c) => b.slot(`tap ${k} plane ${c}`)),
    );
    const row = channels === 3 ? 4 : 8;
    const scalar = b.registerList(2);
    frame.glue(
      channels === 3
        ? { int: 80, loadInt: 12, storeInt: 42, branch: 3 }
        : { int: 35, loadInt: 6, storeInt: 13, branch: 2 },
    );
    b.loadMany(scalar, b.at(weights, row * taps), 1, { form: 'pair' });
    const [bias, scale] = [scalar[0]!, scalar[1]!];
    const chains = (vectors: number, at: number, trips: number): void => {
      b.loop(trips, (f) => {
        const term = f.times(4 * vectors);
        const y = Array.from({ length: vectors }, () => b.shuffle(bias, bias, 4, [0, 0, 0, 0]));
        for (let k = 0; k < taps; k++) {
          const w = b.registerList(row / 4);
          b.loadMany(w, b.at(weights, row * k), 4, { form: row === 4 ? 'plain' : 'pair' });
          y.forEach((sum, v) => {
            for (let c = 0; c < channels; c++) {
              const x = b.load(b.at(planes[k]![c]!, at + 4 * v, term), 4);
              b.fma(x, w[c >> 2]!, sum, 4, { element: c & 3, into: sum });
            }
          });
          if (vectors > 1) {
            frame.spill({ stores: 5, loads: 0, moves: 0 }, y);
            frame.glue({ int: 12, loadInt: 1, branch: 1 });
          } else if (channels === 8) frame.glue({ int: 4, loadInt: 1, branch: 1 });
        }
        y.forEach((sum, v) => {
          const scaled = b.binary('mul', sum, scale, 4, { element: 0 });
          b.store(scaled, b.at(out, at + 4 * v, term), 4);
        });
        if (vectors > 1) frame.glue({ int: 5, branch: 1 });
        else
          frame.glue(channels === 3 ? { int: 2, loadInt: 24, branch: 1 } : { int: 7, branch: 1 });
      });
    };
    const wide = channels === 8 ? Math.floor(frames / 32) : 0;
    chains(8, 0, wide);
    chains(1, 32 * wide, Math.floor((frames - 32 * wide) / 4));
    b.loop(frames % 4, (f) => {
      const at = frames - (frames % 4);
      const y: Register = b.unary('mov', bias, 1);
      for (let k = 0; k < taps; k++) {
        for (let c = 0; c < channels; c++) {
          const x = b.load(b.at(planes[k]![c]!, at, f.times(1)), 1);
          b.fma(x, b.load(b.at(weights, row * k + c), 1), y, 1, { into: y });
        }
        frame.glue({ int: 4, loadInt: 1, branch: 1 });
      }
      b.store(b.binary('mul', y, scale, 1), b.at(out, at, f.times(1)), 1);
      frame.glue({ int: 2, branch: 1 });
    });
  });
}

/** Slots: stack, head out, output. */
export function outputPass(cache: TemplateCache, frames: number): Template {
  return cache.get(`planar-neon/output/${frames}`, (b) => {
    const frame = new Frame(b, 4);
    const from = b.slot('head out');
    const to = b.slot('output');
    const fours = Math.floor(frames / 4);
    frame.glue({ int: 9, loadInt: 3, branch: 3 });
    b.loop(fours, (f) => {
      const x = b.load(b.at(from, 0, f.times(4)), 4);
      b.convert('widen', x, 4);
      const y = b.convert('widen', x, 4);
      b.store([y], b.at(to, 0, f.times(4)), 4, { form: 'pair', wide: true });
      frame.glue({ int: 2, branch: 1 });
    });
    b.loop(frames % 4, (f) => {
      const y = b.convert('widen', b.load(b.at(from, 4 * fours, f.times(1)), 1), 1);
      b.store(y, b.at(to, 4 * fours, f.times(1)), 1, { wide: true });
      frame.glue({ int: 4, branch: 1 });
    });
    frame.glue({ loadInt: 6, restore: 4, branch: 1 });
  });
}
