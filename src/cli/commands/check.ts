/** `pedalbench check`: holds CPU budgets; fails when one does not hold. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { atRate } from '../../audio/resampled-sound.ts';
import { renderCheck } from '../../report/check/text.ts';
import type { ParsedBudgets } from '../../scenario/parse-budgets.ts';
import {
  type Baseline,
  emptyBaseline,
  formatBaseline,
  parseBaseline,
} from '../../study/check/baseline.ts';
import type { CheckOutcome } from '../../study/check/check.ts';
import { writeWhole } from '../../units/output-file.ts';
import { readText } from '../../units/read-text.ts';
import { type CheckRequest, check as checkBudgets, readBudgets } from '../../workbench/check.ts';
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
import { note, printJson, styleOf } from '../output.ts';
import { Progress } from '../progress.ts';
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
): Promise<CheckOutcome> => {
  const update = args.flag('update-baseline');
  const against = (baseline: Baseline): Promise<CheckOutcome> =>
    new Progress(args, io, 'budgets').of((hooks) =>
      checkBudgets(workbench, { budgets, baseline, esrToFull: ratiosFrom(args, io) }, hooks),
    );
  if (!update) {
    const before = existsSync(path);
    return against(before ? parseBaseline(readText(path), path) : emptyBaseline);
  }
  const result = await against(emptyBaseline);
  if (result.faulty > 0) {
    note(args, io, `${path}: not written, because a budget could not be measured.`);
    return result;
  }
  const written = formatBaseline(result.measured);
  writeWhole(path, written);
  note(args, io, `${path}: ${result.measured.size} cases. Commit it.`);
  return against(parseBaseline(written, path));
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
    const file = readBudgets(workbench, path);
    const result = await judge(args, io, workbench, file, baselinePath(args, io, file));
    const { verdicts, counts, exitCode } = result;
    // Whatever happens to a report, what was found out is said before.
    if (args.flag('json')) printJson(io, 'check', { verdicts, counts });
    else io.stdout.write(renderCheck(result, styleOf(args, io)));
    const written = writeReports(args, io, file, result);
    return written || exitCode === 1 ? exitCode : 2;
  },
};
