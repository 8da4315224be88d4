/** `models` and `models show`: what a file is, the widths it runs at, what a player uses of it. */
import type { Model, Width } from '../nam/model.ts';
import { bytesText, grouped, hertz, short } from './text/number.ts';
import { paint, type Style } from './text/style.ts';
import { narrowingTable, textTable } from './text/text-table.ts';
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

const widthNames = (detail: ModelDetail): string =>
  detail.widths.map((width) => width.label).join(' ');

export const renderModels = (details: readonly ModelDetail[], style: Style): string => {
  const rows = details.map((detail) => {
    const full = detail.widths.at(-1);
    return [
      detail.model.id,
      detail.model.architecture,
      full === undefined ? '' : grouped(full.weights),
      full === undefined ? '' : grouped(full.macsPerSample),
      widthNames(detail),
    ].map(printable);
  });
  const lines = textTable(
    [
      { title: 'id' },
      { title: 'architecture' },
      { title: 'weights', align: 'right' },
      { title: 'MAC/sample', align: 'right' },
      { title: 'widths, narrowest first' },
    ],
    rows,
  ).map((line) => clip(line, style.columns, style.ascii));
  const [header = '', ...body] = lines;
  const synthetic = details.filter((detail) => detail.model.metadata.synthetic).length;
  const note =
    synthetic === 0
      ? []
      : [
          '',
          ...wrap(
            `${synthetic} of these are synthetic: their weights were drawn, not trained. They cost what a trained model of their shape costs; they are no amplifier.`,
            style.columns,
          ).map((line) => paint(style, 'dim', line)),
        ];
  return `${[
    paint(style, 'dim', header),
    ...body,
    ...note,
    '',
    'Next: which of its widths run on which pedal:',
    paint(style, 'cyan', `  pedalbench predict ${details[0]?.model.id ?? 'MODEL'}`),
  ].join('\n')}\n`;
};

const unknown = 'not stated in the file';

const factsOf = ({ model, path }: ModelDetail): (readonly [string, string])[] => {
  const { metadata } = model;
  const decibel = (value: number | null, unit: string): string =>
    value === null ? unknown : `${short(value)} ${unit}`;
  const gear = [metadata.gearMake, metadata.gearModel].filter((part) => part !== null).join(' ');
  const optional: (readonly [string, string | null])[] = [
    ['name', metadata.name],
    ['modelled by', metadata.modeledBy],
    ['gear', gear === '' ? null : gear],
    ['gear type', metadata.gearType],
    ['tone', metadata.toneType],
  ];
  return [
    ['file', path],
    ['architecture', `${model.architecture}, file version ${model.version}`],
    ...optional.flatMap(([name, value]) => (value === null ? [] : [[name, value] as const])),
    [
      'sample rate',
      metadata.sampleRateHz === null
        ? `${unknown}; players take 48 kHz`
        : hertz(metadata.sampleRateHz),
    ],
    ['loudness', decibel(metadata.loudness, 'dB')],
    ['input level', decibel(metadata.inputLevelDbu, 'dBu for a full-scale sine')],
    ['output level', decibel(metadata.outputLevelDbu, 'dBu for a full-scale sine')],
    [
      'gain',
      metadata.gain === null ? unknown : `${short(metadata.gain)} (0 clean, 1 most distorted)`,
    ],
    ...(metadata.synthetic ? [['weights', 'synthetic: drawn, not trained'] as const] : []),
  ];
};

export const renderModel = (detail: ModelDetail, style: Style): string => {
  const facts = factsOf(detail);
  const names = Math.max(...facts.map(([name]) => name.length));
  const lines = [paint(style, 'bold', printable(detail.model.id)), ''];
  for (const [name, value] of facts) {
    wrap(printable(value), Math.max(20, style.columns - names - 2)).forEach((line, i) => {
      lines.push(`${paint(style, 'dim', (i === 0 ? name : '').padEnd(names))}  ${line}`);
    });
  }
  for (const warning of detail.model.warnings) {
    lines.push(
      '',
      ...wrap(`${paint(style, 'yellow', 'odd')}: ${printable(warning)}`, style.columns),
    );
  }
  const field = (samples: number): string =>
    Number.isFinite(samples) ? grouped(samples) : 'endless';
  const rows = detail.widths.map((width) => [
    printable(width.label) + (width.whatIf ? ' what-if' : ''),
    width.ratio === null ? '' : short(width.ratio),
    clip(width.channels.join('/'), 16, style.ascii),
    grouped(width.weights),
    grouped(width.macsPerSample),
    field(width.receptiveFieldSamples),
    grouped(width.prewarmSamples),
    bytesText(width.historyBytes),
  ]);
  const titles = [
    'width',
    'ratio',
    'channels',
    'weights',
    'MAC/sample',
    'field',
    'prewarm',
    'history',
  ];
  const table = narrowingTable(
    titles.map((title, i) => ({ title, align: i === 0 ? ('left' as const) : ('right' as const) })),
    rows,
    style.columns,
    ['history', 'prewarm', 'channels', 'field'],
    (text) => paint(style, 'dim', text),
  );
  const explained = wrap(
    'ratio: a value of the 0..1 slimming control that selects the width. field: receptive field in samples. prewarm: samples of silence before the first block. history: what the convolutions remember.',
    style.columns,
  ).map((line) => paint(style, 'dim', line));
  lines.push('', ...table, '', ...explained);
  return `${lines.join('\n')}\n`;
};
