/**
 * The human table of `predict`: pedals down and widths across, or every width on its own line where
 * the terminal is narrow. Pure: rows in, text out.
 */
import type { PredictResult, PredictRow, SkippedCombination } from '../../study/predict/row.ts';
import { hertz } from '../text/number.ts';
import { paint, type Style } from '../text/style.ts';
import { clip, printable, widthOf } from '../text/text-width.ts';
import { listed, times } from '../text/words.ts';
import { wrap } from '../text/wrap.ts';
import { acrossLines } from './across.ts';
import { briefLines, downLines } from './down.ts';
import { evidenceLines, evidenceTable } from './evidence.ts';
import { byModel, groupBy, groupRows, type ModelGroup, type TableLine } from './groups.ts';
import { type NextOptions, nextStep } from './next.ts';
import { answerOf } from './verdict-text.ts';

const heading = (group: ModelGroup, lines: readonly TableLine[], style: Style): string[] => {
  const rates = [...new Set(lines.map(({ rows: [row] }) => row.sampleRateHz))].map(hertz);
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

const skipSentence = ({ engine, reason, fallback }: SkippedCombination): string => {
  const instead = fallback === null ? '' : ` The real library would use ${fallback}.`;
  return `${engine}: ${reason}${/[.!?]$/.test(reason) ? '' : '.'}${instead}`;
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
  for (const [sentence, own] of groupBy(result.skipped, skipSentence)) {
    const shown = own.slice(0, 3).map(({ device, width }) => `${device} ${width}`);
    const more = own.length > 3 ? [`and ${own.length - 3} more`] : [];
    notes.push(printable(`no row for ${[...shown, ...more].join('; ')}: ${sentence}`));
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
  const lines = group.lines.filter((line) => !line.evidenceOnly);
  const evidence = group.lines.filter((line) => line.evidenceOnly);
  const table =
    lines.length === 0 ? [] : (acrossLines(group, lines, style) ?? downLines(group, lines, style));
  const known = evidence.length === 0 ? [] : evidenceLines(group, evidence, style);
  const whole = wide || table.length + known.length <= screenLines;
  const shown = whole || lines.length === 0 ? table : briefLines(group, lines, style);
  const blocks = [
    ...(lines.length === 0 ? [] : [[...heading(group, lines, style), '', ...shown]]),
    ...(evidence.length === 0 ? [] : [whole ? known : evidenceTable(group, evidence, style)]),
  ];
  if (whole) return blocks;
  return [...blocks, [paint(style, 'dim', 'A line a device. Every width and reason: --wide.')]];
};

/** The first line answers the question: on how many pedals which width runs, surely and probably. */
const answers = (rows: readonly PredictRow[], style: Style): string[] => {
  const models = byModel(rows);
  return models.flatMap(([, own]) => {
    const name = models.length > 1 ? `${own[0].model}: ` : '';
    return wrap(printable(`${name}${answerOf(own)}`), style.columns);
  });
};

export const renderPredict = (
  result: PredictResult,
  style: Style,
  options: PredictTextOptions = {},
): string => {
  if (result.rows.length === 0) return 'No row is left of what was asked for.\n';
  const notes = footnotes(result.rows, result, style);
  const blocks = [
    answers(result.rows, style),
    ...groupRows(result.rows).flatMap((group) => tablesOf(group, style, options.wide ?? false)),
    ...(notes.length > 0 ? [notes] : []),
    nextStep(result.rows, style, options),
  ];
  return `${blocks.map((lines) => lines.join('\n')).join('\n\n')}\n`;
};
