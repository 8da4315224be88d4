// biome-ignore-all lint/style/noNonNullAssertion: a low and a high for each slot of the template
/**
 * How far a template reaches from each of its slots. Addresses are affine and trip counts are
 * constants, so the extent is exact and one check per execution covers every access.
 */
import type { Address } from '../../../src/kernel/instruction.ts';
import type { Node, Template } from '../../../src/kernel/template.ts';
import { KernelError } from './kernel-error.ts';

/** In floats from the slot's base, both inclusive; `first > last` where the slot is not used. */
export type Extent = Readonly<Record<'first' | 'last', number>>;

const known = new WeakMap<Template, readonly Extent[]>();

export function extentsOf(template: Template): readonly Extent[] {
  const seen = known.get(template);
  if (seen) return seen;
  const first = template.slots.map(() => Number.POSITIVE_INFINITY);
  const last = template.slots.map(() => Number.NEGATIVE_INFINITY);
  const trips = new Map<number, number>();

  const touch = (at: Address, floats: number): void => {
    let low = at.offset;
    let high = at.offset + floats - 1;
    for (const term of at.terms) {
      const count = trips.get(term.loop);
      if (count === undefined) {
        const fault = `${template.name}: expected the address of slot ${template.slots[at.slot] ?? at.slot} to use the counters of enclosing loops, got loop ${term.loop}.`;
        throw new KernelError('bad-template', fault);
      }
      const reach = term.stride * (count - 1);
      if (reach < 0) low += reach;
      else high += reach;
    }
    if (template.slots[at.slot] === undefined) {
      const fault = `${template.name}: expected a slot below ${template.slots.length}, got ${at.slot}.`;
      throw new KernelError('bad-template', fault);
    }
    first[at.slot] = Math.min(first[at.slot]!, low);
    last[at.slot] = Math.max(last[at.slot]!, high);
  };

  const visit = (nodes: readonly Node[]): void => {
    for (const node of nodes) {
      if (node.op === 'loop') {
        trips.set(node.loop, node.trips);
        if (node.trips > 0) visit(node.body);
        trips.delete(node.loop);
      } else if (node.op === 'load') {
        touch(node.at, node.dst.length * (node.form === 'dup' ? 1 : node.lanes));
      } else if (node.op === 'store') {
        touch(node.at, node.src.length * (node.form === 'dup' ? 1 : node.lanes));
      }
    }
  };
  visit(template.body);
  const extents = first.map((low, slot) => ({ first: low, last: last[slot]! }));
  known.set(template, extents);
  return extents;
}
