/** `pedalbench explain MODEL --device ID`: where the cycles go, and what differs between two. */
import { type ConvolverId, convolverIds } from '../../engine/engine.ts';
import { widthsOf } from '../../nam/widths.ts';
import { renderExplainImpulse } from '../../report/explain-impulse-text.ts';
import { renderExplain, renderExplainDiff } from '../../report/explain-text.ts';
import { explainDiffPage, explainPage } from '../../report/html/explain-page.ts';
import type { ExplainedPoint } from '../../study/explain/explain.ts';
import type { PredictRow } from '../../study/predict/row.ts';
import { hertz } from '../../units/number-text.ts';
import type { ExplainRequest } from '../../workbench/explain.ts';
import { diff as diffOf, explainImpulse, explain as explainOne } from '../../workbench/explain.ts';
import { openWorkbench } from '../../workbench/open-workbench.ts';
import type { Workbench } from '../../workbench/workbench.ts';
import { type Call, type Command, following } from '../call.ts';
import { usageError } from '../cli-error.ts';
import type { ExitCode } from '../io.ts';
import * as options from '../options.ts';
import { pageOptions, quoted, writePages } from '../pages.ts';

/** Where nine of ten such predictions hold the cycles of a sample, and how likely the load keeps the margin free. */
const intervalOf = ({ cyclesPerSample: cycles, chance, sure }: PredictRow) => {
  return { low: cycles?.low ?? null, high: cycles?.high ?? null, chance, sure };
};

type Change = Partial<ExplainRequest> & { readonly clockHz?: number };
type Pair = readonly [a: string, b: string];

const deviceOf = (call: Call, workbench: Workbench, clockHz?: number) =>
  options.changedBy(call, workbench, options.oneDevice(call, workbench), clockHz);

/** One point: what the words ask for, with what one side of a comparison changes. */
const pointOf = (call: Call, workbench: Workbench, { clockHz, ...change }: Change) => {
  const { engine = 'auto', ...settings } = options.settingsOf(call);
  if (engine === 'all') throw usageError('--engine: expected one engine, got "all".');
  const copies = call.number('copies') ?? 1;
  const model = change.model ?? options.oneModel(call, workbench);
  const device = change.device ?? deviceOf(call, workbench, clockHz);
  const blockFrames = call.number('block');
  const common = { ...settings, ...options.ratesOf(call), engine, blockFrames, copies };
  const request = { ...common, ...change, model, device };
  return following(call, 'explaining', (hooks) => explainOne(workbench, request, hooks));
};

/** A number from this on is a clock; lower ones are blocks. */
const slowestHz = 1e6;

/** What a word of --diff names. Looked for in this order; the first kind that has both words wins. */
const changesOf = (workbench: Workbench, [modelName]: readonly string[], [a, b]: Pair) => {
  const { devices, models, engines } = workbench;
  const isModel = (word: string): boolean => models.paths.has(word) || word.endsWith('.nam');
  const labels =
    modelName === undefined ? [] : widthsOf(models.find(modelName)).map((w) => w.label);
  const isWidth = (word: string): boolean =>
    labels.includes(word) || /^ch:/.test(word) || /^[01]?(\.\d+)?$/.test(word);
  const kinds: readonly [(word: string) => boolean, (word: string) => Change][] = [
    [isWidth, (width) => ({ width })],
    [(word) => devices.ids.includes(word) || word.endsWith('.json'), (device) => ({ device })],
    [(word) => engines.some(({ id }) => id === word), (engine) => ({ engine })],
    [isModel, (model) => ({ model })],
    [(word) => Number(word) >= slowestHz, (clockHz) => ({ clockHz: Number(clockHz) })],
    [(word) => /^\d+$/.test(word), (frames) => ({ blockFrames: Number(frames) })],
  ];
  const [, change] = kinds.find(([knows]) => knows(a) && knows(b)) ?? [];
  if (change !== undefined) return { a: change(a), b: change(b) };
  const message = `--diff: expected two widths, devices, engines, models, blocks or clocks in hertz, got "${a}" and "${b}".`;
  throw usageError(message);
};

const nameOf = ({ row }: ExplainedPoint): string =>
  `${row.model} ${row.width.label} on ${row.deviceName}${row.clockHz === null ? '' : ` at ${hertz(row.clockHz)}`}, ${row.engine}, blocks of ${row.blockFrames}`;

const diff = async (call: Call, words: Pair): Promise<ExitCode> => {
  const workbench = openWorkbench(call.io);
  const change = changesOf(workbench, call.positionals, words);
  const a = await pointOf(call, workbench, change.a);
  const b = await pointOf(call, workbench, change.b);
  const result = diffOf(a, b);
  writePages('explain', call, () => explainDiffPage(result, nameOf(a), nameOf(b)));
  call.print('explain', { a: a.row, b: b.row, diff: result }, (style) =>
    renderExplainDiff(result, nameOf(a), nameOf(b), style),
  );
  return 0;
};

/** What an impulse response takes in every block, and what in bursts. */
const impulse = (call: Call, asked: string): ExitCode => {
  const workbench = openWorkbench(call.io);
  const [model] = call.positionals;
  if (model !== undefined) {
    throw usageError(`--ir: expected no model beside it, got "${model}". Write one of the two.`);
  }
  const device = deviceOf(call, workbench);
  const place = /^\d+$/.test(asked) ? { taps: Number(asked) } : { file: asked };
  // The option takes nothing else.
  const convolver = call.text('convolver') as ConvolverId | undefined;
  const rates = { blockFrames: call.number('block'), sampleRateHz: call.number('rate') };
  const explained = explainImpulse(workbench, { device, ir: { ...place, convolver }, ...rates });
  const { explanation, impulse: cost, warnings } = explained;
  warnings.forEach(call.warn);
  const subject = `${cost.taps} taps on ${cost.deviceName}, ${cost.convolver}`;
  writePages('explain', call, () => explainPage(explanation, subject));
  const body = { prediction: null, interval: null, impulse: cost, ...explanation };
  const words = { ir: quoted(asked), device: quoted(call.text('device') ?? cost.device) };
  call.print('explain', body, (style) => renderExplainImpulse(explained, style, words));
  return 0;
};

export const explain: Command = {
  usage: 'MODEL|--ir TAPS|FILE --device ID [options]',
  examples: [
    ['explain a2 --device mod-dwarf', 'the full width, as the pedal ships it'],
    ['explain a2 --device pi-4 --width lite --engine nam-core', 'another width and engine'],
    ['explain a2 --device daisy-seed --block 48 --json', 'the same as data'],
    ['explain a2 --device mod-dwarf --diff lite,full', 'two widths, engines, devices or models'],
    ['explain --ir 8192 --device pi-5', 'an impulse response: its bursts, and what of them waits'],
  ],
  options: {
    device: { value: 'ID', help: 'the pedal, by id or path' },
    engine: options.shared.engine,
    width: options.oneWidth,
    ...options.sharedOptions('block', 'rate', 'no-resample', 'oversample', 'copies'),
    diff: {
      value: 'A,B',
      help: 'what changes from A to B: two widths, devices, engines, models, blocks or clocks in hertz',
    },
    ir: { value: 'TAPS|FILE', help: 'an impulse response in place of a model' },
    convolver: {
      value: 'ID',
      help: "what convolves it (default: the device's own)",
      choices: convolverIds,
    },
    ...options.sharedOptions('tanh', 'what-if', 'set', 'clock'),
    ...pageOptions,
  },
  notes: [
    'Layers, kinds and kernels each add up to the total, and the total is what predict says. Parts of a total are cycles that this limit explains in the model of the core.',
  ],
  run: async (call) => {
    const ir = call.text('ir');
    if (ir !== undefined) return impulse(call, ir);
    const words = call.list('diff');
    if (words !== undefined) {
      const [a, b] = words;
      if (a !== undefined && b !== undefined && words.length === 2) return diff(call, [a, b]);
      throw usageError(`--diff: expected A,B, got "${words.join(',')}".`);
    }
    const { row, explanation, warnings } = await pointOf(call, openWorkbench(call.io), {});
    warnings.forEach(call.warn);
    const subject = `${row.model} ${row.width.label} on ${row.deviceName}, ${row.engine}`;
    writePages('explain', call, () => explainPage(explanation, subject, row));
    const body = { prediction: row, interval: intervalOf(row), impulse: null, ...explanation };
    const [model = row.model] = call.positionals;
    const asked = { model: quoted(model), device: quoted(call.text('device') ?? row.device) };
    call.print('explain', body, (style) => renderExplain(explanation, row, style, asked));
    return 0;
  },
};
