/** Several lowered programs as one, run one after another: what one core does with a chain of slots. */
import type { Lowered, Reference, Step } from '../../kernel/lowered.ts';

/** Marks the steps of the i-th program in the merged one. */
export const layerPrefix = (index: number): string => `${index}:`;

/** Everything of the merged program lies in one memory, as it does in the pedal: nothing is shared. */
export const mergeLowered = (parts: readonly Lowered[]): Lowered => {
  const [first, ...rest] = parts;
  if (first === undefined) throw new RangeError('Expected at least one program to merge.');
  if (rest.length === 0) return prefixed(first, 0, 0, 0);
  let buffers = 0;
  let rings = 0;
  const moved = parts.map((part, i) => {
    const copy = prefixed(part, i, buffers, rings);
    buffers += part.buffers.length;
    rings += part.rings.length;
    return copy;
  });
  return {
    ...first,
    engine: [...new Set(parts.map((part) => part.engine))].join(' + '),
    buffers: moved.flatMap((part) => part.buffers),
    rings: moved.flatMap((part) => part.rings),
    steps: moved.flatMap((part) => part.steps),
    output: moved.at(-1)?.output ?? first.output,
    codeBytes: parts.reduce((sum, part) => sum + part.codeBytes, 0),
  };
};

const prefixed = (part: Lowered, index: number, buffers: number, rings: number): Lowered => {
  const reference = (r: Reference): Reference => ({
    ...r,
    buffer: r.buffer + buffers,
    ...(r.ring ? { ring: { ...r.ring, id: r.ring.id + rings } } : {}),
  });
  const step = (s: Step): Step => {
    const layer = `${layerPrefix(index)}${s.layer}`;
    if (s.step === 'kernel') return { ...s, layer, slots: s.slots.map(reference) };
    return {
      ...s,
      layer,
      ring: s.ring + rings,
      ...(s.src ? { src: reference(s.src) } : {}),
      templates: s.templates.map((t) => ({ ...t, slots: t.slots.map(reference) })),
    };
  };
  return {
    ...part,
    input: part.input + buffers,
    output: part.output + buffers,
    rings: part.rings.map((ring) => ({ ...ring, buffer: ring.buffer + buffers })),
    steps: part.steps.map(step),
  };
};
