/** A core without one of its limits: what a kernel would cost if that limit were gone. */
import type { CoreParameters } from './core-parameters.ts';
import { type Family, families, operationIndex, operationNames, widths } from './operation.ts';

export type Limit = 'arithmetic' | 'loadStore' | 'latency' | 'frontEnd';

/** More ports than anything can use in one cycle. */
const plenty = 16;
const wide = 64;

/** Gives the operations of some families ports of their own, as many as they can use. */
const withFreePorts = (core: CoreParameters, of: (family: Family) => boolean): CoreParameters => {
  const free = Array.from({ length: plenty }, (_, i) => core.portCount + i);
  const ports = [...core.ports];
  const occupancy = core.occupancy.slice();
  const blocks = core.blocks.slice();
  for (const name of operationNames) {
    if (!of(families[name])) continue;
    for (const width of widths) {
      const i = operationIndex(name, width);
      ports[i] = free;
      occupancy[i] = 1;
      blocks[i] = 0;
    }
  }
  return { ...core, ports, occupancy, blocks, portCount: core.portCount + plenty };
};

const relaxations: Readonly<Record<Limit, (core: CoreParameters) => CoreParameters>> = {
  arithmetic: (core) => withFreePorts(core, (family) => family === 'fp'),
  loadStore: (core) => withFreePorts(core, (family) => family === 'load' || family === 'store'),
  latency: (core) => ({
    ...core,
    latency: core.latency.map(() => 1),
    accumulate: core.accumulate.map(() => 1),
    gaps: [],
    storeToLoadCycles: 1,
  }),
  frontEnd: (core) => ({
    ...core,
    width: wide,
    retireWidth: wide,
    fetchWidth: 0,
    microOps: core.microOps.map(() => 1),
    never: new Int32Array(core.never.length),
  }),
};

export const withoutBottleneck = (core: CoreParameters, limit: Limit): CoreParameters =>
  relaxations[limit](core);
