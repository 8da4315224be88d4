/**
 * Which fields of a target an engine read: what it made holds for every target that agrees in these.
 * Nobody keeps a list by hand; what was not asked cannot matter.
 */
import type { Target } from '../kernel/lowered.ts';

type Field = keyof Target;

/** Every field once: the type refuses a list that leaves one out. */
const everyField: Readonly<Record<Field, true>> = {
  isa: true,
  lanes: true,
  vectorRegisters: true,
  tune: true,
  fma: true,
  fastMath: true,
  libc: true,
};
const fields = Object.keys(everyField) as readonly Field[];

/** What was read, and what was there. */
export type Reads = ReadonlyMap<Field, Target[Field]>;

export const agrees = (target: Target, reads: Reads): boolean => {
  for (const [field, value] of reads) if (target[field] !== value) return false;
  return true;
};

const watches = new WeakMap<Target, WatchedTarget>();

export class WatchedTarget {
  /** The target as engines see it: its fields are remembered as they are read. */
  readonly view: Target;
  private readonly target: Target;
  private readonly seen = new Map<Field, Target[Field]>();
  private closed = false;

  constructor(target: Target) {
    this.target = target;
    // Properties of its own, so that a copy of the view reads, and so remembers, all of them.
    const view = {};
    for (const field of fields) {
      Object.defineProperty(view, field, { get: () => this.read(field), enumerable: true });
    }
    // It has every field.
    this.view = Object.freeze(view) as Target;
    watches.set(this.view, this);
  }

  private read(field: Field): Target[Field] {
    if (this.closed && !this.seen.has(field)) {
      throw new RangeError(
        `Expected \`${field}\` of the target to be read while the program is lowered: by now targets that differ in it share the program.`,
      );
    }
    const value = this.target[field];
    if (!this.seen.has(field)) this.seen.set(field, value);
    return value;
  }

  /** What was read so far. */
  reads(): Reads {
    return new Map(this.seen);
  }

  /** Whether what was made for `reads` holds here too; if so, what is made of it depends on them as well. */
  adopts(reads: Reads): boolean {
    if (!agrees(this.target, reads)) return false;
    for (const [field, value] of reads) this.seen.set(field, value);
    return true;
  }

  /** Everything that was read; from now on nothing else may be. */
  close(): Reads {
    this.closed = true;
    return this.seen;
  }
}

/** Of a target that nobody watches, everything counts as read. */
export const watchOf = (target: Target): WatchedTarget => {
  const known = watches.get(target);
  if (known !== undefined) return known;
  const watch = new WatchedTarget(target);
  for (const field of fields) void watch.view[field];
  return watch;
};
