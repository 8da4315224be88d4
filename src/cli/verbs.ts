/** The verbs, in the order of the help. A verb is a file in `commands/` and a row here. */
import type { Command } from './command.ts';

export interface Verb {
  readonly name: string;
  readonly summary: string;
  /** Loaded only when it is asked for, so that start-up stays quick. */
  load(): Promise<Command>;
}

const verb = (name: string, summary: string, load: () => Promise<Command>): Verb => ({
  name,
  summary,
  load,
});

export const verbs: readonly Verb[] = [
  verb(
    'predict',
    'which width of a model runs on which pedal, once and twice',
    async () => (await import('./commands/predict.ts')).predict,
  ),
  verb(
    'explain',
    'where the cycles of one prediction go',
    async () => (await import('./commands/explain.ts')).explain,
  ),
  verb(
    'render',
    'run a model on audio as NAM Core does, and write the result',
    async () => (await import('./commands/render.ts')).render,
  ),
  verb(
    'signal',
    'write a built-in test signal: a dry guitar, a sweep, noise',
    async () => (await import('./commands/signal.ts')).signal,
  ),
  verb(
    'advise',
    'what fits how often, and the smallest change that would make it fit',
    async () => (await import('./commands/advise.ts')).advise,
  ),
  verb(
    'check',
    'hold CPU budgets; fails when one does not hold',
    async () => (await import('./commands/check.ts')).check,
  ),
  verb(
    'report',
    'draw what budgets measured over time',
    async () => (await import('./commands/report.ts')).report,
  ),
  verb(
    'run',
    'play scenarios on virtual pedals, and hold every block against its deadline',
    async () => (await import('./commands/run.ts')).run,
  ),
  verb(
    'merge',
    'join the shards of a sweep',
    async () => (await import('./commands/merge.ts')).merge,
  ),
  verb(
    'validate',
    'hold predictions against measurements and what is known to run',
    async () => (await import('./commands/validate.ts')).validate,
  ),
  verb(
    'calibrate',
    "fit a device's profile to measurements of your own",
    async () => (await import('./commands/calibrate.ts')).calibrate,
  ),
  verb(
    'tui',
    'the headroom of every width on every pedal, live, in a terminal',
    async () => (await import('./commands/tui.ts')).tui,
  ),
  verb(
    'web',
    'the page: drop a .nam, see every pedal, hear every width',
    async () => (await import('./commands/web.ts')).web,
  ),
  verb(
    'models',
    'the models that are here, their widths and what players use of them',
    async () => (await import('./commands/models.ts')).models,
  ),
  verb(
    'devices',
    'what is known of each pedal, and where it is known from',
    async () => (await import('./commands/devices.ts')).devices,
  ),
  verb(
    'engines',
    'the inference libraries that are modelled, and which shapes each takes',
    async () => (await import('./commands/engines.ts')).engines,
  ),
  verb(
    'scenarios',
    'the experiments that are here, and what each does',
    async () => (await import('./commands/scenarios.ts')).scenarios,
  ),
  verb(
    'bench',
    'how quick the executors are on this host, beside NAM Core in WebAssembly',
    async () => (await import('./commands/bench.ts')).bench,
  ),
];
