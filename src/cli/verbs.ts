/** The verbs, in the order of the help. A verb is a file in `commands/` and a row here. */
import type { Command } from './command.ts';

export interface Verb {
  readonly name: string;
  readonly summary: string;
  /** Loaded only when it is asked for, so that start-up stays quick. */
  load(): Promise<Command>;
}

export const verbs: readonly Verb[] = [
  {
    name: 'predict',
    summary: 'which width of a model runs on which pedal, once and twice',
    load: async () => (await import('./commands/predict.ts')).predict,
  },
  {
    name: 'explain',
    summary: 'where the cycles of one prediction go',
    load: async () => (await import('./commands/explain.ts')).explain,
  },
  {
    name: 'render',
    summary: 'run a model on audio as NAM Core does, and write the result',
    load: async () => (await import('./commands/render.ts')).render,
  },
  {
    name: 'signal',
    summary: 'write a built-in test signal: a dry guitar, a sweep, noise',
    load: async () => (await import('./commands/signal.ts')).signal,
  },
  {
    name: 'advise',
    summary: 'what fits how often, and the smallest change that would make it fit',
    load: async () => (await import('./commands/advise.ts')).advise,
  },
  {
    name: 'check',
    summary: 'hold CPU budgets; fails when one does not hold',
    load: async () => (await import('./commands/check.ts')).check,
  },
  {
    name: 'report',
    summary: 'draw what budgets measured over time',
    load: async () => (await import('./commands/report.ts')).report,
  },
  {
    name: 'run',
    summary: 'play scenarios on virtual pedals, and hold every block against its deadline',
    load: async () => (await import('./commands/run.ts')).run,
  },
  {
    name: 'merge',
    summary: 'join the shards of a sweep',
    load: async () => (await import('./commands/merge.ts')).merge,
  },
  {
    name: 'validate',
    summary: 'hold predictions against measurements and what is known to run',
    load: async () => (await import('./commands/validate.ts')).validate,
  },
  {
    name: 'calibrate',
    summary: "fit a device's profile to measurements of your own",
    load: async () => (await import('./commands/calibrate.ts')).calibrate,
  },
  {
    name: 'tui',
    summary: 'the headroom of every width on every pedal, live, in a terminal',
    load: async () => (await import('./commands/tui.ts')).tui,
  },
  {
    name: 'web',
    summary: 'the page: drop a .nam, see every pedal, hear every width',
    load: async () => (await import('./commands/web.ts')).web,
  },
  {
    name: 'models',
    summary: 'the models that are here, their widths and what players use of them',
    load: async () => (await import('./commands/models.ts')).models,
  },
  {
    name: 'devices',
    summary: 'what is known of each pedal, and where it is known from',
    load: async () => (await import('./commands/devices.ts')).devices,
  },
  {
    name: 'engines',
    summary: 'the inference libraries that are modelled, and which shapes each takes',
    load: async () => (await import('./commands/engines.ts')).engines,
  },
  {
    name: 'scenarios',
    summary: 'the experiments that are here, and what each does',
    load: async () => (await import('./commands/scenarios.ts')).scenarios,
  },
  {
    name: 'bench',
    summary: 'how quick the executors are on this host, beside NAM Core in WebAssembly',
    load: async () => (await import('./commands/bench.ts')).bench,
  },
];
