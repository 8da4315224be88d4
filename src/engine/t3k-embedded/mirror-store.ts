/** What a tile's columns cost beside their one store: a second one in the mirror, or element by element. */
import type { TemplateCache } from '../../kernel/builder.ts';
import type { Template } from '../../kernel/template.ts';

/** Slots: ring. The second store of a tile of planar rows (`lanes` 4) or of columns (1). */
export function mirrorTile(
  cache: TemplateCache,
  channels: number,
  frames: number,
  lanes: 1 | 4,
): Template {
  return cache.get(`t3k-embedded/mirror tile/${channels}/${frames}/${lanes}`, (b) => {
    const ring = b.slot('ring');
    const value = b.const(0, lanes);
    const words = (channels * frames) / lanes;
    if (lanes === 4) {
      for (let i = 0; i < words; i++) b.store(value, b.at(ring, 4 * (i % (frames / 4))), 4);
      b.cost('int', 2 * channels);
      return;
    }
    for (let i = 0; i + 1 < words; i += 2)
      b.store([value, value], b.at(ring, i), 1, { form: 'pair', wide: true });
    if (words % 2 === 1) b.store(value, b.at(ring, words - 1), 1);
  });
}

/**
 * Slots: ring, stack. The loop over a straddling tile, whose results lie on the stack: each frame's
 * side is tested, each element copied, those on the mirror's sides twice.
 */
export function straddlingTile(
  cache: TemplateCache,
  channels: number,
  frames: number,
  lanes: 1 | 4,
): Template {
  return cache.get(`t3k-embedded/straddling tile/${channels}/${frames}/${lanes}`, (b) => {
    const ring = b.slot('ring');
    const stack = b.slot('stack');
    const planar = lanes === 4;
    b.cost('int', 12);
    b.cost('loadInt', planar ? 6 : 4);
    b.loop(frames, (t) => {
      b.cost('int', planar ? 6 : 7);
      b.cost('branch', 2);
      if (!planar) b.cost('it', 1);
      for (let c = 0; c < channels; c++) {
        const value = b.load(b.at(stack, c * frames, t.times(1)), 1);
        b.store(value, b.at(ring, 0, t.times(1)), 1);
        // Half of a straddling tile's frames lie on a side that is stored twice.
        if (c % 2 === 0) b.store(value, b.at(ring, 0, t.times(1)), 1);
        b.cost('int', planar ? 3 : 2);
        b.cost('branch', 1);
      }
    });
  });
}
