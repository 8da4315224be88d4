/** A core without one of its limits: what a kernel would cost if that limit were gone. */
import type { CoreParameters, OperationParameters } from './core-parameters.ts';
import { type Family, families, operationNames, widths } from './operation.ts';

export type Limit = 'arithmetic' | 'loadStore' | 'latency' | 'frontEnd';

/** More ports than anything can use in one cycle. */
const plenty = 16;
const wide = 64;

/** Gives the operations of some families ports of their own, as many as they can use. */
const withFreePorts = (core: CoreParameters, of: readonly Family[]): CoreParameters => {
  const { portCount } = core;
  const ports = Array.from({ length: plenty }, (_, i) => portCount + i);
  const isFreed = operationNames.flatMap((name) => widths.map(() => of.includes(families[name])));
  const operations = core.operations.map((own, i) =>
    isFreed[i] ? { ...own, ports, occupancy: 1, blocks: 0 } : own,
  );
  return { ...core, operations, portCount: portCount + plenty };
};

const withAll = (core: CoreParameters, figures: Partial<OperationParameters>) =>
  core.operations.map((own) => ({ ...own, ...figures }));

const relaxations: Readonly<Record<Limit, (core: CoreParameters) => CoreParameters>> = {
  arithmetic: (core) => withFreePorts(core, ['fp']),
  loadStore: (core) => withFreePorts(core, ['load', 'store']),
  latency: (core) => ({
    ...core,
    operations: withAll(core, { latency: 1, accumulate: 1 }),
    gaps: [],
    storeToLoadCycles: 1,
  }),
  frontEnd: (core) => ({
    ...core,
    width: wide,
    retireWidth: wide,
    fetchWidth: 0,
    operations: withAll(core, { microOps: 1 }),
    never: new Int32Array(core.never.length),
  }),
};

export const withoutBottleneck = (core: CoreParameters, limit: Limit): CoreParameters =>
  relaxations[limit](core);
