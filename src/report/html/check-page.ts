/** `check --html`: how much of each limit is used, and what does not hold. */
import { numberText } from '../../study/check/evaluate.ts';
import type { CheckResult, CheckVerdict, Status } from '../../study/check/verdict.ts';
import { barChart } from '../chart/bar-chart.ts';
import type { Tone } from '../chart/svg.ts';
import { summaryLine } from '../check/markdown.ts';
import type { Page } from './page.ts';
import { percentText } from './tones.ts';

const tones: Readonly<Record<Status, Tone>> = {
  fail: 'bad',
  inconclusive: 'muted',
  warn: 'near',
  pass: 'good',
  off: 'muted',
};

const usedShare = (verdict: CheckVerdict): number | null =>
  verdict.limitKind === 'max' && verdict.actual !== null && verdict.limit > 0
    ? verdict.actual / verdict.limit
    : null;

export const checkPage = (result: CheckResult, command: string, tool: string): Page => {
  const ceilings = result.verdicts.flatMap((verdict) => {
    const share = usedShare(verdict);
    return share === null ? [] : [{ verdict, share }];
  });
  return {
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
        groups: ceilings.map(({ verdict, share }) => ({
          title: verdict.budget,
          bars: [
            {
              label: verdict.width ?? verdict.scenario ?? '',
              value: share * 100,
              text: percentText(share),
              word: verdict.status,
              tone: tones[verdict.status],
            },
          ],
        })),
        limits: [{ at: 100, text: 'limit' }],
        cutAt: 200,
      }),
    ],
    tables: [
      {
        caption: 'Every limit',
        columns: ['status', 'budget', 'metric', 'limit', 'actual', 'baseline', 'message'],
        rows: result.verdicts.map((verdict) => [
          verdict.status,
          verdict.budget,
          verdict.metric,
          `${verdict.limitKind} ${numberText(verdict.limit)}`,
          verdict.actual === null ? '–' : numberText(verdict.actual),
          verdict.baseline === null ? '–' : numberText(verdict.baseline),
          verdict.message,
        ]),
      },
    ],
    command,
    tool,
  };
};
