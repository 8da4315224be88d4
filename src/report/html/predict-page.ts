/** `predict --html`: headroom per width and pedal with the limit lines, and cost against fidelity. */
import type { PredictResult, PredictRow } from '../../study/predict/row.ts';
import { type Bar, barChart } from '../chart/bar-chart.ts';
import { scatterChart } from '../chart/scatter-chart.ts';
import type { Figure } from '../chart/svg.ts';
import { answerOf } from '../predict/answer.ts';
import { loadWithInterval, verdictWord } from '../predict/verdict-text.ts';
import type { Page } from './page.ts';
import { cyclesText, percentText, spanOf, verdictTones } from './tones.ts';

/** Loads above this are drawn as a full bar; the number says how much it is. */
const cutLoadPercent = 200;

const groupBy = <T>(
  items: readonly T[],
  keyOf: (item: T) => string,
): readonly (readonly [string, readonly T[]])[] => {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const list = groups.get(keyOf(item)) ?? [];
    groups.set(keyOf(item), list);
    list.push(item);
  }
  return [...groups];
};

const barOf = (row: PredictRow, load: NonNullable<PredictRow['load']>): Bar => ({
  label: row.width.label,
  value: load.expected * 100,
  text: percentText(load.expected),
  word: verdictWord(row),
  tone: verdictTones[row.verdict],
  span: spanOf(load.low, load.high),
});

const share =
  'of one audio core in each block, after what the device keeps for itself. The thin line holds nine of ten such predictions; a question mark says that the verdict is less than 95 % sure.';

const loadFigure = (
  title: string,
  id: string,
  copies: number,
  rows: readonly PredictRow[],
): Figure =>
  barChart({
    id,
    title,
    note:
      copies === 1
        ? `The share that the model takes ${share} Left of the dashed line at 100 % it runs; left of 50 % two of it may.`
        : `The share that all copies together take ${share} Left of the dashed line they run.`,
    unit: 'load in percent of one core',
    groupName: 'pedal, engine, block',
    labelName: 'width',
    groups: groupBy(rows, (row) => `${row.device} · ${row.engine} · ${row.blockFrames}`).map(
      ([name, group]) => ({
        title: name,
        bars: group.flatMap((row) => (row.load === null ? [] : [barOf(row, row.load)])),
      }),
    ),
    limits:
      copies === 1
        ? [
            { at: 50, text: 'two' },
            { at: 100, text: 'one' },
          ]
        : [{ at: 100, text: `all ${copies}` }],
    cutAt: cutLoadPercent,
  });

const fidelityFigure = (where: string, rows: readonly PredictRow[]): readonly Figure[] => {
  const points = rows.flatMap((row) => {
    const esr = row.fidelity.esrToFull;
    if (esr === null || esr <= 0 || row.load === null) return [];
    return [
      {
        x: row.load.expected * 100,
        y: esr,
        xText: percentText(row.load.expected),
        yText: esr.toPrecision(3),
        label: row.width.label,
        tone: verdictTones[row.verdict],
        more: [row.verdict],
      },
    ];
  });
  if (points.length === 0) return [];
  return [
    scatterChart({
      id: `esr-${rows[0]?.model ?? ''}-${rows[0]?.device ?? ''}`,
      title: `What a narrower width costs in sound: ${where}`,
      note: "Error-to-signal ratio against the full width on your audio, as NAM's trainer defines it; the full width has none and is left out.",
      x: { title: 'load in percent of one core', log: false },
      y: { title: 'error-to-signal ratio to the full width', log: true },
      points,
      moreColumns: ['verdict'],
      joined: true,
    }),
  ];
};

/** At most so many pictures of fidelity: more would say the same again. */
const mostFidelityFigures = 4;

const rowText = (row: PredictRow): readonly string[] => [
  row.deviceName,
  row.devicePath ?? row.device,
  row.model,
  row.width.label,
  row.engine ?? '–',
  String(row.blockFrames),
  String(row.copies),
  row.cyclesPerSample === null ? '–' : cyclesText(row.cyclesPerSample.expected),
  row.load === null ? '–' : loadWithInterval(row),
  row.headroom === null ? '–' : percentText(row.headroom),
  verdictWord(row),
  row.chance === null ? '–' : percentText(row.chance),
  row.confidence,
  row.fidelity.esrToFull === null ? '–' : row.fidelity.esrToFull.toPrecision(3),
];

/** Copies share most of their reasons; the first of them stands for all. */
const whyRows = (rows: readonly PredictRow[]): readonly (readonly string[])[] =>
  groupBy(rows, (row) =>
    [row.deviceName, row.model, row.width.label, row.engine ?? '–', row.blockFrames].join(' · '),
  ).map(([name, group]) => [name, group[0]?.reasons.join(' ') ?? '']);

export const predictPage = (result: PredictResult, command: string, tool: string): Page => {
  const costed = result.rows.filter((row) => row.load !== null);
  const figures = groupBy(costed, (row) => `${row.model} · ${row.copies}`).flatMap(
    ([key, rows], index) => {
      const [model, copies] = key.split(' · ');
      const title =
        copies === '1' ? `${model}: load of each width` : `${model}: load of ${copies} copies`;
      return [loadFigure(title, `load-${index}`, Number(copies), rows)];
    },
  );
  const fidelity = groupBy(
    costed.filter((row) => row.copies === 1),
    (row) => `${row.model} on ${row.deviceName}`,
  )
    .flatMap(([where, rows]) => fidelityFigure(where, rows))
    .slice(0, mostFidelityFigures);
  const models = [...new Set(result.rows.map((row) => row.model))];
  return {
    title: `Which width runs where: ${models.join(', ')}`,
    lead: models
      .map((model) => answerOf(result.rows.filter((row) => row.model === model)))
      .join(' '),
    figures: [...figures, ...fidelity],
    tables: [
      {
        caption: 'Every combination',
        columns: [
          'pedal',
          'id or file',
          'model',
          'width',
          'engine',
          'block',
          'copies',
          'cycles per sample',
          'load',
          'headroom',
          'verdict',
          'chance',
          'confidence',
          'ESR',
        ],
        rows: result.rows.map(rowText),
      },
      {
        caption: 'Why',
        columns: ['pedal, model, width, engine, block', 'why'],
        rows: whyRows(result.rows),
        folded: true,
      },
    ],
    command,
    tool,
  };
};
