/** What `check` writes besides its verdicts: files that were asked for, annotations, the summary of a job. */
import { spawnSync } from 'node:child_process';
import { appendFileSync, existsSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import * as formats from '../report/check/formats.ts';
import { renderCheckMarkdown } from '../report/check/markdown.ts';
import { checkPage } from '../report/html/check-page.ts';
import type { ParsedBudgets } from '../scenario/parse-budgets.ts';
import type { CheckOutcome } from '../study/check/check.ts';
import { type HistoryEntry, historyLine, parseHistory } from '../study/check/history.ts';
import type { CheckResult } from '../study/check/verdict.ts';
import { writeWhole } from '../units/output-file.ts';
import { tool } from '../workbench/package-info.ts';
import type { Options } from './args.ts';
import type { Call } from './call.ts';
import { describeError } from './cli-error.ts';
import type { Io } from './io.ts';
import { pageOptions, writePages } from './pages.ts';

type Render = (result: CheckResult, version: string) => string;

/** An option a report. */
const reports: Readonly<Record<string, { readonly help: string; readonly render: Render }>> = {
  junit: { help: 'JUnit XML', render: formats.renderCheckJunit },
  markdown: { help: 'a summary for a pull request', render: renderCheckMarkdown },
  bencher: { help: 'Bencher Metric Format', render: formats.renderCheckBencher },
  gitlab: { help: "GitLab's code quality", render: formats.renderCheckGitlab },
  sarif: { help: 'SARIF, for code scanning', render: formats.renderCheckSarif },
};

export const reportOptions: Options = {
  ...Object.fromEntries(
    Object.entries(reports).map(([name, { help }]) => [name, { value: 'FILE', help }]),
  ),
  history: { value: 'FILE', help: 'append a line; `report history` draws them' },
  ...pageOptions,
};

/** Where pipelines put the commit. */
const variables = ['GITHUB_SHA', 'CI_COMMIT_SHA'] as const;

/** The state of the checkout that is measured: what the pipeline says, else what git says. */
const commitOf = (io: Io) => {
  const said = variables.map((name) => io.env[name]).find((value) => value !== undefined);
  const words = ['show', '-s', '--format=%H %cI', said ?? 'HEAD'];
  const { status, stdout } = spawnSync('git', words, { cwd: io.cwd, encoding: 'utf8' });
  const [at, date] = status === 0 ? stdout.trim().split(' ') : [];
  return { at: at ?? said ?? 'unknown', date: date ?? null };
};

const gitTop = (folder: string): string | null => {
  if (existsSync(join(folder, '.git'))) return folder;
  const above = dirname(folder);
  return above === folder ? null : gitTop(above);
};

const inside = (folder: string, path: string): string | null => {
  const way = relative(folder, path);
  return way.startsWith('..') || isAbsolute(way) ? null : way;
};

/**
 * A file as pull requests name it: relative to GitHub's workspace, else to the top of the git
 * repository, else to the current folder; with `/`. What lies outside keeps its whole path.
 */
const workspacePath = (io: Io, path: string): string => {
  const full = realpathSync(resolve(io.cwd, path));
  const given = io.env.GITHUB_WORKSPACE ?? '';
  const tops = [
    given !== '' && existsSync(given) ? realpathSync(given) : null,
    gitTop(dirname(full)),
    realpathSync(io.cwd),
  ];
  const found = tops.map((top) => (top === null ? null : inside(top, full)));
  return (found.find((way) => way !== null) ?? full).split(sep).join('/');
};

/** What earlier checks found: `--history`, or the usual file beside the budgets. */
const historyOf = (call: Call, { origin }: ParsedBudgets): readonly HistoryEntry[] => {
  const beside = join(dirname(resolve(call.io.cwd, origin)), 'history.jsonl');
  const path = call.path(call.text('history') ?? beside);
  return existsSync(path) ? parseHistory(readFileSync(path, 'utf8'), path) : [];
};

/** Each is tried, whatever became of the others; false where one could not be written, which is said. */
export const writeReports = (call: Call, file: ParsedBudgets, result: CheckOutcome): boolean => {
  const { env, stderr } = call.io;
  // With the path of the budgets as a pull request has it.
  const place = workspacePath(call.io, file.origin);
  const verdicts = result.verdicts.map((verdict) => ({ ...verdict, file: place }));
  const shown = { ...result, verdicts };
  const summary = env.GITHUB_STEP_SUMMARY ?? '';
  const history = call.text('history');
  const writes: (() => void)[] = [
    // Workflow commands work on either stream; stdout belongs to the results.
    () => {
      if (env.GITHUB_ACTIONS === 'true')
        stderr.write(formats.renderCheckAnnotations(shown), 'commands');
    },
    () => {
      if (summary !== '') appendFileSync(summary, renderCheckMarkdown(shown));
    },
    ...Object.entries(reports).map(([option, { render }]) => () => {
      const path = call.text(option);
      if (path !== undefined) writeWhole(call.path(path), render(shown, tool.version));
    }),
    () => {
      if (history === undefined) return;
      const entry = { ...commitOf(call.io), version: tool.version };
      appendFileSync(call.path(history), historyLine(entry, result.measured));
    },
    () => writePages('check', call, () => checkPage(shown, historyOf(call, file))),
  ];
  const tried = (write: () => void): boolean => {
    try {
      write();
      return true;
    } catch (error) {
      stderr.write(`pedalbench check: ${describeError(error)}\n`);
      return false;
    }
  };
  return writes.map(tried).every((written) => written);
};
