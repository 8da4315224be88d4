/** What a budget may hold, in which unit, and between which numbers a limit of it says anything. */

export interface MetricUnit {
  /** As it reads after a number: 'cycles per sample'. */
  readonly unit: string;
  readonly low: number;
  readonly high: number;
  readonly whole?: true;
  /** Where growth in percent means nothing: what to hold in its place. */
  readonly instead?: string;
}

/** Every spelling of a metric that a budget may use. */
export const metricNames = [
  'cyclesPerSample',
  'cyclesPerSample.expected',
  'cyclesPerSample.worst',
  'cyclesPerSample.best',
  'instructionsPerSample',
  'load',
  'load.expected',
  'load.worst',
  'headroom',
  'memoryBytes',
  'memoryBytes.weights',
  'memoryBytes.history',
  'memoryBytes.scratch',
  'memoryBytes.code',
  'esrToFull',
  'scenario.load.mean',
  'scenario.load.p95',
  'scenario.load.p99',
  'scenario.load.max',
  'scenario.headroom',
  'scenario.xruns',
] as const;
export type MetricName = (typeof metricNames)[number];

/** By the first word of the metric, of a row or of a scenario. */
const units: Readonly<Record<string, MetricUnit>> = {
  cyclesPerSample: { unit: 'cycles per sample', low: 1e-3, high: 1e9 },
  instructionsPerSample: { unit: 'instructions per sample', low: 1e-3, high: 1e9 },
  load: { unit: 'as a share of one core (1 is all of it; write 0.8 for 80 %)', low: 1e-6, high: 2 },
  headroom: {
    unit: 'as a share of one core (write 0.2 for 20 %)',
    low: -1,
    high: 1,
    instead: "hold the growth of 'load'",
  },
  memoryBytes: { unit: 'bytes', low: 0, high: 1e12 },
  esrToFull: { unit: 'as a ratio of energies (0 is equal)', low: 0, high: 2 },
  xruns: { unit: 'late blocks', low: 0, high: 1e9, whole: true, instead: "write 'max'" },
};

const unitOf = (metric: MetricName): MetricUnit => {
  const [word = ''] = metric.replace(/^scenario\./, '').split('.');
  const unit = units[word];
  if (unit === undefined) throw new Error(`a metric without a unit: ${metric}`);
  return unit;
};

export const metrics: Readonly<Record<MetricName, MetricUnit>> = Object.fromEntries(
  metricNames.map((name) => [name, unitOf(name)]),
) as Record<MetricName, MetricUnit>;

/** Smaller than anything that is measured: a slip of the exponent. */
const least = 1e-9;

/** What is wrong with a limit, as the rest of a sentence after its path; null where nothing is. */
export const limitFault = (metric: MetricName, value: number): string | null => {
  const { unit, low, high, whole = false } = metrics[metric];
  const isWritten = whole ? Number.isInteger(value) : value === 0 || Math.abs(value) >= least;
  if (isWritten && value >= low && value <= high) return null;
  return `expected a ${whole ? 'whole ' : ''}number from ${low} to ${high} ${unit}, got ${value}.`;
};

/** The same for a growth against the baseline. */
export const growthFault = (metric: MetricName, percent: number): string | null => {
  const { instead } = metrics[metric];
  if (instead !== undefined) {
    return `expected no growth of ${metric}, which may be 0 or negative: ${instead}.`;
  }
  const fits = percent >= -100 && percent <= 1000 && (percent === 0 || Math.abs(percent) >= least);
  return fits ? null : `expected a number from -100 to 1000 percent, got ${percent}.`;
};
