/** What surrounds the layers of the planar models on ARMv7, where doubles are converted one by one. */
import type { TemplateCache } from '../../kernel/builder.ts';
import type { Template } from '../../kernel/template.ts';
import { Frame } from './compiled.ts';
import type { Edge, Head } from './edges.ts';

/** Slots as of `inputPass`. Three channels: one scalar loop; eight: vector loops for the rechannel. */
export function armv7InputPass(cache: TemplateCache, { channels, frames }: Edge): Template {
  return cache.get(`planar-neon/armv7/input/${channels}/${frames}`, (b) => {
    const frame = new Frame(b, 4);
    const input = b.slot('input');
    const cond = b.slot('condition');
    const weights = b.slot('rechannel');
    const planes = Array.from({ length: channels }, (_, c) => b.slot(`plane ${c}`));
    const fused = channels === 3;
    const fours = Math.floor(frames / 4);
    frame.glue({ int: 60, loadInt: 20, storeInt: 24, branch: 7, save: 4 });
    const gain = fused ? planes.map((_, c) => b.load(b.at(weights, c), 1)) : [];
    b.loop(frames, (f) => {
      const raw = b.load(b.at(input, 0, f.times(1)), 1, { wide: true });
      const x = b.convert('narrow', raw, 1);
      b.store(x, b.at(cond, 0, f.times(1)), 1);
      gain.forEach((weight, c) => {
        b.store(b.binary('mul', x, weight, 1), b.at(planes[c]!, 0, f.times(1)), 1);
      });
      frame.glue({ int: 2, branch: 1 });
    });
    if (fused) return;
    planes.forEach((plane, c) => {
      frame.glue({ int: 12, loadInt: 4, branch: 3 });
      const weight = b.load(b.at(weights, c), 4, { form: 'dup' });
      b.loop(fours, (f) => {
        const x = b.load(b.at(cond, 0, f.times(4)), 4);
        b.store(b.binary('mul', x, weight, 4), b.at(plane, 0, f.times(4)), 4);
        frame.glue({ int: 2, branch: 1 });
      });
      b.loop(frames % 4, (f) => {
        const x = b.load(b.at(cond, 4 * fours, f.times(1)), 1);
        b.store(b.binary('mul', x, weight, 1), b.at(plane, 4 * fours, f.times(1)), 1);
        frame.glue({ int: 3, branch: 1 });
      });
    });
  });
}

/**
 * Slots as of `headPass`. One chain per 4 frames, each weight broadcast from memory. With three
 * channels GCC unrolls the taps and keeps their 48 addresses on the stack.
 */
export function armv7HeadPass(cache: TemplateCache, { channels, frames, taps }: Head): Template {
  return cache.get(`planar-neon/armv7/head/${channels}/${taps}/${frames}`, (b) => {
    const frame = new Frame(b, 4);
    const weights = b.slot('weights');
    const out = b.slot('head out');
    const planes = Array.from({ length: taps }, (_, k) =>
      Array.from({ length: channels }, (_, c) => b.slot(`tap ${k} plane ${c}`)),
    );
    const row = channels === 3 ? 4 : 8;
    frame.glue({ int: 80, loadInt: 12, storeInt: 42, branch: 3 });
    b.loop(Math.floor(frames / 4), (f) => {
      const y = b.load(b.at(weights, row * taps), 4, { form: 'dup' });
      for (let k = 0; k < taps; k++) {
        for (let c = 0; c < channels; c++) {
          const x = b.load(b.at(planes[k]![c]!, 0, f.times(4)), 4);
          const w = b.load(b.at(weights, row * k + c), 4, { form: 'dup' });
          b.fma(x, w, y, 4, { into: y });
        }
        if (channels === 3) {
          for (let i = 0; i < 5; i++) b.load(b.at(frame.slot, 64 + 2 * i), 2);
          for (let i = 0; i < 4; i++) b.store(b.register(), b.at(frame.slot, 64 + 2 * i), 2);
          frame.glue({ int: 12, loadInt: 16, storeInt: 2 });
        } else frame.glue({ int: 20, loadInt: 9, branch: 1 });
      }
      const scale = b.load(b.at(weights, row * taps + 1), 4, { form: 'dup' });
      b.store(b.binary('mul', y, scale, 4), b.at(out, 0, f.times(4)), 4);
      frame.glue({ int: 4, loadInt: 2, branch: 1 });
    });
    const at = frames - (frames % 4);
    b.loop(frames % 4, (f) => {
      const y = b.load(b.at(weights, row * taps), 1);
      for (let k = 0; k < taps; k++) {
        for (let c = 0; c < channels; c++) {
          const x = b.load(b.at(planes[k]![c]!, at, f.times(1)), 1);
          b.fma(x, b.load(b.at(weights, row * k + c), 1), y, 1, { into: y });
        }
        frame.glue({ int: 5, loadInt: 2, branch: 1 });
      }
      const scale = b.load(b.at(weights, row * taps + 1), 1);
      b.store(b.binary('mul', y, scale, 1), b.at(out, at, f.times(1)), 1);
      frame.glue({ int: 3, branch: 1 });
    });
  });
}

/** Slots: stack, head out, output. */
export function armv7OutputPass(cache: TemplateCache, frames: number): Template {
  return cache.get(`planar-neon/armv7/output/${frames}`, (b) => {
    const frame = new Frame(b, 4);
    const from = b.slot('head out');
    const to = b.slot('output');
    frame.glue({ int: 9, loadInt: 5, branch: 2 });
    b.loop(frames, (f) => {
      const y = b.convert('widen', b.load(b.at(from, 0, f.times(1)), 1), 1);
      b.store(y, b.at(to, 0, f.times(1)), 1, { wide: true });
      frame.glue({ int: 1, branch: 1 });
    });
    frame.glue({ int: 2, loadInt: 9, restore: 4, branch: 1 });
  });
}
