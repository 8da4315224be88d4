/** `pedalbench check`: holds CPU budgets; fails when one does not hold. */
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { esrToFull } from '../../library/fidelity.ts';
import { findModel, modelPaths } from '../../library/find-model.ts';
import { type Library, libraryOf } from '../../library/library.ts';
import { measureBudgets } from '../../library/measure-budgets.ts';
import { measuredPairs } from '../../library/measured.ts';
import { pathFrom } from '../../library/places.ts';
import { renderCheckAnnotations } from '../../report/check/annotations.ts';
import { renderCheckBencher } from '../../report/check/bencher.ts';
import { renderCheckJunit } from '../../report/check/junit.ts';
import { renderCheckMarkdown } from '../../report/check/markdown.ts';
import { renderCheck } from '../../report/check/text.ts';
import { checkPage } from '../../report/html/check-page.ts';
import { type ParsedBudgets, parseBudgets } from '../../scenario/parse-budgets.ts';
import {
  type Baseline,
  emptyBaseline,
  formatBaseline,
  parseBaseline,
} from '../../study/check/baseline.ts';
import { type CheckOutcome, check as checkBudgets, type Measure } from '../../study/check/check.ts';
import { firstBudgets } from '../../study/check/first-budgets.ts';
import { predict } from '../../study/predict/predict.ts';
import type { Args } from '../args.ts';
import { openAudio } from '../audio-input.ts';
import { CliError } from '../cli-error.ts';
import type { Command } from '../command.ts';
import { pageOptions, writePages } from '../html-option.ts';
import type { ExitCode, Io } from '../io.ts';
import { breathe, note, printJson, styleOf } from '../output.ts';
import { Progress } from '../progress.ts';
import { devicesOf, workersOption } from '../study-options.ts';
import { writeWhole } from '../write-file.ts';

const usualFile = 'budgets.json';

/** A path as the reader of the file would write it. */
const budgetPath = (args: Args): string => {
  const [file, ...more] = args.positionals;
  if (more.length > 0) {
    throw new CliError('usage', `Expected one file of budgets, got ${args.positionals.length}.`);
  }
  return file ?? usualFile;
};

const readBudgets = (io: Io, path: string): ParsedBudgets => {
  const full = pathFrom(io, path);
  if (!existsSync(full)) {
    throw new CliError(
      'not-found',
      `${path}: no such file. Write a first one from today's numbers with 'pedalbench check --init'.`,
    );
  }
  return parseBudgets(readFileSync(full, 'utf8'), path);
};

const baselinePath = (args: Args, io: Io, file: ParsedBudgets): string => {
  const given = args.text('baseline');
  if (given !== null) return pathFrom(io, given);
  return join(dirname(pathFrom(io, file.origin)), file.baseline ?? 'baseline.json');
};

const measureFrom = (args: Args, io: Io, library: Library, file: ParsedBudgets): Measure =>
  measureBudgets(library, file, async (model, widths, audio) => {
    const reader = openAudio(args, io, audio);
    const progress = new Progress(args, io, `${model.id} on ${audio}`);
    try {
      return await esrToFull(reader, model, widths, 'libm', progress.step);
    } finally {
      progress.end();
      reader.close();
    }
  });

const writeReports = (args: Args, io: Io, result: CheckOutcome): void => {
  const reports = [
    ['junit', renderCheckJunit],
    ['markdown', renderCheckMarkdown],
    ['bencher', renderCheckBencher],
  ] as const;
  for (const [option, render] of reports) {
    const path = args.text(option);
    if (path !== null) writeWhole(pathFrom(io, path), render(result));
  }
  const summary = io.env.GITHUB_STEP_SUMMARY;
  if (summary !== undefined && summary !== '') appendFileSync(summary, renderCheckMarkdown(result));
  // Workflow commands work on either stream; stdout belongs to the results.
  if (io.env.GITHUB_ACTIONS === 'true') io.stderr.write(renderCheckAnnotations(result));
};

const init = (args: Args, io: Io): ExitCode => {
  const path = budgetPath(args);
  if (existsSync(pathFrom(io, path))) {
    throw new CliError(
      'invalid',
      `${path}: is already there and stays as it is. Name another file.`,
    );
  }
  const library = libraryOf(io);
  const names = args.list('model') ?? [...modelPaths(io).keys()];
  const { rows } = predict({
    models: names.map((name) => findModel(io, name)),
    devices: devicesOf(args, io),
    engines: library.engines,
    coreOf: (id) => library.core(id),
    measured: measuredPairs(io),
  });
  const budgets = firstBudgets(rows);
  if (budgets.length === 0) {
    throw new CliError(
      'invalid',
      'None of these devices has a chip that is known, so there is no cost to hold.',
    );
  }
  const document = {
    $schema: './node_modules/pedalbench/schemas/budgets.schema.json',
    budgets,
  };
  writeWhole(pathFrom(io, path), `${JSON.stringify(document, null, 2)}\n`);
  note(
    args,
    io,
    `${path}: ${budgets.length} budgets, 5 % above today's cost, and at most 1 % growth. Next: 'pedalbench check --update-baseline', commit both files. To tighten a budget lower its max; to make it strict set maxIncreasePercent to 0.`,
  );
  return 0;
};

export const check: Command = {
  usage: '[BUDGETS.json] [options]',
  examples: [
    ['check', 'holds the budgets of budgets.json'],
    ['check --init --model my --device mod-dwarf', "writes a first file from today's numbers"],
    ['check --update-baseline', 'records what everything costs now'],
    ['check ci/budgets.json --junit budgets.xml --markdown budgets.md', 'for a pipeline'],
  ],
  options: {
    junit: { value: 'FILE', help: 'JUnit XML' },
    markdown: { value: 'FILE', help: 'a summary for a pull request' },
    bencher: { value: 'FILE', help: 'Bencher Metric Format' },
    baseline: {
      value: 'FILE',
      help: 'the committed baseline (default: baseline.json beside the budgets)',
    },
    workers: workersOption,
    ...pageOptions,
    'update-baseline': { help: 'write the baseline from what is measured now' },
    init: { help: "write a first file of budgets from today's numbers" },
    model: { value: 'M,...', help: 'with --init: which models (default: all)', list: true },
    device: { value: 'ID,...|all', help: 'with --init: which pedals (default: all)', list: true },
  },
  notes: [
    'Exit code 0 when all budgets hold, 1 when one does not, 2 for a faulty file, 3 when something could not be judged. On GitHub failures are annotated on their line, and the summary gets the table.',
  ],
  run: async (args, io) => {
    if (args.flag('init')) return init(args, io);
    const file = readBudgets(io, budgetPath(args));
    const path = baselinePath(args, io, file);
    const update = args.flag('update-baseline');
    const baseline: Baseline =
      !update && existsSync(path) ? parseBaseline(readFileSync(path, 'utf8'), path) : emptyBaseline;
    const progress = new Progress(args, io, 'budgets');
    const library = libraryOf(io);
    const measure = measureFrom(args, io, library, file);
    const counted: Measure = async (budget, index) => {
      const measured = await measure(budget, index);
      progress.update((index + 1) / file.budgets.length);
      await breathe(io);
      return measured;
    };
    let result: CheckOutcome;
    try {
      result = await checkBudgets(file, baseline, counted);
      if (update) {
        const written = formatBaseline(result.measured);
        writeWhole(path, written);
        // Judged against what was written, rounded as it is: nothing has grown.
        result = await checkBudgets(file, parseBaseline(written, path), measure);
        note(args, io, `${path}: ${result.measured.size} cases. Commit it.`);
      }
    } finally {
      progress.end();
    }
    writeReports(args, io, result);
    const judged = result;
    writePages('check', args, io, (command, tool) => checkPage(judged, command, tool));
    const { verdicts, counts, exitCode } = result;
    if (args.flag('json')) printJson(io, 'check', { verdicts, counts });
    else io.stdout.write(renderCheck(result, styleOf(args, io)));
    return exitCode;
  },
};
