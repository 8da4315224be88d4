/** Where the value of a metric stands in a prediction or in a run. */
import type { MetricName } from '../../scenario/budget-metrics.ts';
import type { PredictRow } from '../predict/row.ts';
import type { RunResult } from '../simulate/run-result.ts';

const allBytes = ({ memoryBytes }: PredictRow): number | null =>
  memoryBytes === null ? null : Object.values(memoryBytes).reduce((sum, bytes) => sum + bytes, 0);

type OfRow = (row: PredictRow) => number | null;

export const ofRow: Readonly<Partial<Record<MetricName, OfRow>>> = {
  cyclesPerSample: (row) => row.cyclesPerSample?.expected ?? null,
  'cyclesPerSample.expected': (row) => row.cyclesPerSample?.expected ?? null,
  'cyclesPerSample.worst': (row) => row.cyclesPerSample?.worst ?? null,
  'cyclesPerSample.best': (row) => row.cyclesPerSample?.best ?? null,
  instructionsPerSample: (row) => row.instructionsPerSample,
  load: (row) => row.load?.expected ?? null,
  'load.expected': (row) => row.load?.expected ?? null,
  'load.worst': (row) => row.load?.worst ?? null,
  headroom: (row) => row.headroom,
  memoryBytes: allBytes,
  'memoryBytes.weights': (row) => row.memoryBytes?.weights ?? null,
  'memoryBytes.history': (row) => row.memoryBytes?.history ?? null,
  'memoryBytes.scratch': (row) => row.memoryBytes?.scratch ?? null,
  'memoryBytes.code': (row) => row.memoryBytes?.code ?? null,
};

type OfRun = (run: RunResult) => number;

export const ofRun: Readonly<Partial<Record<MetricName, OfRun>>> = {
  'scenario.load.mean': (run) => run.load.mean,
  'scenario.load.p95': (run) => run.load.p95,
  'scenario.load.p99': (run) => run.load.p99,
  'scenario.load.max': (run) => run.load.max,
  'scenario.headroom': (run) => run.headroom,
  'scenario.xruns': (run) => run.xruns,
};
