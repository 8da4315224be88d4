/** `pedalbench render MODEL IN.wav OUT.wav`: the model's sound, block by block. */
import { signalNames } from '../../audio/signals.ts';
import type { Channel } from '../../audio/wav.ts';
import { type WavFormatName, wavFormats } from '../../audio/wav-header.ts';
import { WavWriter } from '../../audio/wav-writer.ts';
import { type ExecutorKind, executorKinds } from '../../execute/index.ts';
import type { Model, Width } from '../../nam/model.ts';
import type { Network } from '../../nam/network.ts';
import { slim, widthsOf } from '../../nam/widths.ts';
import { printable } from '../../report/text/text-width.ts';
import type { PredictRow } from '../../study/predict/row.ts';
import type { RenderSource, RenderSums } from '../../study/render/render-sound.ts';
import { matchingGain, renderSound } from '../../study/render/render-sound.ts';
import { grouped, hertz, percent } from '../../units/number-text.ts';
import { openWorkbench } from '../../workbench/open-workbench.ts';
import { predict } from '../../workbench/predict.ts';
import { monoExecutor } from '../../workbench/render.ts';
import type { Workbench } from '../../workbench/workbench.ts';
import * as audio from '../audio-input.ts';
import { type Call, type Command, during } from '../call.ts';
import { inputError, usageError } from '../cli-error.ts';
import { oneDevice, oneWidth, oversampleOf, shared, tanhOf } from '../options.ts';

const defaultBlockFrames = 64;

/** What a device would have spent on this run; null where no device was named. */
const costOn = async (
  call: Call,
  workbench: Workbench,
  { model, width, sampleRateHz }: { model: Model; width: Width; sampleRateHz: number },
): Promise<PredictRow | null> => {
  if (!call.has('device')) {
    if (call.has('engine')) throw usageError('--engine needs --device ID.');
    return null;
  }
  const { rows, skipped } = await predict(workbench, {
    ...{ model, width: width.label, whatIf: width.whatIf, tanh: tanhOf(call) },
    ...{ engine: call.text('engine') ?? 'auto', device: oneDevice(call, workbench) },
    ...{ blockFrames: call.number('block'), sampleRateHz },
    ...{ resample: !call.flag('no-resample'), oversample: oversampleOf(call) },
  });
  const [row] = rows;
  if (row !== undefined) return row;
  const reason = skipped[0]?.reason ?? 'there is no prediction';
  throw inputError(`${model.origin} on that device and engine: ${reason}`);
};

/** A channel by number, from 1, or all of them; undefined where nothing was asked. */
const channelOf = (call: Call): Channel | undefined => {
  if (!call.flag('mix')) return call.number('channel');
  if (call.has('channel')) throw usageError('Expected --channel N or --mix, got both.');
  return 'mix';
};

type Files = readonly [output: WavWriter, difference?: WavWriter];

const openFiles = (call: Call, to: string, sampleRateHz: number): Files => {
  // The option takes nothing else.
  const format = (call.text('format') ?? '32f') as WavFormatName;
  const second = call.text('difference');
  const open = (path: string) =>
    new WavWriter(audio.soundPath(call, path), sampleRateHz, { format });
  const output = open(to);
  try {
    return second === undefined ? [output] : [output, open(second)];
  } catch (error) {
    output.abort();
    throw error;
  }
};

type Rendered = RenderSums & { readonly gain: number };

/**
 * All files are put in their places, or none.
 * Throws `Interrupted`, `WavError`, and `CliError` where the output stops being a number.
 */
const renderTo = async (call: Call, source: RenderSource, files: Files, name: string) => {
  const [output, difference] = files;
  const passes = call.flag('match') ? 2 : 1;
  try {
    return await during(call, `rendering ${name}`, async ({ step }) => {
      const onShare = (from: number) => (share: number) => step((from + share) / passes);
      const gain = passes === 2 ? await matchingGain(source, onShare(0)) : 1;
      const sums = await renderSound(source, gain, {
        output: (block) => output.write(block),
        difference: difference && ((block) => difference.write(block)),
        onShare: onShare(passes - 1),
      });
      for (const file of files) file?.finish();
      return { ...sums, gain };
    });
  } catch (error) {
    for (const file of files) file?.abort();
    if (!(error instanceof RangeError)) throw error;
    throw inputError(`${error.message}; nothing was written.`);
  }
};

const warnOfClipping = (call: Call, { clipped, path }: WavWriter): void => {
  const samples = clipped === 1 ? 'one sample' : `${grouped(clipped)} samples`;
  const message = `${printable(path)}: ${samples} beyond full scale, clipped. --format 32f keeps them, or play more softly.`;
  if (clipped > 0) call.warn(message);
};

const decibels = (value: number): string => `${value >= 0 ? '+' : ''}${value.toFixed(1)} dB`;

const errorText = ({ error, gain }: Rendered, match: boolean): string => {
  const loud = match ? `Loudness matched by ${decibels(20 * Math.log10(gain))}.\n` : '';
  if (error === null) return loud;
  const size = error.decibels === null ? 'no difference' : decibels(error.decibels);
  return `${loud}Against the full width: error to signal ${size} (ESR ${error.ratio.toPrecision(3)}). NAM's trainer would say: ${error.word}\n`;
};

const costText = (row: PredictRow, frames: number): string => {
  if (row.cyclesPerSample === null || row.load === null) {
    return `${printable(row.deviceName)}: ${row.verdict}, no chip is published for it.\n`;
  }
  const { expected } = row.cyclesPerSample;
  const cycles = `${grouped(expected)} cycles a sample, ${grouped(expected * frames)} for the run`;
  return `${printable(row.deviceName)}, ${row.engine}, blocks of ${row.blockFrames}: ${cycles}, load ${percent(row.load.expected)}, ${row.verdict}\n`;
};

export const render: Command = {
  usage: 'MODEL IN.wav OUT.wav [options]',
  examples: [
    ['render a2 guitar out.wav', 'the full width on the built-in guitar'],
    ['render a2 di.wav lite.wav --width lite', 'a narrower one, and how far it is from the full'],
    [
      'render a2 guitar lite.wav --width lite --difference rest.wav --match',
      'what the narrower one lacks, both equally loud',
    ],
    ['render a2 di.wav out.wav --device mod-dwarf', 'also the cycles that the pedal would spend'],
  ],
  options: {
    width: oneWidth,
    block: {
      ...shared.block,
      help: `frames per block (default: ${defaultBlockFrames}, or the device's own); the samples do not depend on it`,
    },
    tanh: { ...shared.tanh, help: 'which tanh (default: libm, as NAM Core does)' },
    channel: {
      ...{ value: 'N', whole: [1, 4096] },
      help: 'the channel of IN.wav to play, from 1 (default: 1)',
    },
    mix: { help: 'play the mean of all channels' },
    'no-resample': { help: "run the model at the file's rate, which shifts its sound" },
    oversample: shared.oversample,
    format: {
      ...audio.formatOption,
      help: 'of OUT.wav (default: 32f, 32-bit float); integers are dithered, over 4 GiB becomes RF64',
    },
    difference: { value: 'FILE', help: 'also write the full width less this one' },
    match: { help: 'make it as loud as the full width, and the full width as loud as the input' },
    executor: {
      value: executorKinds.join('|'),
      help: 'who computes (default: wasm; reference is the slow one that it is checked against)',
      choices: executorKinds,
    },
    device: { value: 'ID', help: 'also print the cycles of the run on this device' },
    engine: { value: 'ID|auto', help: 'with this engine (default: the one that the device ships)' },
    'what-if': shared['what-if'],
  },
  notes: [
    "The model is reset and prewarmed as NAM Core does, and the output is mono at the input's rate and length. Where that is not the model's rate, the sound is resampled to the model's and back. What was at OUT.wav stays until the new file is complete.",
    `IN.wav is WAV in any usual encoding, or a built-in signal by name: ${signalNames.join(', ')}.`,
  ],
  run: async (call) => {
    const [name = '', from = '', to = ''] = call.words('MODEL IN.wav OUT.wav');
    const workbench = openWorkbench(call.io);
    const model = workbench.model(name);
    const full = widthsOf(model).at(-1);
    const spec = call.text('width') ?? full?.label ?? 'full';
    const { width, network } = slim(model, spec, { whatIf: call.flag('what-if') });
    const narrowed = full === undefined || full.label === width.label ? null : full;
    if (narrowed === null && call.has('difference')) {
      throw usageError('--difference needs a --width that is narrower than the full.');
    }
    // The option takes nothing else.
    const executor = (call.text('executor') ?? 'wasm') as ExecutorKind;
    const tanh = tanhOf(call) ?? 'libm';
    for (const odd of model.warnings) call.warn(`${model.origin}: ${odd}`);
    const channel = channelOf(call);
    const sound = audio.openAudio(call, from, channel, audio.modelRateOf(model));
    try {
      const { sampleRateHz, frames: length, channels } = sound.format;
      const own = audio.runRateOf(call, sound, model, !call.flag('no-resample'));
      const modelRateHz = oversampleOf(call) * own;
      const row = await costOn(call, workbench, { model, width, sampleRateHz });
      const blockFrames = call.number('block') ?? row?.blockFrames ?? defaultBlockFrames;
      const executorOf = (of: Network) => monoExecutor(of, executor, tanh, model.origin);
      const first = executorOf(network);
      const source: RenderSource = {
        sound,
        modelRateHz,
        blockFrames,
        executor: () => {
          first.reset();
          return first;
        },
        full: narrowed && (() => executorOf(slim(model, narrowed.label).network)),
      };
      const files = openFiles(call, to, sampleRateHz);
      const done = await renderTo(call, source, files, model.id);
      if (width.whatIf) call.warn('what-if: this width was not trained; its sound means nothing.');
      for (const file of files) if (file !== undefined) warnOfClipping(call, file);
      const { frames, peak, gain, error } = done;
      const { format, clipped } = files[0];
      const body = {
        ...{ model: model.id, modelPath: model.origin, width, executor, tanh, blockFrames },
        modelSampleRateHz: modelRateHz,
        input: { path: from, sampleRateHz, channels, channel: channel ?? 1, frames: length },
        output: { path: to, format, sampleRateHz, frames, peak, clipped },
        gain,
        errorToFull: error,
        cost: row,
      };
      const seconds = (frames / sampleRateHz).toFixed(2);
      const loud = `${peak.toFixed(3)}${peak > 1 ? ', above full scale' : ''}`;
      const text = [
        `${printable(to)}: ${printable(model.id)} ${printable(width.label)}, ${seconds} s at ${hertz(sampleRateHz)}, ${wavFormats[format].name}, peak ${loud}\n`,
        errorText(done, call.flag('match')),
        row === null ? '' : costText(row, frames),
      ];
      audio.printSound(call, to, ['render', body], text.join(''));
      return 0;
    } finally {
      sound.close();
    }
  },
};
