/** `devices`: every pedal on a line; of one what is known and from where, what is assumed, what a measurement would settle. */
import { audioClusterOf } from '../device/audio-cluster.ts';
import type { DeviceProfile, Evidence } from '../device/profile.ts';
import type { WhatToMeasure } from '../study/explain/what-to-measure.ts';
import { figuresBelow, type PlacedFigure } from '../units/figure.ts';
import { isRecord } from '../units/json-path.ts';
import { bytesText, grouped, hertz, percent, short } from '../units/number-text.ts';
import { blocksText, inked, nextCommand, section } from './text/blocks.ts';
import { left, paint, right, type Style, textTable } from './text/text-table.ts';
import { clip, printable, widthOf, wrap } from './text/text-width.ts';

/** The unit is in the field's name. */
const withUnit = (field: string, value: unknown): string => {
  if (typeof value !== 'number') {
    return isRecord(value)
      ? JSON.stringify(value)
          .replace(/["{}[\]]/g, '')
          .replace(/([,:])/g, '$1 ')
      : String(value);
  }
  if (/Hz$/.test(field)) return hertz(value);
  if (/Bytes$/.test(field)) return bytesText(value);
  if (/Share$/.test(field)) return `${short(value * 100)} %`;
  if (/BytesPerSecond$/.test(field)) return `${short(value / 1e6)} MB/s`;
  if (/Nanoseconds$/.test(field)) return `${short(value)} ns`;
  if (/Seconds(PerBlock)?$|^seconds/.test(field)) return `${short(value * 1e6)} us`;
  if (/Celsius$/.test(field)) return `${short(value)} C`;
  if (/Cycles/.test(field)) return value === 1 ? '1 cycle' : `${short(value)} cycles`;
  return Number.isInteger(value) ? grouped(value) : short(value);
};

/** 'chip.clusters[0].clockHz', and what its figure says as text. */
const rowOf = ({ path, figure }: PlacedFigure) => {
  const { value, low = value, high = value, kind, source, note = '' } = figure;
  const field = path.replace(/^.*\./, '');
  const isOne = figure.low === undefined && figure.high === undefined;
  const range = isOne ? '' : ` (${withUnit(field, low)} to ${withUnit(field, high)})`;
  return {
    ...{ path, value: withUnit(field, value) + range },
    ...{ kind: String(kind), source: String(source), note: String(note) },
  };
};
type FigureRow = ReturnType<typeof rowOf>;

/** All figures below `value`, in the order of the file. */
export const figureRows = (value: unknown) => figuresBelow(value).map(rowOf);

export const evidenceSentence = (evidence: Evidence): string => {
  const model = evidence.model ?? 'NAM files';
  const what = {
    runs: `runs ${model}`,
    refuses: `refuses ${model}`,
    converts: `converts ${model} into a form of its own`,
    'no-nam': 'takes no NAM files',
  }[evidence.statement];
  const { copies, blockFrames, engine, splitAfterLayers, firmware } = evidence;
  const details = [
    copies && `${copies} copies`,
    blockFrames && `blocks of ${blockFrames}`,
    engine && `with ${engine}`,
    splitAfterLayers && `split over cores after layer ${splitAfterLayers}`,
    firmware && `firmware ${firmware}`,
  ].filter(Boolean);
  return details.length === 0 ? what : `${what} (${details.join(', ')})`;
};

const indented = (text: string, { columns }: Style): string[] =>
  wrap(printable(text), columns, '  ');

const table = (titles: readonly string[], rows: readonly string[][], style: Style): string[] =>
  textTable(
    rows.map(([first = '', ...rest]) => [`  ${first}`, ...rest]),
    style,
    titles.map((title, i) =>
      left(i === 0 ? `  ${title}` : title, (row: readonly string[]) => row[i] ?? ''),
    ),
  ).map((line) => clip(line, style.columns, style.ascii));

/** A value that is long, and what is noted of a figure, stand below its line. */
const figureTable = (rows: readonly FigureRow[], sources: readonly string[], style: Style) => {
  const isLong = ({ value }: FigureRow) => widthOf(value) > (style.columns < 100 ? 24 : 36);
  const cells = rows.map((row) => [
    `[${sources.indexOf(row.source) + 1}]`,
    printable(row.path),
    isLong(row) ? 'below' : printable(row.value),
    row.kind,
  ]);
  const [head = '', ...lines] = table(['source', 'figure', 'value', 'kind'], cells, style);
  const below = (row: FigureRow): string[] =>
    [isLong(row) ? row.value : '', row.note]
      .filter((text) => text !== '')
      .flatMap((text) => inked(style, 'dim', printable(text), ' '.repeat(10)));
  return [head, ...rows.flatMap((row, i) => [lines[i] ?? '', ...below(row)])];
};

const settleLines = ({ subject, load, settles }: WhatToMeasure, style: Style): string[] => {
  const rows = settles.map(({ what, between, loads }) => {
    const field = what.replace(/^.*\./, '');
    const shown = between?.map((value) => withUnit(field, value)).join(' to ') ?? '';
    return [loads.map(percent).join(' to '), printable(what), shown];
  });
  const lead = `The load of ${subject} is ${percent(load)}. This moves it most, each alone:`;
  return [...indented(lead, style), ...table(['load', 'open', 'between'], rows, style)];
};

const evidenceLines = (evidence: Evidence, style: Style): string[] => {
  const { kind, source, note } = evidence;
  const from = `${kind}: ${source}${note === undefined ? '' : ` (${note})`}`;
  return [
    ...indented(evidenceSentence(evidence), style),
    ...inked(style, 'dim', printable(from), '    '),
  ];
};

/** @param open null where no chip is published, or no model can be costed on it */
export const renderDevice = (
  profile: DeviceProfile,
  open: WhatToMeasure | null,
  style: Style,
): string => {
  const figures = figureRows(profile.chip);
  // By number, in the order in which they are first named.
  const sources = [...new Set(figures.map(({ source }) => source))];
  const figuresThat = (known: boolean): string[] => {
    const rows = figures.filter(({ kind }) => /^(datasheet|measured)$/.test(kind) === known);
    return rows.length === 0 ? [] : figureTable(rows, sources, style);
  };
  const { player = [], notes = [] } = profile;
  const said = [player, notes].flat();
  const named = sources.map((source, i) => `[${i + 1}] ${source}`);
  const all = (texts: readonly string[]) => texts.flatMap((text) => indented(text, style));
  const closed =
    profile.chip === null ? '. No chip is published; verdicts rest on what is known to run' : '';
  const titled = (title: string, lines: readonly string[]) => section(style, title, lines);
  return blocksText(
    [
      paint(style, 'bold', printable(profile.name)),
      ...wrap(`${profile.id}, ${profile.tier}${closed}.`, style.columns),
    ],
    titled('What is known', figuresThat(true)),
    titled('What is assumed', figuresThat(false)),
    titled('What a measurement would settle first', open === null ? [] : settleLines(open, style)),
    titled(
      'What is known to run',
      profile.evidence.flatMap((e) => evidenceLines(e, style)),
    ),
    titled('Notes', all(said)),
    titled('Sources', all(named)),
    [
      'Next: try another value, or fit the profile:',
      paint(style, 'cyan', `  pedalbench predict a2 --device ${profile.id} --set ...`),
      paint(style, 'cyan', `  pedalbench calibrate ${profile.id} TIMINGS.json`),
    ],
  );
};

const summaryOf = (profile: DeviceProfile) => {
  const { chip } = profile;
  return { profile, chip, cluster: chip === null ? null : audioClusterOf(chip) };
};
type Summary = ReturnType<typeof summaryOf>;

/** Of what is known of the chip; evidence decides where none is published. */
const columns = [
  left('id', ({ profile }: Summary) => printable(profile.id)),
  left('pedal', ({ profile }: Summary) => printable(profile.name)),
  left('kind', ({ profile }: Summary) => profile.tier),
  left('audio cores', ({ cluster: of }: Summary) =>
    of === null ? '' : printable(`${of.audioCores.value} x ${of.coreId}`),
  ),
  right('clock', ({ cluster }: Summary) => (cluster === null ? '' : hertz(cluster.clockHz.value))),
  right('rate', ({ chip }: Summary) => (chip === null ? '' : hertz(chip.audio.sampleRateHz.value))),
  right('block', ({ chip }: Summary) => String(chip?.audio.blockFrames.value ?? '')),
  left('engine', ({ chip }: Summary) => printable(chip?.build.engine.value ?? '')),
];
const dispensable = ['kind', 'rate', 'pedal', 'clock', 'engine', 'block'];

export const renderDevices = (profiles: readonly DeviceProfile[], style: Style): string => {
  const lines = textTable(profiles.map(summaryOf), { ...style, dispensable }, columns);
  const closed = profiles.filter((profile) => profile.chip === null).length;
  const note = `${closed} without a published chip: their verdicts rest on what is known to run there.`;
  const ask = 'every figure of one, with its source';
  return blocksText(
    lines.map((line) => clip(line, style.columns, style.ascii)),
    closed === 0 ? [] : inked(style, 'dim', note),
    nextCommand(style, ask, `devices show ${profiles[0]?.id ?? 'ID'}`),
  );
};
