/** What surrounds the layers of the generated code, on both targets. */
import type { TemplateCache } from '../../kernel/builder.ts';
import type { Register } from '../../kernel/instruction.ts';
import type { Template } from '../../kernel/template.ts';

/** planar: a row per channel (AArch64); interleaved: the channels of a frame together (Cortex-M). */
export type Layout = 'planar' | 'interleaved';

export interface Edge {
  readonly channels: number;
  readonly frames: number;
  readonly layout: Layout;
}

const key = ({ layout, channels, frames }: Edge): string => `${layout}/${channels}/${frames}`;

/**
 * Slots: weights, input, layer 0's ring (its planes, or the columns). A frame at a time, its ring
 * column tested for the mirror; the weights are read again for each, as the stores may alias them.
 */
export function rechannelPass(cache: TemplateCache, edge: Edge): Template {
  return cache.get(`t3k-embedded/rechannel/${key(edge)}`, (b) => {
    const { channels, frames, layout } = edge;
    const weights = b.slot('weights');
    const input = b.slot('input');
    const planar = layout === 'planar';
    const rings = Array.from({ length: planar ? channels : 1 }, (_, c) => b.slot(`ring ${c}`));
    b.loop(frames, (f) => {
      const x = b.load(b.at(input, 0, f.times(1)), 1);
      for (let c = 0; c < channels; c++) {
        const y = b.binary('mul', x, b.load(b.at(weights, c), 1), 1);
        const place = planar
          ? b.at(rings[c]!, 0, f.times(1))
          : b.at(rings[0]!, c, f.times(channels));
        b.store(y, place, 1);
      }
      b.cost('int', planar ? 4 + channels : 6);
      b.cost('branch', 3);
      if (!planar) b.cost('it', 1);
    });
  });
}

/** Slots: ring, mirror. The second store of a rechannelled frame. */
export function mirrorFrame(cache: TemplateCache, channels: number): Template {
  return cache.get(`t3k-embedded/mirror frame/${channels}`, (b) => {
    const ring = b.slot('ring');
    const value = b.const(0, 1);
    for (let c = 0; c < channels; c++) b.store(value, b.at(ring, c), 1);
    b.cost('int', 2);
  });
}

/** Slots: head rows (or columns). Clears the window of the block; `history` columns stay. */
export function clearHead(cache: TemplateCache, edge: Edge, history: number): Template {
  return cache.get(`t3k-embedded/clear head/${key(edge)}/${history}`, (b) => {
    const { channels, frames, layout } = edge;
    const head = b.slot('head');
    if (layout === 'planar') {
      const zero = b.const(0, 4);
      for (let c = 0; c < channels; c++) {
        const row = c * (history + frames) + history;
        b.cost('int', 10);
        b.cost('branch', 8);
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
    b.cost('int', 12);
    b.cost('branch', 6);
    b.loop(Math.floor(floats / 2), (i) => {
      b.store(zero, b.at(head, channels * history, i.times(2)), 2);
      b.cost('int', 1);
    });
    b.loop(floats % 2, () => {
      b.store(zero, b.at(head, channels * history + floats - 1), 1);
    });
  });
}

export interface Head extends Edge {
  readonly taps: number;
}

/** Frames whose sums the head keeps in registers. */
const headTile = (edge: Edge): number =>
  edge.layout === 'planar' ? 16 : edge.channels % 2 === 0 ? 8 : 12;

/**
 * Slots: weights ([tap][in], bias), head, out. The taps are a run-time loop; a tile's sums stay in
 * registers over all of them.
 */
export function headPass(cache: TemplateCache, edge: Head): Template {
  return cache.get(`t3k-embedded/head/${key(edge)}/${edge.taps}`, (b) => {
    const { channels, frames, layout, taps } = edge;
    const planar = layout === 'planar';
    const weights = b.slot('weights');
    const head = b.slot('head');
    const out = b.slot('out');
    const tile = headTile(edge);
    const lanes = planar ? 4 : 1;
    const sumsPerTile = tile / lanes;
    const rowStride = taps - 1 + frames;
    const rest = frames % tile;
    b.cost('int', 20);
    b.cost('loadInt', 8);
    b.cost('storeInt', 8);
    b.loop(Math.floor(frames / tile), (f) => {
      const bias = b.load(b.at(weights, channels * taps), lanes, lanes > 1 ? { form: 'dup' } : {});
      const sums = Array.from({ length: sumsPerTile }, () => b.unary('mov', bias, lanes));
      b.loop(taps, (k) => {
        const w: Register[] = [];
        if (planar) {
          for (let c = 0; c < channels; c += 4) {
            w.push(b.load(b.at(weights, c, k.times(channels)), 4));
          }
        }
        for (let c = 0; c < channels; c++) {
          const x = sums.map((_, i) =>
            b.load(
              planar
                ? b.at(head, c * rowStride + 4 * i, f.times(tile), k.times(1))
                : b.at(head, c + channels * i, f.times(tile * channels), k.times(channels)),
              lanes,
            ),
          );
          const scalar = planar ? null : b.load(b.at(weights, c, k.times(channels)), 1);
          sums.forEach((sum, i) => {
            if (scalar === null) b.fma(x[i]!, w[c >> 2]!, sum, 4, { element: c & 3, into: sum });
            else b.fma(x[i]!, scalar, sum, 1, { into: sum });
          });
        }
        b.cost('int', planar ? 2 + channels : 3);
        b.cost('branch', 1);
      });
      sums.forEach((sum, i) => {
        b.store(sum, b.at(out, lanes * i, f.times(tile)), lanes);
      });
      b.cost('int', 6);
      b.cost('loadInt', 2);
      b.cost('branch', 1);
    });
    b.loop(rest, (f) => {
      const sum = b.load(b.at(weights, channels * taps), 1);
      const base = frames - rest;
      b.loop(taps, (k) => {
        for (let c = 0; c < channels; c++) {
          const place = planar
            ? b.at(head, c * rowStride + base, f.times(1), k.times(1))
            : b.at(head, base * channels + c, f.times(channels), k.times(channels));
          const w = b.load(b.at(weights, c, k.times(channels)), 1);
          b.fma(b.load(place, 1), w, sum, 1, { into: sum });
        }
        b.cost('int', 3);
        b.cost('branch', 1);
      });
      b.store(sum, b.at(out, base, f.times(1)), 1);
      b.cost('int', 4);
      b.cost('branch', 1);
    });
  });
}

/** Slots: head. Moves the last `history` columns to the front: memmove a row, or an unrolled loop. */
export function shiftHead(cache: TemplateCache, edge: Edge, history: number): Template {
  return cache.get(`t3k-embedded/shift head/${key(edge)}/${history}`, (b) => {
    const { channels, frames, layout } = edge;
    const head = b.slot('head');
    if (layout === 'planar') {
      for (let c = 0; c < channels; c++) {
        const row = c * (history + frames);
        b.cost('libraryCall', 1);
        b.cost('int', 12);
        b.cost('branch', 7);
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
      b.cost('int', 3);
      b.cost('branch', 1);
    });
    b.loop(floats % 4, (i) => {
      const at = floats - (floats % 4);
      const value = b.load(b.at(head, channels * frames + at, i.times(1)), 1);
      b.store(value, b.at(head, at, i.times(1)), 1);
    });
  });
}

/** Slots: weights (the scale alone), out, output. */
export function scalePass(cache: TemplateCache, { frames, layout }: Edge): Template {
  return cache.get(`t3k-embedded/scale/${layout}/${frames}`, (b) => {
    const scale = b.slot('scale');
    const from = b.slot('head out');
    const to = b.slot('output');
    const gain = b.load(b.at(scale, 0), 1);
    const lanes = layout === 'planar' ? 4 : 1;
    b.cost('int', 6);
    b.cost('loadInt', 6);
    b.cost('branch', 2);
    b.loop(Math.floor(frames / lanes), (f) => {
      const x = b.load(b.at(from, 0, f.times(lanes)), lanes);
      const y = b.binary('mul', x, gain, lanes, { element: 0 });
      b.store(y, b.at(to, 0, f.times(lanes)), lanes);
      b.cost('int', 2);
      b.cost('branch', 1);
    });
    b.loop(frames % lanes, (f) => {
      const at = frames - (frames % lanes);
      const x = b.load(b.at(from, at, f.times(1)), 1);
      b.store(b.binary('mul', x, gain, 1), b.at(to, at, f.times(1)), 1);
      b.cost('int', 2);
      b.cost('branch', 1);
    });
  });
}
