/** Holds budgets: absolute limits, and changes against a baseline. */
import { atRate } from '../audio/resampled-sound.ts';
import { signalSound, usualRateHz } from '../audio/signal-sound.ts';
import type { Budget } from '../scenario/budget.ts';
import { type ParsedBudgets, parseBudgets } from '../scenario/parse-budgets.ts';
import { type Baseline, emptyBaseline, parseBaseline } from '../study/check/baseline.ts';
import { type CheckOutcome, check as checkBudgets, type Measure } from '../study/check/check.ts';
import { type MeasureSources, measureWith } from '../study/check/measure.ts';
import type { CheckVerdict } from '../study/check/verdict.ts';
import { esrToFull } from './fidelity.ts';
import { checkHooks, type Hooks, pause } from './hooks.ts';
import { checkCall, required } from './options.ts';
import type { Workbench } from './workbench.ts';
import { jsonOf, WorkbenchError } from './workbench-error.ts';

type Subject = 'model' | 'device' | 'scenario';

/** One budget as its file would hold it: what is left out has the default of the schema. */
export interface BudgetInput
  extends Partial<Omit<Budget, Subject | 'name' | 'metric'>>,
    Pick<Budget, 'name' | 'metric'>,
    Readonly<Partial<Record<Subject, string | readonly string[] | undefined>>> {}

/** Budgets as their file would hold them. */
export interface BudgetDocument {
  readonly budgets: readonly BudgetInput[];
}

export interface CheckRequest {
  /** The path of a file, its content as data, or what `parseBudgets` gave. */
  readonly budgets: string | BudgetDocument | ParsedBudgets;
  /**
   * What changes are checked against: a path, or what `check` gave as `measured`.
   * @default what the file names, else baseline.json beside it; nothing for budgets as data
   */
  readonly baseline?: string | Baseline | undefined;
  /** Error-to-signal ratios of widths on audio. @default works them out without a word about the file */
  readonly esrToFull?: MeasureSources['esrToFull'] | undefined;
  /** Hears each verdict as soon as it is known, in the order of the budgets. */
  readonly onVerdict?: ((verdict: CheckVerdict) => void) | undefined;
  /** How the reader of its sentences runs this check. @default 'check' with the paths of the request */
  readonly command?: string | undefined;
}

const commandOf = ({ budgets, baseline, command }: CheckRequest): string => {
  const file = typeof budgets === 'string' ? [budgets] : [];
  const against = typeof baseline === 'string' ? ['--baseline', baseline] : [];
  return command ?? ['check', ...file, ...against].join(' ');
};

const readBaseline = ({ files }: Workbench, path: string, command: string): Baseline => {
  if (files.exists(path)) return parseBaseline(files.readText(path), path, command);
  const fault = `${path}: no such baseline. Write it with 'pedalbench ${command} --update-baseline'.`;
  throw new WorkbenchError('not-found', fault);
};

/** @throws BudgetError for a faulty file, WorkbenchError where there is none @internal */
export const readBudgets = ({ files }: Workbench, name: string): ParsedBudgets => {
  const path = files.pathOf(name);
  if (files.exists(path)) return parseBudgets(files.readText(path), name);
  const fault = `${name}: no such file. Write a first one from today's numbers with 'pedalbench check --init'.`;
  throw new WorkbenchError('not-found', fault);
};

const fileOf = (workbench: Workbench, budgets: CheckRequest['budgets']): ParsedBudgets => {
  if (typeof budgets === 'string') return readBudgets(workbench, budgets);
  const isParsed = 'origin' in budgets && 'lines' in budgets;
  return isParsed ? budgets : parseBudgets(jsonOf(budgets, 'budgets'), 'budgets');
};

const baselineOf = (workbench: Workbench, request: CheckRequest, file: ParsedBudgets): Baseline => {
  const { files } = workbench;
  const { budgets, baseline } = request;
  const command = commandOf(request);
  if (typeof baseline === 'string') return readBaseline(workbench, files.pathOf(baseline), command);
  if (baseline !== undefined) return baseline;
  if (typeof budgets !== 'string') return emptyBaseline;
  const path = files.beside(files.pathOf(budgets), file.baseline ?? 'baseline.json');
  return files.exists(path) ? readBaseline(workbench, path, command) : emptyBaseline;
};

const ratiosOn =
  (workbench: Workbench): MeasureSources['esrToFull'] =>
  async (model, widths, audio) => {
    const rate = Math.round(model.metadata.sampleRateHz ?? usualRateHz);
    const sound = workbench.openAudio(audio, rate);
    try {
      return await esrToFull(atRate(sound, rate), model, widths, 'libm');
    } finally {
      sound.close();
    }
  };

/** Names of a budget are ids, or paths relative to its file: how each is looked up. @internal */
export const besideBudgets = (
  { files }: Workbench,
  file: ParsedBudgets,
): { readonly name: (name: string) => string; readonly sound: (path: string) => string } => {
  const origin = files.pathOf(file.origin);
  return {
    // A file beside the budgets stands before an id; what looks like a path is nothing else.
    name: (name) => {
      const path = files.beside(origin, name);
      const isFile = files.exists(path) && files.sizeOf(path) !== null;
      return isFile || /[/\\]|\.(nam|json)$/.test(name) ? path : name;
    },
    sound: (name) => {
      const path = files.beside(origin, name);
      return signalSound(name) === null || files.exists(path) ? path : name;
    },
  };
};

const measureBudgets = (
  workbench: Workbench,
  file: ParsedBudgets,
  ratios: MeasureSources['esrToFull'] = ratiosOn(workbench),
): Measure => {
  const { name: beside, sound } = besideBudgets(workbench, file);
  const sources: MeasureSources = {
    measured: workbench.measured,
    library: workbench,
    model: (name) => workbench.model(beside(name)),
    device: (name) => workbench.device(beside(name)),
    scenario: (name) => workbench.scenario(beside(name)).jobs,
    esrToFull: (model, widths, audio) => ratios(model, widths, sound(audio)),
  };
  return measureWith(sources, workbench.costs);
};

/**
 * Failures come first; what could not be judged is `inconclusive` and never a pass.
 * `formatBaseline(outcome.measured)` is the text of a new baseline.
 * What a budget names and is not there is a failure of its own. Units and method of each metric: docs/budgets.md.
 * @param workbench where the names of budgets are looked up
 * @param request budgets and baseline, as paths or as data
 * @param hooks how far it is, and a signal that stops it
 * @throws BudgetError for a faulty file or baseline
 * @example const { exitCode } = await check(workbench, { budgets: 'budgets.json' });
 */
export const check = async (
  workbench: Workbench,
  request: CheckRequest,
  hooks: Hooks = {},
): Promise<CheckOutcome> => {
  const { onProgress, signal } = checkHooks(hooks);
  checkCall(workbench, 'check', request, [
    'budgets',
    'baseline',
    'esrToFull',
    'onVerdict',
    'command',
  ]);
  const file = fileOf(workbench, required('check', request.budgets, 'budgets'));
  const measure = workbench.measuring(file, () =>
    measureBudgets(workbench, file, request.esrToFull),
  );
  const followed: Measure = async (budget, index) => {
    signal?.throwIfAborted();
    const measured = await measure(budget, index);
    onProgress?.((index + 1) / file.budgets.length);
    await pause();
    return measured;
  };
  const baseline = baselineOf(workbench, request, file);
  return checkBudgets(file, baseline, followed, request.onVerdict, commandOf(request));
};
