/** The verdicts of `check` as Markdown, for a pull request's summary. */
import { numberText } from '../../study/check/number-text.ts';
import {
  type CheckResult,
  type CheckVerdict,
  type Status,
  subjectParts,
} from '../../study/check/verdict.ts';

/** Anything that Markdown, a table or HTML would take for its own is escaped. */
const cell = (text: string): string =>
  text
    .replace(/[\r\n\t]+/g, ' ')
    .replace(/[\\`*_{}[\]<>#|~$@]/g, (char) => (char === '@' ? '&#64;' : `\\${char}`));

const marks: Readonly<Record<Status, string>> = {
  fail: '❌ over',
  inconclusive: '❔ not judged',
  warn: '⚠️ warning',
  pass: '✅ holds',
  off: '➖ off',
};

const value = (number: number | null): string => (number === null ? '–' : numberText(number));

const row = (verdict: CheckVerdict): string => {
  const limit = `${verdict.limitKind === 'min' ? '≥' : '≤'} ${numberText(verdict.limit)}${verdict.limitKind === 'maxIncreasePercent' ? ' % growth' : ''}`;
  const delta =
    verdict.delta === null
      ? '–'
      : `${verdict.delta > 0 ? '+' : ''}${numberText(verdict.delta)}${verdict.limitKind === 'maxIncreasePercent' ? ' %' : ''}`;
  const cells = [
    marks[verdict.status],
    cell(verdict.budget),
    cell(subjectParts(verdict).join(' · ')),
    cell(verdict.metric),
    limit,
    value(verdict.actual),
    value(verdict.baseline),
    delta,
  ];
  return `| ${cells.join(' | ')} |`;
};

export const summaryLine = (result: CheckResult): string => {
  const { fail, inconclusive, warn, pass, off } = result.counts;
  const parts = [
    fail > 0 ? `${fail} over` : null,
    inconclusive > 0 ? `${inconclusive} not judged` : null,
    warn > 0 ? `${warn} ${warn === 1 ? 'warning' : 'warnings'}` : null,
    `${pass} hold`,
    off > 0 ? `${off} off` : null,
  ];
  return parts.filter((part) => part !== null).join(', ');
};

export const renderCheckMarkdown = (result: CheckResult): string => {
  const loud = result.verdicts.filter(
    (verdict) =>
      verdict.status === 'fail' || verdict.status === 'inconclusive' || verdict.status === 'warn',
  );
  const messages = loud.map((verdict) => `- **${cell(verdict.budget)}** ${cell(verdict.message)}`);
  return [
    `### CPU budgets: ${summaryLine(result)}`,
    '',
    ...(messages.length > 0 ? [...messages, ''] : []),
    '| | Budget | What | Metric | Limit | Actual | Baseline | Difference |',
    '|---|---|---|---|--:|--:|--:|--:|',
    ...result.verdicts.map(row),
    '',
  ].join('\n');
};
