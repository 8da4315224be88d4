/** Headroom of one pedal: a bar a width and number of copies, with its interval and the limits. */
import type { JSX } from 'preact';
import { loadWithInterval } from '../../report/predict/verdict-text.ts';
import type { PredictRow } from '../../study/predict/row.ts';
import { times } from '../../units/number-text.ts';
import { said } from '../verdict.ts';

interface RowProps {
  readonly row: PredictRow;
  /** The share of a core at the right edge. */
  readonly top: number;
}

const Bar = ({ row, top }: RowProps): JSX.Element | null => {
  const at = (share: number): string => `${Math.min(100, (100 * share) / top)}%`;
  if (row.load === null) return null;
  const { low, expected, high } = row.load;
  return (
    <span class={`bar-track ${said(row).tone}`} aria-hidden="true">
      <span class="bar-fill" style={{ width: at(expected) }} />
      <span
        class="bar-interval"
        style={{ left: at(low), width: `calc(${at(high)} - ${at(low)})` }}
      />
      <span class="bar-limit" style={{ left: at(1 - (row.margin ?? 0)) }} />
      <span class="bar-deadline" style={{ left: at(1) }} />
    </span>
  );
};

const Cells = ({ row, top }: RowProps): JSX.Element => (
  <>
    <td class="copies">{times(row.copies)}</td>
    <td class="load">
      <div>
        <Bar row={row} top={top} />
        <span>{loadWithInterval(row) || 'unknown'}</span>
      </div>
    </td>
    <td class={`tone ${said(row).tone}`}>
      <span aria-hidden="true">{said(row).glyph}</span> {said(row).word}
    </td>
    <td>{row.chance == null ? '' : `${Math.round(row.chance * 100)} %`}</td>
  </>
);

export const Bars = ({ rows }: { readonly rows: readonly PredictRow[] }): JSX.Element => {
  // What is far over would leave no room for what fits.
  const top = Math.min(2, Math.max(1.1, ...rows.map((row) => row.load?.high ?? 0)));
  const labels = [...new Set(rows.map(({ width }) => width.label))];
  return (
    <table class="bars-table">
      <thead>
        <tr>
          <th scope="col">Width</th>
          <th scope="col">Copies</th>
          <th scope="col">Load (nine of ten)</th>
          <th scope="col">Verdict</th>
          <th scope="col">Chance</th>
        </tr>
      </thead>
      {labels.map((label) => {
        const own = rows.filter(({ width }) => width.label === label);
        return (
          <tbody key={label}>
            {own.map((row, i) => (
              <tr key={String(i)}>
                {i === 0 && (
                  <th scope="rowgroup" rowSpan={own.length}>
                    {label}
                  </th>
                )}
                <Cells row={row} top={top} />
              </tr>
            ))}
          </tbody>
        );
      })}
    </table>
  );
};
