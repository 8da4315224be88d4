/** The verdicts of `check` as Markdown, for a pull request's summary. */
import { numberText, signed } from '../../study/check/growth.ts';
import type { CheckResult, CheckVerdict, Status } from '../../study/check/verdict.ts';
import { subjectParts } from '../../study/check/verdict.ts';
import { counted } from '../../units/number-text.ts';
import type { Tone } from '../chart/svg.ts';
import type { Ink } from '../text/text-table.ts';

/** Anything that Markdown, a table or HTML would take for its own is escaped. */
const cell = (text: string): string =>
  text
    .replace(/[\r\n\t]+/g, ' ')
    .replace(/[\\`*_{}[\]<>#|~$@]/g, (char) => (char === '@' ? '&#64;' : `\\${char}`));

type Look = Readonly<{ word: string; mark: string; ink: Ink; tone: Tone }>;

/** How a limit stands: in words, as a mark in Markdown, in a terminal and in a chart. */
export const statuses: Readonly<Record<Status, Look>> = {
  fail: { word: 'over', mark: '❌', ink: 'red', tone: 'bad' },
  inconclusive: { word: 'not judged', mark: '❔', ink: 'magenta', tone: 'muted' },
  warn: { word: 'warning', mark: '⚠️', ink: 'yellow', tone: 'near' },
  pass: { word: 'holds', mark: '✅', ink: 'green', tone: 'good' },
  off: { word: 'off', mark: '➖', ink: 'dim', tone: 'muted' },
};
/** A `fail` without a value is of its own kind: nothing was measured that a limit could be held to. */
export const isFaulty = ({ status, actual }: Pick<CheckVerdict, 'status' | 'actual'>): boolean =>
  status === 'fail' && actual === null;
export const statusWord = (verdict: Pick<CheckVerdict, 'status' | 'actual'>): string =>
  isFaulty(verdict) ? 'faulty' : statuses[verdict.status].word;

/** What somebody has to look at. */
export const isLoud = ({ status }: Pick<CheckVerdict, 'status'>): boolean =>
  status === 'fail' || status === 'inconclusive' || status === 'warn';

const value = (number: number | null): string => (number === null ? '–' : numberText(number));

/** What a table says of a limit, and its cells. */
export const limitColumns: readonly string[] = [
  ...['Budget', 'What', 'Metric', 'Limit', 'Actual', 'Baseline', 'Difference'],
];
export const limitCells = (verdict: CheckVerdict): readonly string[] => {
  const { limitKind, delta } = verdict;
  const grows = limitKind === 'maxIncreasePercent';
  const limit = `${limitKind === 'min' ? '≥' : '≤'} ${numberText(verdict.limit)}${grows ? ' % growth' : ''}`;
  const change = delta === null ? '–' : `${signed(delta)}${grows ? ' %' : ''}`;
  const named = [verdict.budget, subjectParts(verdict).join(' · '), verdict.metric];
  return [...named, limit, value(verdict.actual), value(verdict.baseline), change];
};

const row = (verdict: CheckVerdict): string => {
  const mark = `${statuses[verdict.status].mark} ${statusWord(verdict)}`;
  const [budget = '', what = '', metric = '', ...numbers] = limitCells(verdict);
  return `| ${[mark, ...[budget, what, metric].map(cell), ...numbers].join(' | ')} |`;
};

export const summaryLine = (result: CheckResult): string => {
  const { fail, inconclusive, warn, pass, off } = result.counts;
  const faulty = result.verdicts.filter(isFaulty).length;
  const parts = [
    fail > faulty && `${fail - faulty} over`,
    faulty > 0 && `${faulty} faulty`,
    inconclusive > 0 && `${inconclusive} not judged`,
    warn > 0 && counted(warn, 'warning'),
    `${pass} ${pass === 1 ? 'holds' : 'hold'}`,
    off > 0 && `${off} off`,
  ];
  return parts.filter(Boolean).join(', ');
};

export const renderCheckMarkdown = (result: CheckResult): string => {
  const messages = result.verdicts
    .filter(isLoud)
    .map(({ budget, message }) => `- **${cell(budget)}** ${cell(message)}`);
  return [
    `### CPU budgets: ${summaryLine(result)}`,
    '',
    ...(messages.length > 0 ? [...messages, ''] : []),
    `| | ${limitColumns.join(' | ')} |`,
    '|---|---|---|---|--:|--:|--:|--:|',
    ...result.verdicts.map(row),
    '',
  ].join('\n');
};
