/** What can be taken away: the address, the table as data, a report, a badge. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { PredictRow } from '../../study/predict/row.ts';
import { times } from '../../units/number-text.ts';
import { badgeOf } from '../badge.ts';
import { saveFile } from '../save-file.ts';
import { csvOf, jsonOf, reportOf } from '../table-files.ts';
import { isSure } from '../verdict.ts';

export interface ShareProps {
  readonly model: string;
  /** False where the page shows a dropped file, which an address cannot hold. */
  readonly shipped: boolean;
  readonly rows: readonly PredictRow[];
  /** That gives the same numbers. */
  readonly command: string;
  /** That the badge speaks of, where it runs there. */
  readonly device: string | null;
}

/** What runs there, twice rather than once. */
const badgeRow = (rows: readonly PredictRow[], id: string | null): PredictRow | undefined => {
  const fit = rows.filter(({ device, verdict }) => device === id && verdict === 'fits');
  return fit.find(({ copies }) => copies === 2) ?? fit[0];
};

const badgeText = (row: PredictRow): readonly [string, string] => [
  `runs ${row.copies === 1 ? '' : `${times(row.copies)} `}on ${row.deviceName}`,
  `${row.width.label}${isSure(row) ? '' : '?'}`,
];

export const Share = ({ model, shipped, rows, command, device }: ShareProps): JSX.Element => {
  const [said, setSaid] = useState('');
  const copy = async (text: string, what: string): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text);
      setSaid(`${what} copied.`);
    } catch {
      setSaid(`This browser does not let the page copy. ${what}: ${text}`);
    }
  };
  const row = badgeRow(rows, device);
  const words = row === undefined ? null : badgeText(row);
  const badge = words === null ? null : badgeOf(...words);
  return (
    <section class="card" aria-labelledby="share-title" id="share">
      <h2 id="share-title">Share</h2>
      <div class="controls">
        <button
          type="button"
          disabled={!shipped}
          title={shipped ? '' : 'A dropped file stays in your browser, so no address can hold it.'}
          onClick={() => void copy(location.href, 'The address')}
        >
          Copy the address
        </button>
        <button
          type="button"
          onClick={async () =>
            saveFile(`${model}.html`, await reportOf(rows, command), 'text/html')
          }
        >
          Report
        </button>
        <button
          type="button"
          onClick={() => saveFile(`${model}.json`, jsonOf(rows), 'application/json')}
        >
          Table as JSON
        </button>
        <button type="button" onClick={() => saveFile(`${model}.csv`, csvOf(rows), 'text/csv')}>
          Table as CSV
        </button>
        {badge !== null && (
          <button type="button" onClick={() => saveFile(`${model}.svg`, badge, 'image/svg+xml')}>
            Badge
          </button>
        )}
        {badge !== null && (
          <img
            alt={words?.join(': ') ?? ''}
            src={`data:image/svg+xml,${encodeURIComponent(badge)}`}
          />
        )}
      </div>
      {badge === null && (
        <p class="soft">Choose a pedal on which it runs, and a badge of it stands here.</p>
      )}
      <output>{said}</output>
    </section>
  );
};
