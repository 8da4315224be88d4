/** The verbs, in the order of the help. A verb is a file in `commands/` and a row in each of these tables. */
import type { Command } from './call.ts';

export interface Verb {
  readonly name: string;
  readonly summary: string;
  /** Loaded only when it is asked for, so that start-up stays quick. */
  load(): Promise<Command>;
}

const summaries = {
  predict: 'which width of a model runs on which pedal, once and twice',
  explain: 'where the cycles of one prediction go',
  render: 'run a model on audio as NAM Core does, and write the result',
  signal: 'write a built-in test signal: a dry guitar, a sweep, noise',
  advise: 'what fits how often, and the smallest change that would make it fit',
  check: 'hold CPU budgets; fails when one does not hold',
  report: 'draw what budgets measured over time',
  run: 'play scenarios on virtual pedals, and hold every block against its deadline',
  merge: 'join the shards of a sweep',
  validate: 'hold predictions against measurements and what is known to run',
  calibrate: "fit a device's profile to measurements of your own",
  tui: 'the headroom of every width on every pedal, live, in a terminal',
  web: 'the page: drop a .nam, see every pedal, hear every width',
  models: 'the models that are here, their widths and what players use of them',
  devices: 'what is known of each pedal, and where it is known from',
  engines: 'the inference libraries that are modelled, and which shapes each takes',
  scenarios: 'the experiments that are here, and what each does',
  bench: 'how quick the executors are on this host, beside NAM Core in WebAssembly',
} as const;

const loaders: Readonly<Record<keyof typeof summaries, () => Promise<Command>>> = {
  predict: async () => (await import('./commands/predict.ts')).predict,
  explain: async () => (await import('./commands/explain.ts')).explain,
  render: async () => (await import('./commands/render.ts')).render,
  signal: async () => (await import('./commands/signal.ts')).signal,
  advise: async () => (await import('./commands/advise.ts')).advise,
  check: async () => (await import('./commands/check.ts')).check,
  report: async () => (await import('./commands/report.ts')).report,
  run: async () => (await import('./commands/run.ts')).run,
  merge: async () => (await import('./commands/merge.ts')).merge,
  validate: async () => (await import('./commands/validate.ts')).validate,
  calibrate: async () => (await import('./commands/calibrate.ts')).calibrate,
  tui: async () => (await import('./commands/tui.ts')).tui,
  web: async () => (await import('./commands/web.ts')).web,
  models: async () => (await import('./commands/models.ts')).models,
  devices: async () => (await import('./commands/devices.ts')).devices,
  engines: async () => (await import('./commands/engines.ts')).engines,
  scenarios: async () => (await import('./commands/scenarios.ts')).scenarios,
  bench: async () => (await import('./commands/bench.ts')).bench,
};

export const verbs: readonly Verb[] = Object.entries(summaries).map(([name, summary]) => ({
  name,
  summary,
  // Both tables have the same names.
  load: loaders[name as keyof typeof summaries],
}));
