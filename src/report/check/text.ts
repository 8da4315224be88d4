/** `check` for people: failures first, then a line a limit, then what to do; and `report history`, a line a case. */
import { numberText, signed } from '../../study/check/growth.ts';
import { changeOf, type HistoryEntry, type Series, seriesOf } from '../../study/check/history.ts';
import type { CheckResult, CheckVerdict } from '../../study/check/verdict.ts';
import { counted } from '../../units/number-text.ts';
import { blocksText } from '../text/blocks.ts';
import type { Column, Style } from '../text/text-table.ts';
import { left, paint, right, textTable } from '../text/text-table.ts';
import { printable, wrap } from '../text/text-width.ts';
import { isFaulty, isLoud, statuses, statusWord, summaryLine } from './markdown.ts';

const wordWidth = Math.max(...Object.values(statuses).map(({ word }) => word.length)) + 1;

const mark = (verdict: CheckVerdict, style: Style): string =>
  paint(style, statuses[verdict.status].ink, statusWord(verdict).padEnd(wordWidth));

const message = (verdict: CheckVerdict, style: Style): string[] =>
  wrap(`${verdict.budget}: ${verdict.message}`, Math.max(40, style.columns - wordWidth)).map(
    (line, i) => (i === 0 ? mark(verdict, style) : ' '.repeat(wordWidth)) + line,
  );

const quiet = (verdict: CheckVerdict, nameWidth: number, style: Style): string => {
  const { status, budget, metric, limitKind, limit, delta, actual } = verdict;
  const unit = limitKind === 'maxIncreasePercent' ? ' %' : '';
  const found = numberText((unit === '' ? actual : delta) ?? 0) + unit;
  const held = `${limitKind === 'min' ? '>=' : '<='} ${numberText(limit)}${unit}`;
  const value = status === 'off' ? '' : `${found.padStart(12)} ${held}`;
  return `${mark(verdict, style)}${budget.padEnd(nameWidth)} ${metric.padEnd(18)} ${value}`.trimEnd();
};

const grownAction = (command: string): string =>
  `If a cost is meant to grow, raise its limit in the budget file and write the baseline anew: pedalbench ${command} --update-baseline. Else 'pedalbench explain' shows where it goes.`;

const nextAction = ({ counts, verdicts }: CheckResult, command: string): string => {
  const faulty = verdicts.filter(isFaulty).length;
  const mend = 'What could not be measured has no limit to raise: mend what its line names.';
  if (counts.fail > 0) {
    const actions = [faulty > 0 && mend, counts.fail > faulty && grownAction(command)];
    return actions.filter((action) => action !== false).join(' ');
  }
  if (counts.inconclusive > 0) {
    return `What could not be judged is no pass: write the missing baseline (pedalbench ${command} --update-baseline), or give the device a profile with a chip.`;
  }
  const limits = counts.off === 1 ? '1 limit is' : `${counts.off} limits are`;
  const off = counts.off === 0 ? '' : `${limits} off and`;
  if (counts.pass + counts.warn === 0) {
    return `Nothing was judged: ${off} not looked at. Write "level": "error" to hold a budget.`;
  }
  const rest = off === '' ? '' : ` ${off} not judged.`;
  if (counts.warn > 0) return `Nothing fails, and what is over warns only.${rest}`;
  return `${off === '' ? 'All budgets hold.' : 'All that was judged holds.'}${rest} To tighten them, lower max towards the actual values above.`;
};

/** @param command as it was typed, without what it writes: 'check my-budgets.json' */
export const renderCheck = (result: CheckResult, style: Style, command = 'check'): string => {
  const nameWidth = Math.max(0, ...result.verdicts.map((verdict) => verdict.budget.length));
  const messages = result.verdicts.filter(isLoud).flatMap((verdict) => message(verdict, style));
  const rows = result.verdicts
    .filter((verdict) => !isLoud(verdict))
    .map((verdict) => quiet(verdict, Math.min(nameWidth, 48), style));
  const next = wrap(nextAction(result, command), style.columns);
  return blocksText(messages, rows, [summaryLine(result), ...next]);
};

/** More than this many states are shown by the last of them. */
const mostStates = 24;

/** A mark a state, from the least to the greatest value. */
const courseText = ({ values }: Series, ascii: boolean): string => {
  const shown = values.slice(-mostStates).map(({ value }) => value);
  const least = Math.min(...shown);
  const span = Math.max(...shown) - least;
  const marks = ascii ? '_.-=+*#@' : '▁▂▃▄▅▆▇█';
  const place = (value: number): number => (span === 0 ? 0 : ((value - least) / span) * 7);
  return shown.map((value) => marks[Math.round(place(value))] ?? '').join('');
};

/** What tables say of a case over time. */
export const historyColumns: readonly Column<Series>[] = [
  left('case', ({ name }) => printable(name)),
  right('first', ({ values }) => numberText(values[0]?.value ?? 0)),
  right('last', ({ values }) => numberText(values.at(-1)?.value ?? 0)),
  right('change', (one) => `${signed(changeOf(one))} %`),
];

export const renderHistory = (entries: readonly HistoryEntry[], style: Style): string => {
  const series = seriesOf(entries);
  const states = new Set(entries.map((entry) => entry.at)).size;
  const changed = series.filter((one) => changeOf(one) !== 0).length;
  return blocksText(
    [
      `${counted(series.length, 'case')} over ${counted(states, 'state')}, ${changed} of them changed`,
    ],
    textTable(series, { ...style, color: false, dispensable: ['course', 'first'] }, [
      ...historyColumns,
      left('course', (one) => courseText(one, style.ascii)),
    ]),
  );
};
