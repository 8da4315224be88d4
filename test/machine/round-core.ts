/** Cores with round numbers, for schedules that can be worked out by hand. */
import type { CoreProfile } from '../../src/machine/pipeline/core-profile.ts';
import type { Figure } from '../../src/units/figure.ts';

export const figure = (value: number, low?: number, high?: number): Figure => ({
  value,
  ...(low === undefined ? {} : { low }),
  ...(high === undefined ? {} : { high }),
  kind: 'estimate',
  source: 'round number',
});

interface Changes {
  readonly issue?: Partial<CoreProfile['issue']>;
  readonly ports?: CoreProfile['ports'];
  readonly operations?: CoreProfile['operations'];
  readonly branches?: Partial<CoreProfile['branches']>;
  readonly memory?: CoreProfile['memory'];
  readonly partlyStoredCycles?: CoreProfile['partlyStoredCycles'];
}

/**
 * One of everything: fp takes 4 cycles, a multiply-add 10 and 4 to an accumulator, a load 3, integers
 * 1. One port each for fp, load, store, int.
 */
export const roundCore = (
  order: 'in-order' | 'out-of-order',
  changes: Changes = {},
): CoreProfile => ({
  id: 'round',
  name: 'Round numbers',
  sources: {},
  target: { isa: 'aarch64', lanes: 4, vectorRegisters: 32, fma: true, source: 'round number' },
  issue: {
    order,
    width: figure(order === 'in-order' ? 1 : 4),
    window: figure(64),
    ...changes.issue,
  },
  ports: { fp: figure(1), load: figure(1), store: figure(1), int: figure(1), ...changes.ports },
  operations: {
    fp: { latency: figure(4), ports: ['fp'] },
    fma: { latency: figure(10), accumulate: figure(4) },
    load: { latency: figure(3), ports: ['load'] },
    store: { latency: figure(1), ports: ['store'] },
    int: { latency: figure(1), ports: ['int'] },
    ...changes.operations,
  },
  branches: {
    mispredictCycles: figure(10),
    takenCycles: figure(0),
    predictedTrips: figure(1_000_000),
    ...changes.branches,
  },
  storeToLoadCycles: figure(5),
  partlyStoredCycles: changes.partlyStoredCycles,
  denormals: { penaltyCycles: figure(0), vectorAlwaysFlushes: false },
  memory: changes.memory ?? { hiddenShare: figure(0), outstandingMisses: figure(1) },
});
