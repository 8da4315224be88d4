/**
 * glibc's memmove (the same code as memcpy) of a whole number of floats that do not overlap in a
 * harmful way: its branches by size and its loop of 64 bytes.
 */

import type { Template } from '../../kernel/template.ts';
import { costs } from '../common/code.ts';
import type { Lowering } from '../common/lowering.ts';

/** Slots: from, to. `floats` are moved; the tail overlaps what is there already, as in the original. */
export function memmoveFloats(low: Lowering, floats: number): Template {
  const arm = low.target.isa === 'armv7-neon';
  return low.template(`planar-neon/memmove/${floats}`, (b) => {
    const from = b.slot('from');
    const to = b.slot('to');
    // The call through the table of dynamic symbols.
    costs(b, ['int', 2], ['loadInt', 1], ['branch', 2]);
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
    costs(b, ['int', arm ? 22 : 12], ['branch', arm ? 8 : 5]);
    b.loop(Math.ceil(floats / 16), (i) => {
      for (const half of arm ? [0, 4, 8, 12] : [0, 8]) {
        const registers = b.registerList(2);
        const lanes = arm ? 2 : 4;
        b.loadMany(registers, b.at(from, half, i.times(16)), lanes, { form: 'pair' });
        b.store(registers, b.at(to, half, i.times(16)), lanes, { form: 'pair' });
      }
      costs(b, ['int', arm ? 2 : 1], ['branch', 1]);
    });
  });
}
