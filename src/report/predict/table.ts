/**
 * The human table of `predict`: pedals down and widths across, or every width on its own line where
 * the terminal is narrow. Pure: rows in, text out.
 */
import type { PredictResult, PredictRow } from '../../study/predict/row.ts';
import { hertz } from '../text/number.ts';
import { paint, type Style } from '../text/style.ts';
import { printable } from '../text/text-width.ts';
import { wrap } from '../text/wrap.ts';
import { acrossLines } from './across.ts';
import { downLines } from './down.ts';
import { evidenceLines } from './evidence.ts';
import { groupRows, type Lane, type ModelGroup } from './groups.ts';
import { nextStep } from './next.ts';

const heading = (group: ModelGroup, lanes: readonly Lane[], style: Style): string[] => {
  const rates = [...new Set(lanes.map((lane) => lane.sampleRateHz))].map(hertz);
  const copies =
    group.copies.length > 1 ? `, ${group.copies.map((n) => `${n}x`).join(' and ')}` : '';
  const name = paint(style, 'bold', printable(group.model));
  const rest = ['load of the audio core', ...(rates.length === 1 ? rates : [])].join(', ');
  return [`${name}  ${paint(style, 'dim', `${rest}${copies}`)}`];
};

/** What lies behind the numbers, once below the table and not in every row. */
const footnotes = (rows: readonly PredictRow[], result: PredictResult, style: Style): string[] => {
  const notes: string[] = [];
  if (rows.some((row) => row.width.whatIf)) {
    notes.push(
      'what-if: these widths were not trained; the load is right, the sound is not meant to be.',
    );
  }
  if (rows.some((row) => row.fidelity.esrToFull !== null)) {
    notes.push(
      "ESR: error-to-signal ratio to the full width as NAM's trainer defines it, sum((y - z)^2) / sum(y^2), after prewarm; 0 is the same sound.",
    );
  }
  const bySkip = new Map<string, string[]>();
  for (const skip of result.skipped) {
    const instead = skip.fallback === null ? '' : ` The real library would use ${skip.fallback}.`;
    const sentence = `${skip.engine}: ${skip.reason}${/[.!?]$/.test(skip.reason) ? '' : '.'}${instead}`;
    const place = `${skip.device} ${skip.width}`;
    bySkip.set(sentence, [...(bySkip.get(sentence) ?? []), place]);
  }
  for (const [sentence, places] of bySkip) {
    const shown = places.slice(0, 3).join('; ');
    const more = places.length > 3 ? `; and ${places.length - 3} more` : '';
    notes.push(`no row for ${printable(`${shown}${more}`)}: ${printable(sentence)}`);
  }
  return notes.flatMap((note) =>
    wrap(note, style.columns - 2).map((line, i) =>
      paint(style, 'dim', `${i === 0 ? '' : '  '}${line}`),
    ),
  );
};

/** `deviceWords`: what the user typed for a device's id, where that was a path. */
export const renderPredict = (
  result: PredictResult,
  style: Style,
  deviceWords: ReadonlyMap<string, string> = new Map(),
): string => {
  const blocks: string[][] = [];
  for (const group of groupRows(result.rows)) {
    const lanes = group.lanes.filter((lane) => !lane.evidenceOnly);
    if (lanes.length > 0) {
      const table = acrossLines(group, lanes, style) ?? downLines(group, lanes, style);
      blocks.push([...heading(group, lanes, style), '', ...table]);
    }
    const evidence = group.lanes.filter((lane) => lane.evidenceOnly);
    if (evidence.length > 0) blocks.push(evidenceLines(group, evidence, style));
  }
  const notes = footnotes(result.rows, result, style);
  if (notes.length > 0) blocks.push(notes);
  blocks.push([nextStep(result.rows, style, deviceWords)]);
  return `${blocks.map((lines) => lines.join('\n')).join('\n\n')}\n`;
};
