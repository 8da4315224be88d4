/**
 * The human table of `predict`: pedals down and widths across, or every width on its own line where
 * the terminal is narrow. Pure: rows in, text out.
 */
import type { PredictResult, PredictRow, SkippedCombination } from '../../study/predict/row.ts';
import type { OnlyWord } from '../../study/predict/select.ts';
import { hertz, listed, percent, times } from '../../units/number-text.ts';
import { blocksText, inked, nextCommand } from '../text/blocks.ts';
import { paint, type Style } from '../text/text-table.ts';
import { clip, printable, widthOf, wrap } from '../text/text-width.ts';
import { evidenceLines, evidenceTable } from './evidence.ts';
import { acrossLines, briefLines, downLines } from './forms.ts';
import type { ModelGroup, TableLine } from './groups.ts';
import { groupBy, groupRows, nameAmong, placeOf } from './groups.ts';
import { answersOf } from './verdict-text.ts';

/** As many again as were asked for, in steps that a line of the table holds. */
const moreThan = (rows: readonly PredictRow[]): string => {
  const most = Math.max(...rows.map((row) => row.copies));
  return [1, 2, 3, 4].map((n) => n + (most < 4 ? 0 : most - 1)).join(',');
};

const loadOf = (row: PredictRow): number => row.load?.expected ?? 0;

export interface PredictTextOptions {
  /** What the user typed for a device's id, where that was a path. */
  readonly deviceWords?: ReadonlyMap<string, string> | undefined;
  /** The options of the call that the next one should have, too, by its verb: ' --engine nam-core'. */
  readonly kept?: Readonly<Record<'explain' | 'predict', string>> | undefined;
  /** Every width of every pedal, however long that is. @default false */
  readonly wide?: boolean | undefined;
  /** What other rows were left out for. @default nothing was */
  readonly only?: OnlyWord | undefined;
}

const nextStep = (
  rows: readonly PredictRow[],
  style: Style,
  { deviceWords = new Map(), kept = { explain: '', predict: '' } }: PredictTextOptions,
): string[] => {
  const device = (row: PredictRow): string =>
    printable(deviceWords.get(placeOf(row)) ?? nameAmong(rows, row));
  // A model of a `models` folder has its short name; any other its path.
  const model = (row: PredictRow): string => {
    const byId = row.modelPath?.endsWith(`models/${row.model}.nam`) ?? true;
    return printable(byId ? row.model : (row.modelPath ?? row.model));
  };
  // Beside `unknown` stands what another engine could reach; what does not load has no limit to be near to.
  const known = rows
    // Other commands take one model.
    .filter(({ model: name, modelPath }) => !(name.includes('+') && modelPath?.includes('+')))
    .filter(({ load, verdict }) => load !== null && /^(fits|tight|over)$/.test(verdict))
    .sort((a, b) => loadOf(a) - loadOf(b));
  // Past the margin by the least: where a change of the model would be worth the most.
  const miss = known.find((row) => row.verdict !== 'fits');
  if (miss !== undefined) {
    const { copies, width, deviceName } = miss;
    const namesakes = rows.filter((row) => row.deviceName === deviceName);
    const isAlone = namesakes.every((row) => placeOf(row) === placeOf(miss));
    const file = deviceWords.get(placeOf(miss)) ?? placeOf(miss);
    const place = printable(isAlone ? deviceName : file);
    const what = `${copies > 1 ? `${copies} copies of ` : ''}${printable(width.label)} on ${place}`;
    return nextCommand(
      style,
      `the nearest miss is ${what} (${percent(loadOf(miss))}); see where its cycles go`,
      `explain ${model(miss)} --device ${device(miss)} --width ${printable(width.label)}${copies > 1 ? ` --copies ${copies}` : ''}${kept.explain}`,
    );
  }
  const highest = known.find((row) => loadOf(row) === loadOf(known.at(-1) ?? row));
  if (highest === undefined) {
    return nextCommand(style, 'see what is known about these pedals', 'devices');
  }
  return nextCommand(
    style,
    'whatever loads on a known chip is inside its limit; see how many more would be',
    `predict ${model(highest)} --device ${device(highest)} --copies ${moreThan(rows)}${kept.predict}`,
  );
};

const heading = (group: ModelGroup, lines: readonly TableLine[], style: Style): string[] => {
  const rates = [...new Set(lines.map(({ rows: [row] }) => row.sampleRateHz))].map(hertz);
  const copies = group.copies.length > 1 ? `, ${listed(group.copies.map(times))}` : '';
  const name = paint(style, 'bold', printable(group.model));
  const what =
    style.columns < 110
      ? 'load of a core (nine of ten)'
      : 'load of the audio core (where nine of ten such predictions lie)';
  const rest = [what, ...(rates.length === 1 ? rates : [])].join(', ');
  const [tanh, ...others] = new Set(lines.flatMap(({ rows }) => rows.map((row) => row.tanh)));
  const counted = tanh && others.length === 0 ? `, ${tanh} tanh` : '';
  const room = style.columns - widthOf(group.model) - 2;
  return [`${name}  ${paint(style, 'dim', clip(`${rest}${copies}${counted}`, room, style.ascii))}`];
};

const skipSentence = ({ engine, reason, fallback }: SkippedCombination): string => {
  const instead = fallback === null ? '' : ` The real library would use ${fallback}.`;
  return `${engine}: ${reason}${/[.!?]$/.test(reason) ? '' : '.'}${instead}`;
};

/** Each sentence once, behind some of those that it is of. */
const saidOf = <T>(
  items: readonly T[],
  nameOf: (item: T) => string,
  sentenceOf: (item: T) => string | null | undefined,
): string[] =>
  groupBy(items, (item) => sentenceOf(item) ?? '').flatMap(([sentence, own]) => {
    const names = [...new Set(own.map(nameOf))];
    const more = names.length > 3 ? [`and ${names.length - 3} more`] : [];
    const shown = [...names.slice(0, 3), ...more].join('; ');
    return sentence === '' ? [] : [printable(`${shown}: ${sentence}`)];
  });

/** What lies behind the numbers, once below the table and not in every row. */
const footnotes = (rows: readonly PredictRow[], result: PredictResult, style: Style): string[] => {
  const nameOf = ({ device, width }: PredictRow) => `${device} ${width.label}`;
  const notes = [
    rows.some((row) => row.width.whatIf) &&
      'what-if: these widths were not trained; the load is right, the sound is not meant to be.',
    rows.some((row) => row.fidelity.esrToFull !== null) &&
      "ESR: error-to-signal ratio to the full width as NAM's trainer defines it, sum((y - z)^2) / sum(y^2), after prewarm; 0 is the same sound.",
    ...saidOf(result.skipped, ({ device, width }) => `no row for ${device} ${width}`, skipSentence),
    ...saidOf(rows, nameOf, ({ context }) => context?.engineBecause),
    ...saidOf(
      rows,
      (row) => `${row.width.label} ${times(row.copies)}`,
      ({ arrangement }) => arrangement,
    ),
  ].filter((note) => note !== false);
  const looks = { ...style, columns: style.columns - 2 };
  return notes.flatMap((note) => inked(looks, 'dim', note, '', '  '));
};

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
  return [
    ...(lines.length === 0 ? [] : [heading(group, lines, style), shown]),
    ...(evidence.length === 0 ? [] : [whole ? known : evidenceTable(group, evidence, style)]),
    whole ? [] : [paint(style, 'dim', 'A line a device. Every width and reason: --wide.')],
  ];
};

export const renderPredict = (
  result: PredictResult,
  style: Style,
  options: PredictTextOptions = {},
): string => {
  if (result.rows.length === 0) return 'No row is left of what was asked for.\n';
  return blocksText(
    answersOf(result.rows, options.only).flatMap((text) => wrap(printable(text), style.columns)),
    ...groupRows(result.rows).flatMap((group) => tablesOf(group, style, options.wide ?? false)),
    footnotes(result.rows, result, style),
    nextStep(result.rows, style, options),
  );
};
