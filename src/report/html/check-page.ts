/** `check --html`: how much of each limit is used, and what does not hold. */
import { numberText } from '../../study/check/number-text.ts';
import type { CheckResult, CheckVerdict, Status } from '../../study/check/verdict.ts';
import { type BarGroup, barChart } from '../chart/bar-chart.ts';
import type { Tone } from '../chart/svg.ts';
import { summaryLine } from '../check/markdown.ts';
import { left } from '../text/text-table.ts';
import type { Page } from './page.ts';
import { loadBar, orDash, tableOf } from './tones.ts';

const tones: Readonly<Record<Status, Tone>> = {
  fail: 'bad',
  inconclusive: 'muted',
  warn: 'near',
  pass: 'good',
  off: 'muted',
};

/** How much of a ceiling is used; none where the limit is of another kind. */
const usedBars = (verdict: CheckVerdict): readonly BarGroup[] => {
  const { limitKind, actual, limit, budget, width, scenario, status } = verdict;
  if (limitKind !== 'max' || actual === null || limit <= 0) return [];
  const label = width ?? scenario ?? '';
  return [{ title: budget, bars: [loadBar(label, actual / limit, status, tones[status])] }];
};

export const checkPage = (result: CheckResult): Page => ({
  title: 'CPU budgets',
  lead: summaryLine(result),
  figures: [
    barChart({
      id: 'ceilings',
      title: 'How much of each ceiling is used',
      note: 'At 100 % a budget is used up.',
      unit: 'actual in percent of the ceiling',
      groupName: 'budget',
      labelName: 'width',
      groups: result.verdicts.flatMap(usedBars),
      limits: [{ at: 100, text: 'limit' }],
      cutAt: 200,
    }),
  ],
  tables: [
    tableOf('Every limit', result.verdicts, [
      left('status', ({ status }) => status),
      left('budget', ({ budget }) => budget),
      left('metric', ({ metric }) => metric),
      left('limit', ({ limitKind, limit }) => `${limitKind} ${numberText(limit)}`),
      left('actual', ({ actual }) => orDash(actual, numberText)),
      left('baseline', ({ baseline }) => orDash(baseline, numberText)),
      left('message', ({ message }) => message),
    ]),
  ],
});
