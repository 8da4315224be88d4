/** Headroom of one pedal: a bar a width and number of copies, with its interval and the limits. */
import type { JSX } from 'preact';
import { loadWithInterval } from '../../report/predict/verdict-text.ts';
import type { PredictRow } from '../../study/predict/row.ts';
import { times } from '../../units/number-text.ts';
import { said } from '../verdict.ts';

export const Bars = ({ rows }: { readonly rows: readonly PredictRow[] }): JSX.Element => {
  // What is far over would leave no room for what fits.
  const top = Math.min(2, Math.max(1.1, ...rows.map((row) => row.load?.high ?? 0)));
  const at = (share: number): string => `${Math.min(100, (100 * share) / top)}%`;
  return (
    <table class="bars-table">
      <thead>
        <tr>
          <th scope="col">Width</th>
          <th scope="col">Copies</th>
          <th scope="col" class="wide">
            Load of one audio core
          </th>
          <th scope="col">Load (nine of ten)</th>
          <th scope="col">Verdict</th>
          <th scope="col">Chance</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={`${row.width.label} ${row.copies}`}>
            <th scope="row">{row.width.label}</th>
            <td>{times(row.copies)}</td>
            <td class="wide">
              {row.load !== null && (
                <span class={`bar-track ${said(row).tone}`} aria-hidden="true">
                  <span class="bar-fill" style={{ width: at(row.load.expected) }} />
                  <span
                    class="bar-interval"
                    style={{
                      left: at(row.load.low),
                      width: `calc(${at(row.load.high)} - ${at(row.load.low)})`,
                    }}
                  />
                  <span class="bar-limit" style={{ left: at(1 - (row.margin ?? 0)) }} />
                  <span class="bar-deadline" style={{ left: at(1) }} />
                </span>
              )}
            </td>
            <td>{loadWithInterval(row) || 'unknown'}</td>
            <td class={`tone ${said(row).tone}`}>
              <span aria-hidden="true">{said(row).glyph}</span> {said(row).word}
            </td>
            <td>{row.chance == null ? '' : `${Math.round(row.chance * 100)} %`}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
};
