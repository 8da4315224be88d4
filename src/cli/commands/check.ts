/** `pedalbench check`: holds CPU budgets; fails when one does not hold. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { atRate } from '../../audio/resampled-sound.ts';
import { renderCheck } from '../../report/check/text.ts';
import type { ParsedBudgets } from '../../scenario/parse-budgets.ts';
import type { Job } from '../../scenario/parse-scenario.ts';
import {
  type Baseline,
  emptyBaseline,
  formatBaseline,
  parseBaseline,
} from '../../study/check/baseline.ts';
import type { CheckOutcome } from '../../study/check/check.ts';
import type { CheckVerdict } from '../../study/check/verdict.ts';
import { type InputKeys, partOf, type Shard, sliceOf } from '../../study/parts/part.ts';
import { writeWhole } from '../../units/output-file.ts';
import { readText } from '../../units/read-text.ts';
import {
  besideBudgets,
  type CheckRequest,
  check as checkBudgets,
  readBudgets,
} from '../../workbench/check.ts';
import { esrToFull } from '../../workbench/fidelity.ts';
import { openWorkbench } from '../../workbench/open-workbench.ts';
import { pathFrom } from '../../workbench/places.ts';
import type { Workbench } from '../../workbench/workbench.ts';
import type { Args } from '../args.ts';
import { openAudio, runRateOf } from '../audio-input.ts';
import { initBudgets, initOptions } from '../check-init.ts';
import { reportOptions, writeReports } from '../check-reports.ts';
import { CliError } from '../cli-error.ts';
import type { Command } from '../command.ts';
import type { Io } from '../io.ts';
import { note, styleOf } from '../output.ts';
import { Progress } from '../progress.ts';
import { headOf, jsonlOption, RowOutput } from '../row-output.ts';
import { inputKeysOf, namedByJobs, shardFrom, shardOption } from '../shard-option.ts';
import { workersOption } from '../study-options.ts';

const usualFile = 'budgets.json';

/** A path as the reader of the file would write it. */
const budgetPath = (args: Args): string => {
  const [file, ...more] = args.positionals;
  if (more.length > 0) {
    throw new CliError('usage', `Expected one file of budgets, got ${args.positionals.length}.`);
  }
  return file ?? usualFile;
};

const baselinePath = (args: Args, io: Io, file: ParsedBudgets): string => {
  const given = args.text('baseline');
  if (given !== null) return pathFrom(io, given);
  return join(dirname(pathFrom(io, file.origin)), file.baseline ?? 'baseline.json');
};

/** Says aloud what the user may not expect of the audio, and how far it is. */
const ratiosFrom =
  (args: Args, io: Io): NonNullable<CheckRequest['esrToFull']> =>
  async (model, widths, audio) => {
    const reader = openAudio(args, io, audio);
    const progress = new Progress(args, io, `${model.id} on ${audio}`);
    try {
      const sound = atRate(reader, runRateOf(args, io, reader, model));
      return await esrToFull(sound, model, widths, 'libm', progress.step);
    } finally {
      progress.end();
      reader.close();
    }
  };

/** Measures and judges; with `--update-baseline` against what was just written: nothing has grown. */
const judge = async (
  args: Args,
  io: Io,
  workbench: Workbench,
  budgets: ParsedBudgets,
  path: string,
  onVerdict: (verdict: CheckVerdict) => void,
): Promise<CheckOutcome> => {
  const update = args.flag('update-baseline');
  const esrToFull = ratiosFrom(args, io);
  const against = (baseline: Baseline, hear?: typeof onVerdict): Promise<CheckOutcome> =>
    new Progress(args, io, 'budgets').of((hooks) =>
      checkBudgets(workbench, { budgets, baseline, esrToFull, onVerdict: hear }, hooks),
    );
  if (!update) {
    const before = existsSync(path);
    return against(before ? parseBaseline(readText(path), path) : emptyBaseline, onVerdict);
  }
  const result = await against(emptyBaseline);
  if (result.faulty > 0) {
    note(args, io, `${path}: not written, because a budget could not be measured.`);
    return result;
  }
  const written = formatBaseline(result.measured);
  writeWhole(path, written);
  note(args, io, `${path}: ${result.measured.size} cases. Commit it.`);
  return against(parseBaseline(written, path), onVerdict);
};

const partOfFile = (file: ParsedBudgets, shard: Shard | null): ParsedBudgets => ({
  ...file,
  budgets: sliceOf(file.budgets, shard),
  lines: sliceOf(file.lines, shard),
});

/** A scenario that is not there is a failure of its budget, and has no content. */
const jobsThatAreThere = (workbench: Workbench, names: readonly string[]): readonly Job[] =>
  names.flatMap((name) => {
    try {
      return [...workbench.scenario(name).jobs];
    } catch {
      return [];
    }
  });

/** Of everything that the budgets of the whole file read. */
const inputsOf = (workbench: Workbench, file: ParsedBudgets, baseline: string): InputKeys => {
  const { name, sound } = besideBudgets(workbench, file);
  const { budgets } = file;
  const named = (of: 'model' | 'device' | 'scenario'): readonly string[] =>
    budgets.flatMap((budget) => budget[of] ?? []).map(name);
  const played = namedByJobs(jobsThatAreThere(workbench, named('scenario')));
  return inputKeysOf(workbench, {
    models: [...named('model'), ...played.models],
    devices: [...named('device'), ...played.devices],
    sounds: [...budgets.flatMap((budget) => budget.audio ?? []).map(sound), ...played.sounds],
    request: [budgets, existsSync(baseline) ? readText(baseline) : null, played.request],
  });
};

const refuseInitOptions = (args: Args): void => {
  const given = Object.keys(initOptions).find((option) => args.has(option));
  if (given !== undefined) {
    throw new CliError('usage', `--${given} is for --init: a budget says it in its own file.`);
  }
};

export const check: Command = {
  usage: '[BUDGETS.json] [options]',
  examples: [
    ['check', 'holds the budgets of budgets.json'],
    ['check --init --model my.nam --device mod-dwarf', "writes a first file from today's numbers"],
    ['check --update-baseline', 'records what everything costs now'],
    ['check ci/budgets.json --junit budgets.xml --markdown budgets.md', 'for a pipeline'],
  ],
  options: {
    ...reportOptions,
    baseline: {
      value: 'FILE',
      help: 'the committed baseline (default: baseline.json beside the budgets)',
    },
    jsonl: jsonlOption,
    shard: shardOption,
    workers: workersOption,
    'update-baseline': { help: 'write the baseline from what is measured now' },
    init: { help: "write a first file of budgets from today's numbers" },
    ...initOptions,
  },
  notes: [
    'Exit code 0 when all budgets hold, 1 when one does not, 2 for a faulty file, 3 when something could not be judged. On GitHub failures are annotated on their line, and the summary gets the table.',
  ],
  run: async (args, io) => {
    const path = budgetPath(args);
    if (args.flag('init')) return initBudgets(args, io, path);
    refuseInitOptions(args);
    const workbench = openWorkbench(io);
    const shard = shardFrom(args);
    if (shard !== null && args.flag('update-baseline')) {
      throw new CliError('usage', '--update-baseline needs all budgets: leave out --shard.');
    }
    const whole = readBudgets(workbench, path);
    const file = partOfFile(whole, shard);
    const baseline = baselinePath(args, io, whole);
    const output = new RowOutput(args, io, 'check', 'verdicts');
    const result = await judge(args, io, workbench, file, baseline, (one) => output.row(one));
    const { verdicts, counts, exitCode } = result;
    // Whatever happens to a report, what was found out is said before.
    if (output.wanted) {
      const inputs = shard === null ? {} : inputsOf(workbench, whole, baseline);
      const head = { ...headOf('check'), counts };
      const part = shard === null ? {} : { part: partOf(shard, inputs, verdicts, head) };
      output.end({ verdicts, counts, ...part });
    } else io.stdout.write(renderCheck(result, styleOf(args, io)));
    const written = writeReports(args, io, file, result);
    return written || exitCode === 1 ? exitCode : 2;
  },
};
