/**
 * Whether two ends of a core time a template alike: they do where no operation of the template and
 * no rule that it meets has other figures. Then one simulation serves both.
 */
import { remember } from '../units/remember.ts';
import type { CoreParameters } from './pipeline/core-parameters.ts';
import { operationCount } from './pipeline/operation.ts';
import type { Prepared } from './pipeline/prepared.ts';

interface Differences {
  /** Something that every template meets. */
  readonly always: boolean;
  /** 1 for operations whose figures differ. */
  readonly operations: Uint8Array;
  readonly taken: boolean;
  readonly forwarding: boolean;
}

const tables = ['latency', 'accumulate', 'occupancy', 'units', 'microOps', 'blocks'] as const;

const sameNumbers = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((port, i) => port === b[i]);

const compare = (a: CoreParameters, b: CoreParameters): Differences => {
  const operations = new Uint8Array(operationCount);
  for (const table of tables) {
    const [x, y] = [a[table], b[table]];
    for (let o = 0; o < operationCount; o++) if (x[o] !== y[o]) operations[o] = 1;
  }
  for (const lists of ['ports', 'alsoPorts'] as const) {
    const [x, y] = [a[lists], b[lists]];
    // Ends with as many ports of every name share their lists.
    if (x === y) continue;
    for (let o = 0; o < operationCount; o++) {
      if (!sameNumbers(x[o] ?? [], y[o] ?? [])) operations[o] = 1;
    }
  }
  a.gaps.forEach((gap, g) => {
    if (gap.cycles === b.gaps[g]?.cycles) return;
    gap.before.forEach((waits, o) => {
      if (waits === 1) operations[o] = 1;
    });
  });
  return {
    always:
      a.width !== b.width ||
      a.queueDepth !== b.queueDepth ||
      a.window !== b.window ||
      a.retireWidth !== b.retireWidth ||
      // Ports are numbered through: other numbers need not mean other ports.
      a.portCount !== b.portCount,
    operations,
    taken: a.takenCycles !== b.takenCycles,
    forwarding: a.storeToLoadCycles !== b.storeToLoadCycles,
  };
};

const known = new WeakMap<CoreParameters, WeakMap<CoreParameters, Differences>>();

const differencesOf = (a: CoreParameters, b: CoreParameters): Differences => {
  const others = remember(known, a, () => new WeakMap<CoreParameters, Differences>());
  return remember(others, b, () => compare(a, b));
};

/** `a` and `b`: ends of one core. */
export const timeAlike = (prepared: Prepared, a: CoreParameters, b: CoreParameters): boolean => {
  if (a === b) return true;
  const differences = differencesOf(a, b);
  return !(
    differences.always ||
    (prepared.taken && differences.taken) ||
    (prepared.tracked && differences.forwarding) ||
    prepared.operations.some((o) => differences.operations[o] === 1)
  );
};
