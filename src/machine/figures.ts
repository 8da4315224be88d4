/** The figures of a core's operations side by side, as a scoreboard reads them: one row an operation. */
import type { CoreParameters } from './core-parameters.ts';
import { operationCount } from './operation.ts';

/** Places in a row. Ports are a run of `Figures.ports`. */
export const latencyAt = 0;
export const accumulateAt = 1;
export const occupancyAt = 2;
export const unitsAt = 3;
export const microOpsAt = 4;
export const blocksAt = 5;
export const portsAt = 6;
export const portCountAt = 7;
export const alsoPortsAt = 8;
export const alsoPortCountAt = 9;
/** 1 where a gap rule of an in-order core names the operation. */
export const gapsAt = 10;
/** A power of two, so that rows begin at shifted indices. */
export const rowShift = 4;

export interface Figures {
  readonly rows: Int32Array;
  readonly ports: Int32Array;
}

const made = new WeakMap<CoreParameters, Figures>();

export const figuresOf = (core: CoreParameters): Figures => {
  const known = made.get(core);
  if (known) return known;
  const rows = new Int32Array(operationCount << rowShift);
  const ports: number[] = [];
  for (let o = 0; o < operationCount; o++) {
    const row = o << rowShift;
    // Tables are as long as there are operations.
    rows[row + latencyAt] = core.latency[o] as number;
    rows[row + accumulateAt] = core.accumulate[o] as number;
    rows[row + occupancyAt] = core.occupancy[o] as number;
    rows[row + unitsAt] = core.units[o] as number;
    rows[row + microOpsAt] = core.microOps[o] as number;
    rows[row + blocksAt] = core.blocks[o] as number;
    const [own, also] = [core.ports[o] ?? [], core.alsoPorts[o] ?? []];
    rows[row + portsAt] = ports.length;
    rows[row + portCountAt] = own.length;
    ports.push(...own);
    rows[row + alsoPortsAt] = ports.length;
    rows[row + alsoPortCountAt] = also.length;
    ports.push(...also);
    const inGap = core.gaps.some(({ after, before }) => after[o] === 1 || before[o] === 1);
    rows[row + gapsAt] = inGap ? 1 : 0;
  }
  const figures = { rows, ports: Int32Array.from(ports) };
  made.set(core, figures);
  return figures;
};
