/** The table as files: JSON and CSV for programs, the command's page for people. */
import { name, version } from '../../package.json';
import type { PredictRow } from '../study/predict/row.ts';

export const jsonOf = (rows: readonly PredictRow[]): string =>
  `${JSON.stringify({ schema: 'pedalbench.predict/1', tool: { name, version }, rows }, null, 2)}\n`;

/** As `predict --html` writes it; what draws it is loaded when it is asked for. */
export const reportOf = async (rows: readonly PredictRow[], command: string): Promise<string> => {
  const { predictPage } = await import('../report/html/predict-page.ts');
  const { renderPage } = await import('../report/html/page.ts');
  const page = predictPage({ rows });
  return renderPage(page, { command, tool: `${name} ${version}` });
};

const columns: readonly (readonly [string, (row: PredictRow) => string | number])[] = [
  ['model', (row) => row.model],
  ['device', (row) => row.device],
  ['engine', (row) => row.engine ?? ''],
  ['width', (row) => row.width.label],
  ['copies', (row) => row.copies],
  ['blockFrames', (row) => row.blockFrames],
  ['loadLow', (row) => row.load?.low ?? ''],
  ['load', (row) => row.load?.expected ?? ''],
  ['loadHigh', (row) => row.load?.high ?? ''],
  ['verdict', (row) => row.verdict],
  ['chance', (row) => row.chance ?? ''],
  ['confidence', (row) => row.confidence],
];

/** A spreadsheet must not take a name for a formula. */
const field = (value: string | number): string => {
  const text = String(value);
  const safe = /^[=+\-@\t\r]/.test(text) && typeof value === 'string' ? `'${text}` : text;
  return /[",\n]/.test(safe) ? `"${safe.replace(/"/g, '""')}"` : safe;
};

export const csvOf = (rows: readonly PredictRow[]): string =>
  [
    columns.map(([name]) => name).join(','),
    ...rows.map((row) => columns.map(([, of]) => field(of(row))).join(',')),
    '',
  ].join('\r\n');
