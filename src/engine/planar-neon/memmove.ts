/**
 * glibc's memmove (the same code as memcpy) of a whole number of floats that do not overlap in a
 * harmful way: its branches by size and its loop of 64 bytes.
 */
import type { TemplateCache } from '../../kernel/builder.ts';
import type { Template } from '../../kernel/template.ts';

/** Slots: from, to. `floats` are moved; the tail overlaps what is there already, as in the original. */
export function memmoveFloats(
  cache: TemplateCache,
  floats: number,
  isa: 'aarch64' | 'armv7-neon',
): Template {
  return cache.get(`libc/memmove/${isa}/${floats}`, (b) => {
    const from = b.slot('from');
    const to = b.slot('to');
    const arm = isa === 'armv7-neon';
    // The call through the table of dynamic symbols.
    b.cost('int', 2);
    b.cost('loadInt', 1);
    b.cost('branch', 2);
    if (floats <= 32) {
      const pieces = Math.ceil(floats / (floats >= 8 ? 8 : 4));
      b.cost('int', arm ? 5 : 5 + Math.floor(floats / 16));
      b.cost('branch', 4 + Math.floor(floats / 16));
      for (let i = 0; i < pieces; i++) {
        const registers = b.registerList(floats >= 8 ? 2 : 1);
        const at = Math.max(0, Math.min(4 * registers.length * i, floats - 4 * registers.length));
        const lanes = floats >= 4 ? 4 : floats >= 2 ? 2 : 1;
        b.loadMany(registers, b.at(from, at), lanes, { form: 'pair' });
        b.store(registers, b.at(to, at), lanes, { form: 'pair' });
      }
      return;
    }
    b.cost('int', arm ? 22 : 12);
    b.cost('branch', arm ? 8 : 5);
    b.loop(Math.ceil(floats / 16), (i) => {
      for (const half of arm ? [0, 4, 8, 12] : [0, 8]) {
        const registers = b.registerList(arm ? 2 : 2);
        const at = b.at(from, Math.min(half, 16), i.times(16));
        if (arm) b.loadMany(registers, at, 2, { form: 'pair' });
        else b.loadMany(registers, at, 4, { form: 'pair' });
        const into = b.at(to, half, i.times(16));
        b.store(registers, into, arm ? 2 : 4, { form: 'pair' });
      }
      b.cost('int', arm ? 2 : 1);
      b.cost('branch', 1);
    });
  });
}
