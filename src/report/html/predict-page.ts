/** `predict --html`: a heat map of pedals by widths, error against cost for all pedals, and every number. */
import type { PredictResult, PredictRow } from '../../study/predict/row.ts';
import type { OnlyWord } from '../../study/predict/select.ts';
import { type ScatterPoint, scatterChart } from '../chart/scatter-chart.ts';
import type { Chart } from '../chart/svg.ts';
import { verdictLooks, widthText } from '../predict/cell.ts';
import { noChip } from '../predict/evidence.ts';
import type { ModelGroup, TableLine } from '../predict/groups.ts';
import { cellOf, groupBy, groupRows, placeOf } from '../predict/groups.ts';
import * as said from '../predict/verdict-text.ts';
import { left } from '../text/text-table.ts';
import { type HeatLine, type HeatRow, heatTable } from './heat-table.ts';
import type { Page } from './page.ts';
import { cyclesText, orDash, percentText, tableOf } from './page-parts.ts';

const titleOf = ({ deviceName, model, width, engine, blockFrames }: PredictRow): string =>
  [deviceName, model, width.label, engine ?? '–', blockFrames].join(' · ');

/** Copies share most of their reasons; the first of them stands for all. Namesakes do not. */
const subjectOf = (row: PredictRow): string =>
  [placeOf(row), row.modelPath ?? '', titleOf(row)].join(' · ');

/** Of what a row is about: where the page says why. */
type Anchors = ReadonlyMap<string, string>;

/** The load beside `unknown` is what another engine could reach. */
const shareOf = ({ verdict, load }: PredictRow): number | null =>
  verdict === 'unknown' ? null : (load?.expected ?? null);

const lineOf = (row: PredictRow, anchors: Anchors): HeatLine => ({
  text: `${row.copies === 1 ? '' : `${row.copies}x `}${said.rowVerdict(row)}`,
  tone: verdictLooks[row.verdict].tone,
  sure: said.isSettled(row),
  share: shareOf(row),
  // The table of reasons has them all, and whole.
  why: `${said.rowVerdict(row)}: ${row.arrangement ?? row.reasons[0]?.replace(/;.*/, '.') ?? ''}`,
  id: anchors.get(subjectOf(row)) ?? '',
});

/** Verdicts without a load stand in one line: 'fits, 2x unknown'; 'unknown' says it of all copies. */
const cellLines = (lines: readonly HeatLine[]): readonly HeatLine[] => {
  const [first, ...others] = lines;
  if (first === undefined || lines.some(({ share }) => share !== null)) return lines;
  const different = others.filter(({ text }) => !text.endsWith(first.text));
  return [{ ...first, text: [first, ...different].map(({ text }) => text).join(', ') }];
};

/** The cheapest first; what has no load last. */
const cheapestOf = ({ rows }: TableLine): number =>
  Math.min(...rows.map((row) => shareOf(row) ?? Infinity));

const heatRow = (group: ModelGroup, line: TableLine, anchors: Anchors): HeatRow => ({
  name: line.label,
  detail: line.evidenceOnly ? '' : `${line.engine}, ${line.rows[0].blockFrames}`,
  cells: group.widths.map(({ label }) => {
    const rows = cellOf(line, label, group.copies);
    return cellLines(rows.flatMap((row) => (row ? [lineOf(row, anchors)] : [])));
  }),
});

const columns = [
  left('pedal', (row: PredictRow) => row.deviceName),
  left('width', (row: PredictRow) => row.width.label),
  left('engine', (row: PredictRow) => orDash(row.engine, String)),
  left('block', (row: PredictRow) => String(row.blockFrames)),
  left('copies', (row: PredictRow) => String(row.copies)),
  left('cycles per sample', (row: PredictRow) =>
    orDash(row.cyclesPerSample, ({ expected }) => cyclesText(expected)),
  ),
  left('load', (row: PredictRow) => said.loadWithInterval(row) || '–'),
  left('headroom', (row: PredictRow) => orDash(row.headroom, percentText)),
  left('verdict', said.verdictWord),
  left('chance', (row: PredictRow) => orDash(row.chance, percentText)),
  left('confidence', (row: PredictRow) => row.confidence),
  left('ESR', (row: PredictRow) => orDash(row.fidelity.esrToFull, (esr) => esr.toPrecision(3))),
];

const kindOf = ({ kind, evidenceOnly }: TableLine): string => (evidenceOnly ? noChip : kind);

/** A table of more rows is closed on a screen. */
const mostOpen = 8;

const heatFigure = (group: ModelGroup, index: number, anchors: Anchors): Chart => {
  const rows = group.lines.flatMap((line) => line.rows);
  const pedals = new Set(rows.map(({ deviceName }) => deviceName));
  const labels = new Map(group.lines.flatMap(({ rows, label }) => rows.map((row) => [row, label])));
  const idOrFile = left('id or file', (row: PredictRow) => labels.get(row) ?? row.device);
  const closedLast = [...group.lines].sort(
    (a, b) => Number(a.evidenceOnly) - Number(b.evidenceOnly),
  );
  const sorted = [...group.lines].sort((a, b) => cheapestOf(a) - cheapestOf(b));
  return heatTable({
    id: `load-${index}`,
    title: `${group.model}: every width on ${pedals.size === 1 ? [...pedals].join() : 'every pedal'}`,
    note:
      index > 0
        ? ''
        : 'The share that the model takes of one audio core in each block, after what the device keeps for itself, and in brackets, where there is room, the range of nine of ten such predictions. A question mark and a paler bar: less sure than 95 %. 2x: two at once. Choose a cell to read why.',
    columns: group.widths.map(widthText),
    groups: groupBy(closedLast, kindOf).map(([title]) => ({
      title,
      rows: sorted
        .filter((line) => kindOf(line) === title)
        .map((line) => heatRow(group, line, anchors)),
    })),
    table: tableOf(rows[0]?.modelPath ?? group.model, rows, [...columns, idOrFile]),
  });
};

/** With more pedals than these their lines would cover each other. */
const mostJoined = 6;

/** A point a width of each line of the table; widths are named once, where they are cheapest, lines at their last. */
const fidelityPoints = ({ widths, lines, copies }: ModelGroup): readonly ScatterPoint[] => {
  const loadOf = ({ load }: PredictRow): number => load?.expected ?? 0;
  const points = widths.flatMap(({ label }) =>
    lines
      .flatMap((line) => line.rows.map((row) => ({ line, row, esr: row.fidelity.esrToFull ?? 0 })))
      .filter(({ row, esr }) => row.width.label === label && row.copies === copies[0] && esr > 0)
      .filter(({ row }) => row.load !== null)
      .sort((a, b) => loadOf(a.row) - loadOf(b.row))
      .map((one, i) => ({ ...one, marks: i === 0 ? [label] : [] })),
  );
  const last = new Map(points.map(({ line, row }) => [line, row]));
  const named = last.size > 1 && last.size <= mostJoined;
  return points.map(({ line, row, esr, marks }) => ({
    x: loadOf(row) * 100,
    y: esr,
    xText: percentText(loadOf(row)),
    yText: esr.toPrecision(3),
    label: row.width.label,
    mark: [...marks, ...(named && last.get(line) === row ? [line.label] : [])].join(', '),
    tone: verdictLooks[row.verdict].tone,
    series: `${line.label}, ${line.engine}, ${row.blockFrames}`,
    more: [row.deviceName, row.verdict],
  }));
};

const fidelityFigure = (group: ModelGroup, index: number): readonly Chart[] => {
  const points = fidelityPoints(group);
  if (points.length === 0) return [];
  return [
    scatterChart({
      id: `esr-${index}`,
      title: `What a narrower width of ${group.model} costs in sound`,
      note: "Error-to-signal ratio against the full width on your audio, as NAM's trainer defines it, against the load on each pedal; the full width has none and is left out.",
      x: { title: 'load in percent of one core', log: true },
      y: { title: 'error-to-signal ratio to the full width', log: true },
      points,
      moreColumns: ['pedal', 'verdict'],
      joined: new Set(points.map(({ series }) => series)).size <= mostJoined,
    }),
  ];
};

export const predictPage = ({ rows }: Pick<PredictResult, 'rows'>, only?: OnlyWord): Page => {
  const groups = groupRows(rows);
  const subjects = groupBy(rows, subjectOf);
  const anchors = new Map(subjects.map(([name], i) => [name, `why-${i}`]));
  const why = tableOf(
    'Why',
    subjects,
    [
      left('pedal, model, width, engine, block', ([, [row]]) => titleOf(row)),
      left('why', ([, [{ reasons }]]) => reasons.join(' ')),
    ],
    { folded: subjects.length > mostOpen, ids: [...anchors.values()] },
  );
  return {
    title: `Which width runs where: ${groups.map(({ model }) => model).join(', ')}`,
    lead: said.answersOf(rows, only).join('\n'),
    figures: [
      ...groups.map((group, i) => heatFigure(group, i, anchors)),
      ...groups.flatMap(fidelityFigure),
    ],
    tables: [why],
  };
};
