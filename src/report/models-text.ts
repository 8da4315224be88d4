/** `models` and `models show`: what a file is, the widths it runs at, what a player uses of it. */
import type { Model, Width } from '../nam/model.ts';
import { bytesText, grouped, hertz, short } from './text/number.ts';
import { nextCommand, paint, type Style } from './text/style.ts';
import { left, right, textTable } from './text/text-table.ts';
import { clip, printable } from './text/text-width.ts';
import { wrap } from './text/wrap.ts';

/** One width with what follows from its network. */
export interface WidthDetail extends Width {
  /** Infinity where the past never ends (recurrent networks). */
  readonly receptiveFieldSamples: number;
  readonly prewarmSamples: number;
  readonly historyBytes: number;
}

export interface ModelDetail {
  readonly model: Model;
  readonly path: string;
  readonly widths: readonly WidthDetail[];
}

const columns = [
  left('id', ({ model }: ModelDetail) => printable(model.id)),
  left('architecture', ({ model }: ModelDetail) => printable(model.architecture)),
  right('weights', ({ widths }: ModelDetail) => grouped(widths.at(-1)?.weights ?? 0)),
  right('MAC/sample', ({ widths }: ModelDetail) => grouped(widths.at(-1)?.macsPerSample ?? 0)),
  left('widths, narrowest first', ({ widths }: ModelDetail) =>
    printable(widths.map(({ label }) => label).join(' ')),
  ),
];

export const renderModels = (details: readonly ModelDetail[], style: Style): string => {
  const lines = textTable(details, { ...style, color: false }, columns);
  const synthetic = details.filter((detail) => detail.model.metadata.synthetic).length;
  const note = `${synthetic} of these are synthetic: their weights were drawn, not trained. They cost what a trained model of their shape costs; they are no amplifier.`;
  const dim = (line: string): string => paint(style, 'dim', line);
  const ask = 'which of its widths run on which pedal';
  return `${[
    ...lines
      .map((line) => clip(line, style.columns, style.ascii))
      .map((line, i) => (i === 0 ? dim(line) : line)),
    ...(synthetic === 0 ? [] : ['', ...wrap(note, style.columns).map(dim)]),
    '',
    ...nextCommand(style, ask, `predict ${details[0]?.model.id ?? 'MODEL'}`),
  ].join('\n')}\n`;
};

const unknown = 'not stated in the file';

const factsOf = ({ model, path }: ModelDetail): (readonly [string, string])[] => {
  const { metadata } = model;
  const { sampleRateHz, gain } = metadata;
  const decibel = (value: number | null, unit: string): string =>
    value === null ? unknown : `${short(value)} ${unit}`;
  const gear = [metadata.gearMake, metadata.gearModel].filter((part) => part !== null).join(' ');
  const rate = sampleRateHz === null ? `${unknown}; players take 48 kHz` : hertz(sampleRateHz);
  const facts: (readonly [string, string | null])[] = [
    ['file', path],
    ['architecture', `${model.architecture}, file version ${model.version}`],
    ['name', metadata.name],
    ['modelled by', metadata.modeledBy],
    ['gear', gear === '' ? null : gear],
    ['gear type', metadata.gearType],
    ['tone', metadata.toneType],
    ['sample rate', rate],
    ['loudness', decibel(metadata.loudness, 'dB')],
    ['input level', decibel(metadata.inputLevelDbu, 'dBu for a full-scale sine')],
    ['output level', decibel(metadata.outputLevelDbu, 'dBu for a full-scale sine')],
    ['gain', gain === null ? unknown : `${short(gain)} (0 clean, 1 most distorted)`],
    ['weights', metadata.synthetic ? 'synthetic: drawn, not trained' : null],
  ];
  return facts.flatMap(([name, value]) => (value === null ? [] : [[name, value] as const]));
};

const widthLines = (widths: readonly WidthDetail[], style: Style): string[] =>
  textTable(widths, { ...style, dispensable: ['history', 'prewarm', 'channels', 'field'] }, [
    left('width', ({ label, whatIf }) => `${printable(label)}${whatIf ? ' what-if' : ''}`),
    right('ratio', ({ ratio }) => (ratio === null ? '' : short(ratio))),
    right('channels', ({ channels }) => clip(channels.join('/'), 16, style.ascii)),
    right('weights', (width) => grouped(width.weights)),
    right('MAC/sample', (width) => grouped(width.macsPerSample)),
    right('field', ({ receptiveFieldSamples: field }) =>
      Number.isFinite(field) ? grouped(field) : 'endless',
    ),
    right('prewarm', (width) => grouped(width.prewarmSamples)),
    right('history', (width) => bytesText(width.historyBytes)),
  ]);

export const renderModel = (detail: ModelDetail, style: Style): string => {
  const { model, widths } = detail;
  const facts = factsOf(detail);
  const names = Math.max(...facts.map(([name]) => name.length));
  const dim = (text: string): string => paint(style, 'dim', text);
  const explained =
    'ratio: a value of the 0..1 slimming control that selects the width. field: receptive field in samples. prewarm: samples of silence before the first block. history: what the convolutions remember.';
  return `${[
    paint(style, 'bold', printable(model.id)),
    '',
    ...facts.flatMap(([name, value]) =>
      wrap(printable(value), Math.max(20, style.columns - names - 2)).map(
        (line, i) => `${dim((i === 0 ? name : '').padEnd(names))}  ${line}`,
      ),
    ),
    ...model.warnings.flatMap((warning) => [
      '',
      ...wrap(`${paint(style, 'yellow', 'odd')}: ${printable(warning)}`, style.columns),
    ]),
    '',
    ...widthLines(widths, style),
    '',
    ...wrap(explained, style.columns).map(dim),
  ].join('\n')}\n`;
};
