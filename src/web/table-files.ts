/** The table as files: JSON and CSV for programs, a page of its own for people. */

import { loadWithInterval } from '../report/predict/verdict-text.ts';
import { percent } from '../report/text/number.ts';
import type { PredictRow } from '../study/predict/row.ts';
import { said } from './verdict.ts';

export const jsonOf = (rows: readonly PredictRow[]): string =>
  `${JSON.stringify({ schema: 'pedalbench.predict/1', rows }, null, 2)}\n`;

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

const escaped = (text: string): string =>
  text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');

export const reportOf = (model: string, sentence: string, rows: readonly PredictRow[]): string => {
  const lines = rows.map(
    (row) =>
      `<tr><td>${escaped(row.deviceName)}</td><td>${escaped(row.width.label)}</td><td>${row.copies}</td><td>${escaped(row.engine ?? '')}</td><td>${row.load === null ? '' : escaped(loadWithInterval(row))}</td><td>${said(row).glyph} ${said(row).word}</td><td>${row.chance == null ? '' : percent(row.chance)}</td></tr>`,
  );
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escaped(model)} on pedals</title>
<style>:root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:70rem;padding:0 1rem}table{border-collapse:collapse;width:100%}td,th{text-align:left;padding:.3rem .6rem;border-bottom:1px solid #8886}</style>
<h1>${escaped(model)}</h1><p>${escaped(sentence)}</p><table><thead><tr><th>Pedal<th>Width<th>Copies<th>Engine<th>Load (nine of ten)<th>Verdict<th>Chance</thead><tbody>${lines.join('\n')}</tbody></table><p>Worked out by Pedalbench from a model of each machine.</p></html>\n`;
};
