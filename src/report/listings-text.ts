/** What is listed and shown of models, engines and scenarios: a line each, or one in full. */
import type { Engine } from '../engine/engine.ts';
import { historyBytes, receptiveField } from '../nam/measure.ts';
import type { Model, Width } from '../nam/model.ts';
import { slim, widthsOf } from '../nam/widths.ts';
import { bytesText, grouped, hertz, short } from '../units/number-text.ts';
import type { FoundScenario } from '../workbench/read-named.ts';
import { blocksText, inked, nextCommand, section } from './text/blocks.ts';
import { type Ink, left, paint, right, type Style, textTable } from './text/text-table.ts';
import { clip, printable, wrap } from './text/text-width.ts';

/** With what follows from the network of a width: its receptive field is endless where it is recurrent. */
const widthDetail = (model: Model, width: Width) => {
  const { network } = slim(model, width);
  return {
    ...width,
    receptiveFieldSamples: receptiveField(network),
    prewarmSamples: network.prewarmSamples,
    historyBytes: historyBytes(network),
  };
};

export const detailOf = (model: Model) => ({
  model,
  widths: widthsOf(model).map((width) => widthDetail(model, width)),
});
export type ModelDetail = ReturnType<typeof detailOf>;

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
  const [head = '', ...lines] = textTable(details, { ...style, color: false }, columns).map(
    (line) => clip(line, style.columns, style.ascii),
  );
  const synthetic = details.filter((detail) => detail.model.metadata.synthetic).length;
  const note = `${synthetic} of these are synthetic: their weights were drawn, not trained. They cost what a trained model of their shape costs; they are no amplifier.`;
  const ask = 'which of its widths run on which pedal';
  return blocksText(
    [paint(style, 'dim', head), ...lines],
    synthetic === 0 ? [] : inked(style, 'dim', note),
    nextCommand(style, ask, `predict ${details[0]?.model.id ?? 'MODEL'}`),
  );
};

const unknown = 'not stated in the file';

const factsOf = (model: Model): (readonly [string, string])[] => {
  const { metadata } = model;
  const { sampleRateHz, gain } = metadata;
  const decibel = (value: number | null, unit: string): string =>
    value === null ? unknown : `${short(value)} ${unit}`;
  const gear = [metadata.gearMake, metadata.gearModel].filter((part) => part !== null).join(' ');
  const rate = sampleRateHz === null ? `${unknown}; players take 48 kHz` : hertz(sampleRateHz);
  const facts: (readonly [string, string | null])[] = [
    ['file', model.origin],
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

const widthLines = (widths: ModelDetail['widths'], style: Style): string[] =>
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

export const renderModel = ({ model, widths }: ModelDetail, style: Style): string => {
  const facts = factsOf(model);
  const explained =
    'ratio: a value of the 0..1 slimming control that selects the width. field: receptive field in samples. prewarm: samples of silence before the first block. history: what the convolutions remember.';
  return blocksText(
    [paint(style, 'bold', printable(model.id))],
    namedLines(facts, style, 'dim', 20),
    ...model.warnings.map((warning) =>
      wrap(`${paint(style, 'yellow', 'odd')}: ${printable(warning)}`, style.columns),
    ),
    widthLines(widths, style),
    inked(style, 'dim', explained),
  );
};

/** Each text behind its name, in as many columns as are left, and in no fewer than `least`. */
const namedLines = (
  items: readonly (readonly [name: string, text: string])[],
  style: Style,
  ink: Ink,
  least: number,
): string[] => {
  const names = Math.max(...items.map(([name]) => name.length));
  return items.flatMap(([name, text]) =>
    wrap(printable(text), Math.max(least, style.columns - names - 2)).map(
      (line, i) => `${paint(style, ink, (i === 0 ? name : '').padEnd(names))}  ${line}`,
    ),
  );
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
  const items = engines.map(({ id, describes }) => [id, describes] as const);
  const ask = 'the sources of one, and the shapes that it takes';
  const next = nextCommand(style, ask, `engines show ${engines[0]?.id ?? 'ID'}`);
  return blocksText(namedLines(items, style, 'bold', 30), next);
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
  const { name, id, describes, defaultTanh, sources } = engine;
  const told = sources.flatMap((source) => wrap(printable(source), style.columns, '  ', '    '));
  return blocksText(
    [`${paint(style, 'bold', name)}  ${paint(style, 'dim', id)}`],
    wrap(printable(describes), style.columns),
    [`tanh unless a device or --tanh says otherwise: ${defaultTanh}`],
    section(style, 'Sources', told),
    section(style, 'Shapes', shapeLines(shapes, style)),
  );
};

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

export const summaryOf = ({ id, document, jobs }: FoundScenario) => ({
  id,
  title: textOf(document.title),
  description: textOf(document.description),
  devices: jobs.map((job) => job.scenario.device),
  seconds: jobs.map((job) => job.scenario.durationSeconds),
  runs: jobs.length,
  document,
});
type ScenarioSummary = ReturnType<typeof summaryOf>;

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
  return blocksText(lines, nextCommand(style, 'what one of them does', next));
};

export const renderScenario = (scenario: ScenarioSummary, style: Style): string => {
  const { $schema: _, title: __, description: ___, ...rest } = scenario.document;
  const { title, id, description, runs } = scenario;
  return blocksText(
    [paint(style, 'bold', printable(title === '' ? id : title))],
    description === '' ? [] : wrap(printable(description), style.columns),
    [`${runs} ${runs === 1 ? 'run' : 'runs, one for each combination of its lists'}`],
    JSON.stringify(rest, null, 2).split('\n').map(printable),
  );
};
