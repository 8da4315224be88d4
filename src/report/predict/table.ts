/**
 * The human table of `predict`: pedals down and widths across, or every width on its own line where
 * the terminal is narrow. Pure: rows in, text out.
 */
import type { PredictResult, PredictRow } from '../../study/predict/row.ts';
import { hertz } from '../text/number.ts';
import { paint, type Style } from '../text/style.ts';
import { clip, printable, widthOf } from '../text/text-width.ts';
import { listed, times } from '../text/words.ts';
import { wrap } from '../text/wrap.ts';
import { acrossLines } from './across.ts';
import { answerOf } from './answer.ts';
import { briefLines } from './brief.ts';
import { downLines } from './down.ts';
import { evidenceLines, evidenceTable } from './evidence.ts';
import { groupRows, type Lane, type ModelGroup } from './groups.ts';
import { type NextOptions, nextStep } from './next.ts';

const heading = (group: ModelGroup, lanes: readonly Lane[], style: Style): string[] => {
  const rates = [...new Set(lanes.map((lane) => lane.sampleRateHz))].map(hertz);
  const copies = group.copies.length > 1 ? `, ${listed(group.copies.map(times))}` : '';
  const name = paint(style, 'bold', printable(group.model));
  const what =
    style.columns < 110
      ? 'load of a core (nine of ten)'
      : 'load of the audio core (where nine of ten such predictions lie)';
  const rest = [what, ...(rates.length === 1 ? rates : [])].join(', ');
  const room = style.columns - widthOf(group.model) - 2;
  return [`${name}  ${paint(style, 'dim', clip(`${rest}${copies}`, room, style.ascii))}`];
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

export interface PredictTextOptions extends NextOptions {
  /** Every width of every pedal, however long that is. @default false */
  readonly wide?: boolean | undefined;
}

/** More lines than this are a line a pedal instead, unless everything is asked for. */
const screenLines = 56;

/** The tables of one model: of devices with a chip, then of those without. */
const tablesOf = (group: ModelGroup, style: Style, wide: boolean): string[][] => {
  const lanes = group.lanes.filter((lane) => !lane.evidenceOnly);
  const evidence = group.lanes.filter((lane) => lane.evidenceOnly);
  const table =
    lanes.length === 0 ? [] : (acrossLines(group, lanes, style) ?? downLines(group, lanes, style));
  const known = evidence.length === 0 ? [] : evidenceLines(group, evidence, style);
  const whole = wide || table.length + known.length <= screenLines;
  const head = heading(group, lanes, style);
  const blocks = [
    ...(lanes.length === 0
      ? []
      : [[...head, '', ...(whole ? table : briefLines(group, lanes, style))]]),
    ...(evidence.length === 0 ? [] : [whole ? known : evidenceTable(group, evidence, style)]),
  ];
  if (whole) return blocks;
  return [...blocks, [paint(style, 'dim', 'A line a device. Every width and reason: --wide.')]];
};

/** The first line answers the question: on how many pedals which width runs, surely and probably. */
const answers = (rows: readonly PredictRow[], style: Style): string[] => {
  const models = [...new Set(rows.map((row) => `${row.model}|${row.modelPath}`))];
  return models.flatMap((key) => {
    const own = rows.filter((row) => `${row.model}|${row.modelPath}` === key);
    const name = models.length > 1 ? `${own[0]?.model}: ` : '';
    return wrap(printable(`${name}${answerOf(own)}`), style.columns);
  });
};

export const renderPredict = (
  result: PredictResult,
  style: Style,
  options: PredictTextOptions = {},
): string => {
  if (result.rows.length === 0) return 'No row is left of what was asked for.\n';
  const blocks: string[][] = [answers(result.rows, style)];
  for (const group of groupRows(result.rows)) {
    blocks.push(...tablesOf(group, style, options.wide ?? false));
  }
  const notes = footnotes(result.rows, result, style);
  if (notes.length > 0) blocks.push(notes);
  blocks.push([nextStep(result.rows, style, options)]);
  return `${blocks.map((lines) => lines.join('\n')).join('\n\n')}\n`;
};
