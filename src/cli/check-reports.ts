/** What `check` writes besides its verdicts: files that were asked for, annotations, the summary of a job. */
import { appendFileSync } from 'node:fs';
import { renderCheckAnnotations } from '../report/check/annotations.ts';
import { renderCheckBencher } from '../report/check/bencher.ts';
import { renderCheckGitlab } from '../report/check/gitlab.ts';
import { renderCheckJunit } from '../report/check/junit.ts';
import { renderCheckMarkdown } from '../report/check/markdown.ts';
import { renderCheckSarif } from '../report/check/sarif.ts';
import { checkPage } from '../report/html/check-page.ts';
import type { ParsedBudgets } from '../scenario/parse-budgets.ts';
import type { CheckOutcome } from '../study/check/check.ts';
import { historyLine } from '../study/check/history.ts';
import type { CheckResult } from '../study/check/verdict.ts';
import { writeWhole } from '../units/output-file.ts';
import { tool } from '../workbench/package-info.ts';
import { pathFrom } from '../workbench/places.ts';
import type { Args } from './args.ts';
import { commitOf } from './commit.ts';
import { describeError } from './describe-error.ts';
import { pageOptions, writePages } from './html-option.ts';
import type { Io } from './io.ts';
import type { OptionSpec } from './option-spec.ts';
import { workspacePath } from './workspace.ts';

type Render = (result: CheckResult, version: string) => string;

/** An option a report. */
const reports: Readonly<Record<string, { readonly help: string; readonly render: Render }>> = {
  junit: { help: 'JUnit XML', render: renderCheckJunit },
  markdown: { help: 'a summary for a pull request', render: renderCheckMarkdown },
  bencher: { help: 'Bencher Metric Format', render: renderCheckBencher },
  gitlab: { help: "GitLab's code quality", render: renderCheckGitlab },
  sarif: { help: 'SARIF, for code scanning', render: renderCheckSarif },
};

export const reportOptions: Readonly<Record<string, OptionSpec>> = {
  ...Object.fromEntries(
    Object.entries(reports).map(([name, { help }]) => [name, { value: 'FILE', help }]),
  ),
  history: { value: 'FILE', help: 'append a line; `report history` draws them' },
  ...pageOptions,
};

/** With the path of the budgets as a pull request has it. */
const placed = (io: Io, file: ParsedBudgets, result: CheckResult): CheckResult => {
  const path = workspacePath(io, file.origin);
  return { ...result, verdicts: result.verdicts.map((verdict) => ({ ...verdict, file: path })) };
};

const appendHistory = (args: Args, io: Io, { measured }: CheckOutcome): void => {
  const path = args.text('history');
  if (path === null) return;
  const entry = { ...commitOf(io), version: tool.version };
  appendFileSync(pathFrom(io, path), historyLine(entry, measured));
};

/** Each is tried, whatever became of the others; false where one could not be written, which is said. */
export const writeReports = (
  args: Args,
  io: Io,
  file: ParsedBudgets,
  result: CheckOutcome,
): boolean => {
  const shown = placed(io, file, result);
  const summary = io.env.GITHUB_STEP_SUMMARY ?? '';
  const writes: (() => void)[] = [
    // Workflow commands work on either stream; stdout belongs to the results.
    () => {
      if (io.env.GITHUB_ACTIONS === 'true') {
        io.stderr.write(renderCheckAnnotations(shown), 'commands');
      }
    },
    () => {
      if (summary !== '') appendFileSync(summary, renderCheckMarkdown(shown));
    },
    ...Object.entries(reports).map(([option, { render }]) => () => {
      const path = args.text(option);
      if (path !== null) writeWhole(pathFrom(io, path), render(shown, tool.version));
    }),
    () => appendHistory(args, io, result),
    () => writePages('check', args, io, () => checkPage(shown)),
  ];
  return writes.map((write) => tried(io, write)).every((written) => written);
};

const tried = (io: Io, write: () => void): boolean => {
  try {
    write();
    return true;
  } catch (error) {
    io.stderr.write(`pedalbench check: ${describeError(error)}\n`);
    return false;
  }
};
