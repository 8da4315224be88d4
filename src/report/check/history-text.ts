/** `report history` for people: a line a case, with its course. */

import { changeOf, type HistoryEntry, type Series, seriesOf } from '../../study/check/history.ts';
import { numberText, signed } from '../../study/check/number-text.ts';
import type { Style } from '../text/style.ts';
import { left, right, textTable } from '../text/text-table.ts';
import { printable } from '../text/text-width.ts';

const blocks = { false: '▁▂▃▄▅▆▇█', true: '_.-=+*#@' } as const;
/** More than this many states are shown by the last of them. */
const mostStates = 24;

/** A mark a state, from the least to the greatest value. */
const courseText = ({ values }: Series, ascii: boolean): string => {
  const shown = values.slice(-mostStates).map(({ value }) => value);
  const least = Math.min(...shown);
  const span = Math.max(...shown) - least;
  const marks = blocks[`${ascii}`];
  return shown
    .map((value) => marks[span === 0 ? 0 : Math.round(((value - least) / span) * 7)] ?? '')
    .join('');
};

export const renderHistory = (entries: readonly HistoryEntry[], style: Style): string => {
  const series = seriesOf(entries);
  const states = new Set(entries.map((entry) => entry.at)).size;
  const changed = series.filter((one) => changeOf(one) !== 0).length;
  return [
    `${series.length} ${series.length === 1 ? 'case' : 'cases'} over ${states} states, ${changed} of them changed`,
    '',
    ...textTable(
      series,
      [
        left('case', ({ name }) => printable(name)),
        right('first', ({ values }) => numberText(values[0]?.value ?? 0)),
        right('last', ({ values }) => numberText(values.at(-1)?.value ?? 0)),
        right('change', (one) => `${signed(changeOf(one))} %`),
        left('course', (one) => courseText(one, style.ascii)),
      ],
      { ...style, color: false },
      { dispensable: ['course', 'first'] },
    ),
    '',
  ].join('\n');
};
