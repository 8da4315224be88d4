/** What is listed and shown of models, engines and scenarios: a line each, or one in full. */
import type { Engine } from '../engine/engine.ts';
import type { Model, Width } from '../nam/model.ts';
import { bytesText, grouped, hertz, short } from '../units/number-text.ts';
import { left, nextCommand, paint, right, type Style, textTable } from './text/text-table.ts';
import { clip, printable, wrap } from './text/text-width.ts';

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

/** One shape on one target: taken, or why not and what the real library would use. */
export interface ShapeSupport {
  readonly model: string;
  readonly width: string;
  readonly target: string;
  readonly supported: boolean;
  readonly reason: string | null;
  readonly fallback: string | null;
}

export const renderEngines = (engines: readonly Engine[], style: Style): string => {
  const ids = Math.max(...engines.map((engine) => engine.id.length));
  const lines = engines.flatMap(({ id, describes }) =>
    wrap(printable(describes), Math.max(30, style.columns - ids - 2)).map(
      (line, i) => `${paint(style, 'bold', (i === 0 ? id : '').padEnd(ids))}  ${line}`,
    ),
  );
  const ask = 'the sources of one, and the shapes that it takes';
  const next = nextCommand(style, ask, `engines show ${engines[0]?.id ?? 'ID'}`);
  return `${[...lines, '', ...next].join('\n')}\n`;
};

const why = ({ reason, fallback }: ShapeSupport): string =>
  `${reason ?? 'not supported'}${fallback === null ? '' : ` The real library would use ${fallback}.`}`;

/** A row a shape, a column a target; reasons by their number below. */
const shapeLines = (shapes: readonly ShapeSupport[], style: Style): string[] => {
  const reasons = [...new Set(shapes.filter(({ supported }) => !supported).map(why))];
  const nameOf = ({ model, width }: ShapeSupport): string => `${model} ${width}`;
  const targets = [...new Set(shapes.map((shape) => shape.target))];
  const cell = (name: string, target: string): string => {
    const shape = shapes.find((one) => one.target === target && nameOf(one) === name);
    if (shape === undefined) return '';
    return shape.supported ? 'yes' : `no (${reasons.indexOf(why(shape)) + 1})`;
  };
  const table = textTable([...new Set(shapes.map(nameOf))], { ...style, color: false }, [
    left('model and width', printable),
    ...targets.map((target) => left(target, (name: string) => cell(name, target))),
  ]);
  return [
    ...table.map((line) => clip(line, style.columns, style.ascii)),
    ...reasons.flatMap((reason, i) => wrap(`(${i + 1}) ${printable(reason)}`, style.columns)),
  ];
};

export const renderEngine = (
  engine: Engine,
  shapes: readonly ShapeSupport[],
  style: Style,
): string => {
  const title = (text: string): string => paint(style, 'bold', text);
  const lines = [
    `${title(engine.name)}  ${paint(style, 'dim', engine.id)}`,
    '',
    ...wrap(printable(engine.describes), style.columns),
    '',
    `tanh unless a device or --tanh says otherwise: ${engine.defaultTanh}`,
    '',
    title('Sources'),
    ...engine.sources.flatMap((source) => wrap(printable(source), style.columns, '  ', '    ')),
    '',
    title('Shapes'),
    ...shapeLines(shapes, style),
  ];
  return `${lines.join('\n')}\n`;
};

export interface ScenarioSummary {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly devices: readonly string[];
  readonly seconds: readonly number[];
  readonly runs: number;
  readonly document: Readonly<Record<string, unknown>>;
}

const listed = (values: readonly (string | number)[]): string => {
  const distinct = [...new Set(values)];
  return distinct.length > 2 ? `${distinct.length} of them` : distinct.join(', ');
};

export const renderScenarios = (scenarios: readonly ScenarioSummary[], style: Style): string => {
  if (scenarios.length === 0)
    return 'There are no scenarios in the package or in scenarios/ here.\n';
  const lines = textTable(scenarios, { ...style, dispensable: ['title', 'seconds', 'device'] }, [
    left('id', ({ id }) => id),
    left('device', ({ devices }) => listed(devices)),
    right('runs', ({ runs }) => String(runs)),
    right('seconds', ({ seconds }) => listed(seconds)),
    left('title', ({ title }) => printable(title)),
  ]);
  const next = `scenarios show ${scenarios[0]?.id ?? 'ID'}`;
  return `${[...lines, '', ...nextCommand(style, 'what one of them does', next)].join('\n')}\n`;
};

export const renderScenario = (scenario: ScenarioSummary, style: Style): string => {
  const { $schema: _, title: __, description: ___, ...rest } = scenario.document;
  const lines = [
    paint(style, 'bold', printable(scenario.title === '' ? scenario.id : scenario.title)),
    ...(scenario.description && ['', ...wrap(printable(scenario.description), style.columns)]),
    '',
    `${scenario.runs} ${scenario.runs === 1 ? 'run' : 'runs, one for each combination of its lists'}`,
    '',
    ...JSON.stringify(rest, null, 2).split('\n').map(printable),
  ];
  return `${lines.join('\n')}\n`;
};
